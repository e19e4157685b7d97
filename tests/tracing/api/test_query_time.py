"""A query whose statement never ends is stopped and said."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import call
from tests.tracing.api.querying import asked, refused
from tests.tracing.factories import small
from tracing.api import query_codes, query_time

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_statement_that_takes_too_long_is_stopped(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleeps(*_asked: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    with monkeypatch.context() as patch:
        patch.setattr(query_time, "SECONDS", 0.05)
        patch.setattr(query_codes, "traces_of", sleeps)
        assert refused(maker, "drug-codes", TRAC_CODE=small(1)) == (503, ["query_too_long"])
    assert asked(maker, "drug-codes", TRAC_CODE=small(1))["rows"] == []


def test_another_trouble_of_the_database_stays_one(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_asked: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(query_codes, "traces_of", breaks)
    answer = call(key_of(maker), "query/drug-codes", {"TRAC_CODE": small(1)})
    assert (answer.status_code, answer.json()["code"]) == (503, "portal_busy")
