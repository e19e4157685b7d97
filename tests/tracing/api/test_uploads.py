"""Rows by interface."""

from __future__ import annotations

import pytest

from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import call
from tests.tracing.uploads.rows import CODES, code_rows
from tracing.stores.models_codes import TraceCode

pytestmark = pytest.mark.django_db(transaction=True)


def test_signed_rows_are_stored(maker: Side) -> None:
    answer = call(key_of(maker), f"upload/{CODES}", {"delFlag": False, "data": code_rows(3)})
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["data"]["created"] == 3
    assert TraceCode.objects.of(maker.unit).count() == 3
