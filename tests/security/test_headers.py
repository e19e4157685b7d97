"""What every answer tells the browser, whoever asks."""

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.access_table import TABLE, Row
from tests.factories import UnitFactory
from tests.people import Side, again, client_of, side

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
POLICY = {
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}

# What others uploaded is shut in further.
FILE_POLICY = {
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "sandbox",
}

rows = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.name}")


@pytest.fixture(scope="module")
def owner(kept: None) -> Side:
    """A maker that distributes as well."""
    return side(UnitFactory.create(is_distributor=True))


@pytest.fixture(scope="module")
def sessions(owner: Side) -> dict[str, Client]:
    """Its people, and one of another unit."""
    return {
        "holder": client_of(owner.agent.account),
        "unit": client_of(owner.unit.account),
        "stranger": client_of(side(UnitFactory.create()).agent.account),
    }


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


def is_safe(answer: HttpResponseBase) -> None:
    """Expect the policy and the other headers."""
    policy = FILE_POLICY if answer["Content-Type"] == "application/pdf" else POLICY
    assert set(answer["Content-Security-Policy"].split("; ")) == policy
    assert {name: answer[name] for name in SAFE} == SAFE


@rows
@pytest.mark.parametrize("who", ["holder", "unit", "stranger"])
def test_what_a_session_is_given_is_stored_nowhere(
    row: Row, who: str, maker: Side, sessions: dict[str, Client]
) -> None:
    answer = ask(again(sessions[who]), row, maker)
    assert "no-store" in answer["Cache-Control"]
    is_safe(answer)


@pytest.mark.parametrize("address", ["/login/", "/nowhere/", "/healthz", "/u/maker1/", "/admin/"])
def test_what_everyone_is_given_is_as_safe(db: None, client: Client, address: str) -> None:
    is_safe(client.get(address))


def test_a_page_without_its_token_is_refused_under_the_policy(maker: Side) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(maker.agent.account)
    for row in TABLE:
        if row.method == "POST":
            with transaction.atomic():
                answer = ask(client, row, maker)
                transaction.set_rollback(True)
            assert answer.status_code == 403
            is_safe(answer)


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
    is_safe(answer)
    assert "no-store" in answer["Cache-Control"]
