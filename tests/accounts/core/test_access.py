"""Walks every address of the URL map and compares with the table of who may do what."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.rights.actions_granting import revoke
from tests.access_table import TABLE, Row
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, again, client_of, side
from tests.walking import METHODS, Answer, addresses, client_for, nothing_changed, request

UNIT_ADDRESS = "u/<unit:slug>/"

rows = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.name}")


@pytest.fixture(scope="module")
def owner(kept: None) -> Side:
    """The unit that the table's rows are about: it makes and distributes, so it has every page."""
    return side(UnitFactory.create(is_distributor=True))


@pytest.fixture(scope="module")
def sessions(owner: Side) -> dict[str, Client]:
    """Who works for the unit: its agent, and its own account."""
    return {who: client_for(who, owner) for who in ("agent", "unit")}


@pytest.fixture(scope="module")
def strange(owner: Side) -> dict[str, Client]:
    """Who has no business there: nobody, those half signed in, and people of another unit."""
    stranger = side(UnitFactory.create())
    return {who: client_for(who, stranger) for who in ("nobody", "half", "agent", "unit", "staff")}


@pytest.fixture
def maker(db: None, owner: Side) -> Side:
    """The unit, for one test."""
    return again(owner)


@pytest.fixture
def agent_client(db: None, sessions: dict[str, Client]) -> Client:
    """The unit's agent, signed in."""
    return again(sessions["agent"])


@pytest.fixture
def unit_client(db: None, sessions: dict[str, Client]) -> Client:
    """The unit's own account, signed in."""
    return again(sessions["unit"])


def ask(client: Client, row: Row, owner: Side, *, without: str = "") -> Answer:
    """Make the row's request for the owner's unit; its agent first loses the business `without`."""
    arguments, data = row.make(owner)
    if without:
        revoke(owner.unit, owner.agent, without)
    address = reverse(row.name, kwargs={"slug": owner.unit.slug, **arguments})
    return request(client, row.method, address, data)


def test_every_address_of_a_unit_is_in_the_table() -> None:
    listed = {row.name for row in TABLE}
    found = {name for route, name in addresses(get_resolver()) if route.startswith(UNIT_ADDRESS)}
    assert found - listed == set(), "addresses without a row in tests/access_table.py"
    assert listed - found == set(), "rows in tests/access_table.py without an address"


@rows
@pytest.mark.parametrize("who", ["nobody", "half"])
def test_nobody_is_sent_to_the_sign_in_page(
    row: Row, who: str, maker: Side, strange: dict[str, Client]
) -> None:
    answer = ask(again(strange[who]), row, maker)
    assert answer.status == 302
    assert answer.location.startswith("/login/")
    nothing_changed(answer)


@rows
@pytest.mark.parametrize("who", ["agent", "unit", "staff"])
def test_a_stranger_cannot_tell_that_the_unit_exists(
    row: Row, who: str, maker: Side, strange: dict[str, Client]
) -> None:
    answer = ask(again(strange[who]), row, maker)
    assert answer.status == 404
    nothing_changed(answer)


@rows
def test_a_member_without_the_business(row: Row, maker: Side) -> None:
    member = AgentFactory.create(units=[maker.unit])
    answer = ask(client_of(member.account), row, maker)
    assert answer.status == row.member
    if row.member == 403:
        nothing_changed(answer)


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.member == 403 != row.holder],
    ids=lambda row: f"{row.method} {row.name}",
)
def test_every_other_business_is_not_enough(row: Row, maker: Side, agent_client: Client) -> None:
    answer = ask(agent_client, row, maker, without=row.business)
    assert answer.status == 403
    nothing_changed(answer)


@rows
def test_the_holder(row: Row, maker: Side, agent_client: Client) -> None:
    answer = ask(agent_client, row, maker)
    assert answer.status == row.holder
    if row.holder == 403:
        nothing_changed(answer)


@rows
def test_the_unit_account(row: Row, maker: Side, unit_client: Client) -> None:
    answer = ask(unit_client, row, maker)
    assert answer.status == row.unit
    if row.unit == 403:
        nothing_changed(answer)


@pytest.mark.parametrize("name", sorted({row.name for row in TABLE}))
def test_a_method_that_is_not_in_the_table_is_refused(
    name: str, maker: Side, sessions: dict[str, Client]
) -> None:
    """Also to whoever may open the page."""
    of_name = [row for row in TABLE if row.name == name]
    row = of_name[0]
    arguments, data = row.make(maker)
    address = reverse(name, kwargs={"slug": maker.unit.slug, **arguments})
    client = again(sessions["unit" if row.unit not in (403, 404) else "agent"])
    for method in set(METHODS) - {row.method for row in of_name}:
        answer = request(client, method, address, data)
        assert answer.status == 405, method
        nothing_changed(answer)
