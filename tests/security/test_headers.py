"""What every answer tells the browser, whoever asks.

That all answers of a unit's pages do is looked at where they are walked, in
tests/accounts/core/test_access.py.
"""

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.access_table import TABLE, Row
from tests.factories import UnitFactory
from tests.people import Side, again, side
from tests.security.shown import is_safe, is_stored_nowhere


@pytest.fixture(scope="module")
def owner(kept: None) -> Side:
    """A maker that distributes as well."""
    return side(UnitFactory.create(is_distributor=True))


@pytest.fixture
def maker(db: None, owner: Side) -> Side:
    """The maker, for one test."""
    return again(owner)


def ask(client: Client, row: Row, owner: Side) -> HttpResponseBase:
    """Make the row's request for the owner's unit."""
    arguments, data = row.make(owner)
    address = reverse(row.name, kwargs={"slug": owner.unit.slug, **arguments})
    answer = client.get(address) if row.method == "GET" else client.post(address, data)
    # A file is closed when it has been read.
    b"".join(answer)
    return answer


@pytest.mark.parametrize("address", ["/login/", "/nowhere/", "/healthz", "/u/maker1/", "/admin/"])
def test_what_everyone_is_given_is_as_safe(db: None, client: Client, address: str) -> None:
    is_safe(client.get(address).headers)


def test_a_page_without_its_token_is_refused_under_the_policy(maker: Side) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(maker.agent.account)
    for row in TABLE:
        if row.method == "POST":
            with transaction.atomic():
                answer = ask(client, row, maker)
                transaction.set_rollback(True)
            assert answer.status_code == 403
            is_safe(answer.headers, row.name)


def test_a_fault_of_ours_says_nothing_about_itself(
    maker: Side, agent_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_asked: object, **_more: object) -> None:
        raise RuntimeError("the name of a table")

    monkeypatch.setattr("tracing.uploads.listers.batches", fail)
    agent_client.raise_request_exception = False
    answer = agent_client.get(f"/u/{maker.unit.slug}/maker/upload/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "系统出现错误" in page
    assert "RuntimeError" not in page
    assert "the name of a table" not in page
    is_safe(answer.headers)
    is_stored_nowhere(answer.headers)
