"""Rows for which 确认 is given as they come: one runner checks and stores them, by one lease."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection

from tests.people import Side
from tests.tracing.uploads import arrays
from tests.tracing.uploads.rows import CODES, code_rows
from tracing.stores.models_codes import TraceCode
from tracing.uploads import check, confirm
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def entered(maker: Side) -> Submission:
    """Three good rows, not checked yet."""
    return arrays.enter(*maker, CODES, code_rows(3), confirmed=True)


def test_they_are_stored_by_the_lease_that_checked_them(entered: Submission) -> None:
    tokens = []

    def store(pk: uuid.UUID, token: uuid.UUID) -> bool:
        now = Submission.everything.get(pk=pk)
        assert (now.state, now.stage, now.attempts) == ("storing", "store", 1)
        tokens.append((now.lease_token, token))
        return confirm.store_claimed(pk, token)

    assert check.check(entered.pk, store=store) is None
    assert [held == token for held, token in tokens] == [True]
    entered.refresh_from_db()
    assert (entered.state, entered.created, entered.lease_token) == ("stored", 3, None)
    # Nobody could have looked at what 确认 would do.
    assert entered.preview is None


def test_who_dies_before_storing_leaves_it_to_the_next(entered: Submission) -> None:
    def store(*_: uuid.UUID) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        check.check(entered.pk, store=store)
    entered.refresh_from_db()
    assert (entered.state, entered.attempts, entered.lease_token) == ("storing", 1, None)
    assert not TraceCode.everything.exists()
    check_and_store(entered.pk)
    entered.refresh_from_db()
    assert (entered.state, entered.created) == ("stored", 3)


def test_rows_that_are_gone_before_they_are_stored_are_checked_again(entered: Submission) -> None:
    def store(pk: uuid.UUID, token: uuid.UUID) -> bool:
        with connection.cursor() as cursor:  # As a crash of PostgreSQL does.
            cursor.execute("TRUNCATE tracing_staged_domestic_drug_codes")
        return confirm.store_claimed(pk, token)

    assert check.check(entered.pk, store=store) == entered.pk
    entered.refresh_from_db()
    assert (entered.state, entered.lease_token) == ("checking", None)
    check_and_store(entered.pk)
    entered.refresh_from_db()
    assert (entered.state, entered.created) == ("stored", 3)
