"""Walks the addresses that belong to no unit, and compares with the second half of the table."""

import re
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.access_outside import ADMIN, DOORS, LOGIN, OUTSIDE_TABLE, STAFF_LOGIN, Outside
from tests.accounts.staff.staff import staff_account, staff_client
from tests.factories import UnitFactory
from tests.people import Side, again, side
from tests.security.shown import offers_to_sign_out
from tests.walking import METHODS, Answer, addresses, client_for, nothing_changed, request, snapshot
from tracing.api.views import PREFIX

PEOPLE = ("nobody", "half", "agent", "unit", "staff")
WITHOUT_A_ROLE = "staff without a role"
STAFF_PAGES = sorted(
    {
        route
        for route, name in addresses(get_resolver())
        if name.startswith(f"{ADMIN}:") and name not in DOORS
    }
)
# What staff get there whatever their role; everywhere else one needs the permission.
OPEN_TO_STAFF = {
    "admin/": (200,),
    "admin/jsi18n/": (200,),
    "admin/password_change/": (200,),
    "admin/password_change/done/": (200,),
}

rows = pytest.mark.parametrize("row", OUTSIDE_TABLE, ids=lambda row: f"{row.method} {row.name}")


@pytest.fixture(scope="module")
def owner(kept: None) -> Side:
    """The only unit of its agent, and its own account."""
    return side(UnitFactory.create(is_distributor=True))


@pytest.fixture(scope="module")
def sessions(owner: Side) -> dict[str, Client]:
    """Everybody, and staff who have passed both steps and were given no role."""
    known = {who: client_for(who, owner) for who in PEOPLE}
    return {**known, WITHOUT_A_ROLE: staff_client(staff_account("staff2"))}


@pytest.fixture
def maker(db: None, owner: Side) -> Side:
    """The unit, for one test."""
    return again(owner)


def ask(client: Client, row: Outside, owner: Side) -> Answer:
    """Make the row's request."""
    arguments, data = row.make(owner)
    return request(client, row.method, reverse(row.name, kwargs=arguments), data)


def path_of(route: str) -> str:
    """An address of the route, of a row that nobody has stored."""
    path = re.sub(r"<uuid:\w+>", str(uuid4()), route)
    path = re.sub(r"<\w+:\w+>", "1", path)
    # The two that Django writes as patterns: the page of an app, and whatever else there is.
    return "/" + re.sub(r"\(\?P<\w+>([^)]*)\)", r"\1", path).replace(".*", "x").strip("^$").replace(
        "/^", "/"
    )


def test_every_other_address_is_in_the_table() -> None:
    listed = {row.name for row in OUTSIDE_TABLE}
    elsewhere = ("u/", PREFIX)
    found = {name for route, name in addresses(get_resolver()) if not route.startswith(elsewhere)}
    behind = {name for name in found if name.startswith(f"{ADMIN}:") and name not in DOORS}
    assert found - behind - listed == set(), "addresses without a row in tests/access_outside.py"
    assert listed - found == set(), "rows in tests/access_outside.py without an address"


@rows
def test_everybody_gets_what_the_table_says(
    row: Outside, maker: Side, sessions: dict[str, Client]
) -> None:
    """Each is asked as if nobody else had been."""
    arguments, data = row.make(maker)
    address = reverse(row.name, kwargs=arguments)
    people = {who: again(sessions[who]) for who in PEOPLE}
    before = snapshot()
    for who, client in people.items():
        with transaction.atomic():
            expected = row.answer(who)
            answer = request(client, row.method, address, data, before)
            if isinstance(expected, str):
                assert answer.status == 302, who
                assert answer.location.startswith(expected), who
            else:
                assert answer.status == expected, who
            if who in ("agent", "unit") and row.method == "GET":
                offers_to_sign_out(row.name, answer.status, answer.body, who)
            to_sign_in = who in ("nobody", "half") and expected in (LOGIN, STAFF_LOGIN)
            if row.method == "GET" or to_sign_in or answer.status >= 400:
                nothing_changed(answer, who)
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted({row.name for row in OUTSIDE_TABLE}))
def test_a_method_that_is_not_in_the_table_is_refused(
    name: str, maker: Side, sessions: dict[str, Client]
) -> None:
    """Also to whoever may open the page."""
    of_name = [row for row in OUTSIDE_TABLE if row.name == name]
    arguments, data = of_name[0].make(maker)
    client = again(sessions["staff" if name.startswith(ADMIN) else "unit"])
    before = snapshot()
    for method in set(METHODS) - {row.method for row in of_name}:
        answer = request(client, method, reverse(name, kwargs=arguments), data, before)
        assert answer.status == 405, method
        nothing_changed(answer, method)


@pytest.mark.parametrize("route", STAFF_PAGES)
def test_the_site_of_staff_is_shut_to_everyone_else(
    route: str, db: None, sessions: dict[str, Client]
) -> None:
    """To staff without a role too: their own password and the list of what they may see, which is
    empty, are all there is."""
    outside = {who: again(sessions[who]) for who in ("nobody", "half", "agent", "unit")}
    client = again(sessions[WITHOUT_A_ROLE])
    before = snapshot()
    for method in ("GET", "POST"):
        for who, each in outside.items():
            answer = request(each, method, path_of(route), {}, before)
            assert answer.status == 302, (method, who)
            assert answer.location.startswith(STAFF_LOGIN), (method, who)
            nothing_changed(answer, f"{method} {who}")
        answer = request(client, method, path_of(route), {}, before)
        assert answer.status in (*OPEN_TO_STAFF.get(route, (302, 403, 404)), 405), method
        if answer.status == 302:
            assert answer.location.startswith("/admin/"), method
        nothing_changed(answer, f"{method} {WITHOUT_A_ROLE}")


def test_a_form_without_its_token_is_refused(maker: Side, sessions: dict[str, Client]) -> None:
    for row in OUTSIDE_TABLE:
        if row.method == "POST":
            client = again(sessions["unit"])
            client.handler.enforce_csrf_checks = True
            answer = ask(client, row, maker)
            assert answer.status == 403, row.name
            nothing_changed(answer)
