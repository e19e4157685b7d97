"""PostgreSQL gone or recovering: pages say that it passes, commands wait for it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client
from psycopg import errors

from portal.servers import migrating
from portal.servers.errors import ServerError
from portal.servers.migrating import await_database
from portal.servers.versions import refuse_old


def by(cause: psycopg.Error) -> OperationalError:
    error = OperationalError("told by the server")
    error.__cause__ = cause
    return error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (by(psycopg.OperationalError("server closed the connection unexpectedly")), 503),
        (by(errors.AdminShutdown()), 503),
        (by(errors.CannotConnectNow("the database system is starting up")), 503),
        (by(errors.TooManyConnections()), 503),
        (by(errors.ConnectionFailure()), 503),
        (InterfaceError("connection already closed"), 503),
        (by(errors.QueryCanceled()), 500),
        (by(errors.DeadlockDetected()), 500),
        (DatabaseError("none of these"), 500),
    ],
    ids=repr,
)
def test_only_a_database_that_is_gone_is_said_to_pass(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("accounts.rights.views_services.render", fail)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == status
    assert answer.get("Retry-After") == ("30" if status == 503 else None)
    assert ("暂时无法办理" in answer.content.decode()) is (status == 503)


@pytest.fixture
def recovering(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What the database answers, one after the other, before it takes a connection."""
    answers: list[Exception] = []

    def connect() -> None:
        if answers:
            raise answers.pop(0)

    monkeypatch.setattr(connection, "ensure_connection", connect)
    monkeypatch.setattr(migrating, "WAIT_SECONDS", 0)
    return answers


def test_a_command_waits_for_a_database_that_recovers(recovering: list[Exception]) -> None:
    recovering += [by(errors.CannotConnectNow())] * 3
    await_database()
    assert recovering == []


def test_a_command_says_that_the_database_does_not_answer(
    recovering: list[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "ANSWER_SECONDS", 0)
    recovering.append(by(errors.CannotConnectNow()))
    with pytest.raises(ServerError, match="does not answer: told by the server"):
        await_database()


def test_too_old_a_server_is_not_waited_for(recovering: list[Exception]) -> None:
    with pytest.raises(ServerError) as old:
        refuse_old(150000)
    recovering += [old.value, old.value]
    with pytest.raises(ServerError, match="PostgreSQL 15"):
        await_database()
    assert len(recovering) == 1
