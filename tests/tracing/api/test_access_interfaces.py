"""Walks the interfaces and the URL map, and compares with the third part of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.keys.models import InterfaceKey
from accounts.keys.scopes import scopes_of
from portal.lib.refused import catalogue
from tests.access_interfaces import INTERFACE_TABLE, SCOPES, STATES
from tests.accounts.keys.keys import key_of
from tests.factories import UnitFactory
from tests.people import Side, again, client_of, side
from tests.tracing.api.calls import call, code, envelope, post, signed_headers
from tests.walking import METHODS, addresses, snapshot
from tracing.api.catalogue import INTERFACES
from tracing.api.views import PREFIX
from tracing.sandbox import schemas

interfaces = pytest.mark.parametrize("address", sorted(INTERFACES))


@pytest.fixture(scope="module")
def known(kept: None) -> Side:
    """A unit of both kinds, whose agent does all its businesses."""
    return side(UnitFactory.create(is_maker=True, is_distributor=True))


@pytest.fixture(scope="module")
def keys(known: Side) -> dict[str, InterfaceKey]:
    """Keys of the unit with one scope each."""
    return {scope: key_of(known, [scope]) for scope in SCOPES}


@pytest.fixture(scope="module")
def sandbox_keys(known: Side) -> dict[str, InterfaceKey]:
    """Such keys of its sandbox, which is there: its tables are many, so it is made once."""
    with schemas.entered(known.unit):
        pass
    return {scope: key_of(known, [scope], sandbox=True) for scope in SCOPES}


@pytest.fixture
def owner(db: None, known: Side) -> Side:
    """The unit, for one test."""
    return again(known)


def tracing_rows() -> dict[str, list[str]]:
    """Every row of the tables that a call may write."""
    return {label: rows for label, rows in snapshot().items() if label.startswith("tracing.")}


def refused_as(
    answer: Any, expected: str, before: Mapping[str, list[str]], asked: str = ""
) -> None:
    """Expect one refusal, in its shape, that has changed nothing."""
    assert code(answer) == expected, asked
    assert answer.json()["data"] is None, asked
    assert tracing_rows() == before, asked


def test_every_interface_is_in_the_table() -> None:
    found = {one.address: one.businesses for one in INTERFACES.values()}
    assert found == INTERFACE_TABLE, "tests/access_interfaces.py and the interfaces differ"


def test_every_address_of_the_url_map_is_an_interface() -> None:
    routes = {route for route, _ in addresses(get_resolver()) if route.startswith("api/v1")}
    assert routes == {f"{PREFIX}{address}" for address in INTERFACES}
    for one in INTERFACES.values():
        assert reverse(f"tracing:{one.name}") == f"/{PREFIX}{one.address}"


def test_every_scope_that_a_unit_may_be_given_visits(owner: Side) -> None:
    assert {one.code for one in scopes_of(owner.unit)} == set(SCOPES)


def may_call(answer: Any) -> bool:
    """Whether a call came to its interface, which says something of an empty param."""
    found = code(answer)
    return found not in catalogue() or catalogue()[found].place != "envelope"


@interfaces
def test_a_key_calls_what_its_scope_says_and_nothing_else(
    address: str, owner: Side, keys: dict[str, InterfaceKey]
) -> None:
    before = tracing_rows()
    for scope, key in keys.items():
        answer = call(key, address, {"data": "none"})
        if scope in INTERFACE_TABLE[address]:
            assert may_call(answer), scope
        else:
            refused_as(answer, "scope_missing", before, scope)


@interfaces
def test_a_scope_is_worth_nothing_to_a_unit_of_another_kind(address: str, owner: Side) -> None:
    kinds = {business.split("-")[0] for business in INTERFACE_TABLE[address]}
    if len(kinds) > 1:
        return  # Units of every kind may have it.
    key = key_of(owner)
    owner.unit.is_maker, owner.unit.is_distributor = "maker" not in kinds, "maker" in kinds
    owner.unit.save()
    before = tracing_rows()
    refused_as(call(key, address, {"data": "none"}), "scope_not_of_unit", before)


@interfaces
def test_a_key_that_may_not_calls_nothing(address: str, owner: Side) -> None:
    key, before = key_of(owner), tracing_rows()
    for name, state in STATES.items():
        columns = {column: value() for column, value in state.columns.items()}
        with transaction.atomic():
            InterfaceKey.everything.filter(pk=key.pk).update(**columns)
            refused_as(call(key, address, {"data": "none"}), state.code, before, name)
            transaction.set_rollback(True)


@interfaces
def test_without_who_does_the_business_nothing_is_called(address: str, owner: Side) -> None:
    key = key_of(owner)
    owner.unit.approved_at = None
    owner.unit.save()
    refused_as(call(key, address, {"data": "none"}), "key_without_holder", tracing_rows())


@interfaces
def test_without_a_right_signature_nothing_is_called(address: str, owner: Side) -> None:
    """Nor by whoever is signed in on the pages, nor with the SKey of another unit's key."""
    key, other = key_of(owner), key_of(side(UnitFactory.create()))
    before = tracing_rows()
    for account in (owner.agent.account, owner.unit.account):
        answer = client_of(account).post(
            f"/{PREFIX}{address}", b"{}", content_type="application/json"
        )
        refused_as(answer, "field_missing", before)
    other.ak = key.ak
    refused_as(post(address, envelope(other, "{}")), "signature_wrong", before)
    headers = signed_headers(other, b"{}", path=f"/{PREFIX}{address}")
    refused_as(post(address, b"{}", **headers), "headers_signature_wrong", before)


@interfaces
def test_both_schemes_let_in(address: str, owner: Side) -> None:
    key, body = key_of(owner), b'{"data":"none"}'
    assert may_call(call(key, address, body.decode()))
    assert may_call(post(address, body, **signed_headers(key, body, path=f"/{PREFIX}{address}")))


@interfaces
def test_another_method_is_refused(address: str, owner: Side) -> None:
    client = Client()
    for method in set(METHODS) - {"POST"}:
        answer = client.generic(method, f"/{PREFIX}{address}")
        assert (answer.status_code, answer["Allow"]) == (405, "POST"), method


@interfaces
def test_a_key_of_the_sandbox_calls_there_and_changes_nothing_real(
    address: str, owner: Side, sandbox_keys: dict[str, InterfaceKey]
) -> None:
    before = tracing_rows()
    for scope, key in sandbox_keys.items():
        answer = call(key, address, {"data": "none"})
        if scope in INTERFACE_TABLE[address]:
            assert may_call(answer), scope
            assert tracing_rows() == before, scope
        else:
            refused_as(answer, "scope_missing", before, scope)
