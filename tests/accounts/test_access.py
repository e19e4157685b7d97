"""Walks every address of the URL map and compares with the table of who may do what."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import actions
from accounts.models import Account
from tests.access_table import OUTSIDE, TABLE, Row
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, client_of, side

UNIT_ADDRESS = "u/<unit:slug>/"
# What a refused request may leave behind: sessions and counted sign-in failures.
PASSING = frozenset({"sessions.session", "axes.accessattempt"})

rows = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.name}")


@pytest.fixture
def maker(db: None) -> Side:
    """The unit that the table's rows are about: it makes and distributes, so it has every page."""
    return side(UnitFactory.create(is_distributor=True))


def addresses(
    resolver: URLResolver, route: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Yield (route, full name) of every address of the URL map."""
    for entry in resolver.url_patterns:
        path = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*names, entry.namespace) if entry.namespace else names
            yield from addresses(entry, path, inner)
        elif isinstance(entry, URLPattern):
            yield path, ":".join((*names, entry.name or path))


def snapshot() -> dict[str, list[Any]]:
    """Return every row of every table, except what a refused request may leave."""
    return {
        model._meta.label_lower: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.managed and model._meta.label_lower not in PASSING
    }


class Answer(NamedTuple):
    """What came back, and what the database held when it was asked for."""

    status: int
    location: str
    before: dict[str, list[Any]]


def ask(client: Client, row: Row, owner: Side, *, without: str = "") -> Answer:
    """Make the row's request for the owner's unit; its agent first loses the business `without`."""
    arguments, data = row.make(owner)
    if without:
        actions.revoke(owner.unit, owner.agent, without)
    address = reverse(row.name, kwargs={"slug": owner.unit.slug, **arguments})
    before = snapshot()
    response = client.get(address) if row.method == "GET" else client.post(address, data)
    # A file is closed when it has been read.
    b"".join(response)
    return Answer(response.status_code, response.headers.get("Location", ""), before)


def refused(answer: Answer) -> None:
    """Expect that nothing has changed since the request was made."""
    assert snapshot() == answer.before


def test_every_address_of_a_unit_is_in_the_table() -> None:
    listed = {row.name for row in TABLE}
    found = {name for route, name in addresses(get_resolver()) if route.startswith(UNIT_ADDRESS)}
    assert found - listed == set(), "addresses without a row in tests/access_table.py"
    assert listed - found == set(), "rows in tests/access_table.py without an address"


def test_every_other_address_is_known() -> None:
    found = {name for route, name in addresses(get_resolver()) if not route.startswith("u/")}
    unknown = {name for name in found if not {name, name.split(":")[0]} & OUTSIDE}
    assert unknown == set(), "addresses without a line in OUTSIDE of tests/access_table.py"


@rows
def test_nobody_is_sent_to_the_sign_in_page(row: Row, client: Client, maker: Side) -> None:
    answer = ask(client, row, maker)
    assert answer.status == 302
    assert answer.location.startswith("/login/")
    refused(answer)


@rows
@pytest.mark.parametrize("who", ["agent", "unit", "staff"])
def test_a_stranger_cannot_tell_that_the_unit_exists(
    row: Row, who: str, maker: Side, stranger: Side
) -> None:
    accounts: dict[str, Account] = {
        "agent": stranger.agent.account,
        "unit": stranger.unit.account,
        "staff": Account.objects.create_superuser("staff1", "Portal-2026"),
    }
    answer = ask(client_of(accounts[who]), row, maker)
    assert answer.status == 404
    refused(answer)


@rows
def test_a_member_without_the_business(row: Row, maker: Side) -> None:
    member = AgentFactory.create(units=[maker.unit])
    answer = ask(client_of(member.account), row, maker)
    assert answer.status == row.member
    if row.member == 403:
        refused(answer)


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.member == 403 != row.holder],
    ids=lambda row: f"{row.method} {row.name}",
)
def test_every_other_business_is_not_enough(row: Row, maker: Side, agent_client: Client) -> None:
    answer = ask(agent_client, row, maker, without=row.business)
    assert answer.status == 403
    refused(answer)


@rows
def test_the_holder(row: Row, maker: Side, agent_client: Client) -> None:
    answer = ask(agent_client, row, maker)
    assert answer.status == row.holder
    if row.holder == 403:
        refused(answer)


@rows
def test_the_unit_account(row: Row, maker: Side, unit_client: Client) -> None:
    answer = ask(unit_client, row, maker)
    assert answer.status == row.unit
    if row.unit == 403:
        refused(answer)
