"""Walks every address of the URL map and compares with the table of who may do what."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.rights.actions_granting import revoke
from tests.access_table import TABLE, Row
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, again, client_of, side
from tests.security.shown import is_safe, is_stored_nowhere, offers_to_sign_out
from tests.walking import METHODS, Answer, addresses, client_for, nothing_changed, request, snapshot

UNIT_ADDRESS = "u/<unit:slug>/"
# What those get who have no business there, whatever the row: nobody, and staff whose one-time code
# is missing, are sent to the sign-in page; a stranger cannot tell that the unit exists.
ALWAYS = {
    "strange nobody": 302,
    "strange half": 302,
    "strange agent": 404,
    "strange unit": 404,
    "strange staff": 404,
}

rows = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.name}")


@pytest.fixture(scope="module")
def owner(kept: None) -> Side:
    """The unit that the table's rows are about: it makes and distributes, so it has every page."""
    return side(UnitFactory.create(is_distributor=True))


@pytest.fixture(scope="module")
def sessions(owner: Side) -> dict[str, Client]:
    """Who works for the unit, by the columns of the table."""
    member = AgentFactory.create(units=[owner.unit])
    return {
        "member": client_of(member.account),
        "holder": client_of(owner.agent.account),
        "unit": client_of(owner.unit.account),
    }


@pytest.fixture(scope="module")
def strange(owner: Side) -> dict[str, Client]:
    """Who has no business there: nobody, those half signed in, and people of another unit."""
    stranger = side(UnitFactory.create())
    return {who: client_for(who.removeprefix("strange "), stranger) for who in ALWAYS}


@pytest.fixture
def maker(db: None, owner: Side) -> Side:
    """The unit, for one test."""
    return again(owner)


def address_of(row: Row, owner: Side, arguments: dict[str, Any]) -> str:
    """The row's address in the owner's unit."""
    return reverse(row.name, kwargs={"slug": owner.unit.slug, **arguments})


def shown_as_all_is(answer: Answer, row: Row, who: str) -> None:
    """Expect of an answer what does not depend on the row."""
    is_safe(answer.headers, who)
    if ALWAYS.get(who) != 302:
        is_stored_nowhere(answer.headers, who)
        offers_to_sign_out(row.name, answer.status, answer.body, who)


def test_every_address_of_a_unit_is_in_the_table() -> None:
    listed = {row.name for row in TABLE}
    found = {name for route, name in addresses(get_resolver()) if route.startswith(UNIT_ADDRESS)}
    assert found - listed == set(), "addresses without a row in tests/access_table.py"
    assert listed - found == set(), "rows in tests/access_table.py without an address"


@rows
def test_everybody_gets_what_the_table_says(
    row: Row, maker: Side, sessions: dict[str, Client], strange: dict[str, Client]
) -> None:
    """All are asked about the same thing: first those who are refused, for they change nothing."""
    arguments, data = row.make(maker)
    address = address_of(row, maker, arguments)
    listed = {"member": row.member, "holder": row.holder, "unit": row.unit}
    people = {who: again(client) for who, client in (strange | sessions).items()}
    expected = {who: ALWAYS.get(who) or listed[who] for who in people}
    before = snapshot()
    for who in [who for who, status in expected.items() if who in ALWAYS or status == 403]:
        answer = request(people[who], row.method, address, data, before)
        assert answer.status == expected.pop(who), who
        assert answer.status != 302 or answer.location.startswith("/login/"), who
        shown_as_all_is(answer, row, who)
        nothing_changed(answer, who)
    if row.member == 403 != row.holder:
        with transaction.atomic():
            revoke(maker.unit, maker.agent, row.business)
            answer = request(people["holder"], row.method, address, data)
            assert answer.status == 403, "with every other business"
            nothing_changed(answer, "with every other business")
            transaction.set_rollback(True)
    for who, status in expected.items():
        with transaction.atomic():
            answer = request(people[who], row.method, address, data, before)
            assert answer.status == status, who
            shown_as_all_is(answer, row, who)
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted({row.name for row in TABLE}))
def test_a_method_that_is_not_in_the_table_is_refused(
    name: str, maker: Side, sessions: dict[str, Client]
) -> None:
    """Also to whoever may open the page."""
    of_name = [row for row in TABLE if row.name == name]
    row = of_name[0]
    arguments, data = row.make(maker)
    client = again(sessions["unit" if row.unit not in (403, 404) else "holder"])
    before = snapshot()
    for method in set(METHODS) - {row.method for row in of_name}:
        answer = request(client, method, address_of(row, maker, arguments), data, before)
        assert answer.status == 405, method
        nothing_changed(answer, method)
