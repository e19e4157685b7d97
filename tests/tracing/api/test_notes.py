"""Each call by a key is noted with its answer: last use, the last calls, the count of each day."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from accounts.core.origin import COMMAND
from accounts.keys import actions_calls
from accounts.keys.actions_ending import freeze
from accounts.keys.models import InterfaceKey
from accounts.keys.models_calls import RING, STRAY_RING, KeyCall, KeyDay
from accounts.keys.queries_calls import days_of, is_signed, last_calls
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import call, envelope, post
from tests.tracing.uploads.rows import CODES, code_rows

pytestmark = pytest.mark.django_db
ADDRESS = f"upload/{CODES}"
EMPTY: dict[str, Any] = {"data": []}


def newest(key: InterfaceKey) -> KeyCall:
    found = last_calls(key).first()
    assert found is not None
    return found


def counted(key: InterfaceKey) -> tuple[int, int, int]:
    """Calls, errors and strays of today."""
    row = KeyDay.everything.get(key=key)
    return row.calls, row.errors, row.strays


@pytest.mark.django_db(transaction=True)
def test_a_good_call_is_noted(maker: Side) -> None:
    key = key_of(maker)
    rows = code_rows(3)
    answer = call(key, ADDRESS, {"data": rows})
    noted = newest(key)
    assert (noted.status, noted.code, noted.interface, noted.rows) == (200, "ok", ADDRESS, 3)
    assert noted.request_id == answer.json()["request_id"]
    assert noted.milliseconds >= 0
    kept = noted.param + noted.answer
    assert key.sk not in kept
    assert noted.answer.startswith('{"code":"ok"')
    for row in rows:
        assert all(code not in kept for code in row.values() if len(str(code)) >= 20)
    used = InterfaceKey.everything.get(pk=key.pk)
    assert (used.last_used_at, used.last_used_from) == (noted.at, "127.0.0.1")
    assert counted(key) == (1, 0, 0)


def test_a_refused_call_is_noted(maker: Side) -> None:
    key = key_of(maker)
    freeze(maker.unit, key.pk, "核查", origin=COMMAND)
    call(key, ADDRESS, EMPTY)
    assert (newest(key).status, newest(key).code) == (403, "key_frozen")
    assert counted(key) == (1, 1, 0)


def test_a_call_that_the_key_did_not_sign_is_no_use_of_it(maker: Side) -> None:
    key = key_of(maker)
    message = envelope(key, "{}") | {"sign": "0" * 64}
    post(ADDRESS, message)
    noted = newest(key)
    assert (noted.code, is_signed(noted)) == ("signature_wrong", False)
    assert "0" * 64 not in noted.answer
    assert InterfaceKey.everything.get(pk=key.pk).last_used_at is None
    assert counted(key) == (0, 0, 1)


def test_past_the_limit_of_failures_nothing_is_noted(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever merely knows an AKey would have the database write as often as they like."""
    monkeypatch.setattr("tracing.api.rates.FAILURES", 2)
    key = key_of(maker)
    message = envelope(key, "{}") | {"sign": "0" * 64}
    codes = [post(ADDRESS, message).json()["code"] for _ in range(4)]
    assert codes == ["signature_wrong"] * 2 + ["failures_too_often"] * 2
    assert counted(key) == (0, 0, 2)
    assert KeyCall.everything.filter(key=key).count() == 2


def test_a_replay_is_no_use_of_it(maker: Side) -> None:
    key = key_of(maker)
    message = envelope(key, json.dumps({"data": "no rows"}))
    for _ in range(2):
        post(ADDRESS, message)
    assert newest(key).code == "call_replayed"
    assert counted(key)[2] == 1


def test_what_names_no_key_is_noted_nowhere(maker: Side) -> None:
    key = key_of(maker)
    post(ADDRESS, envelope(key, "{}") | {"ak": "f" * 32})
    post(ADDRESS, "no message")
    assert not KeyCall.everything.exists()


def test_the_last_calls_stay_and_strangers_push_none_of_them_out(maker: Side) -> None:
    key = key_of(maker)
    freeze(maker.unit, key.pk, "核查", origin=COMMAND)
    for _ in range(STRAY_RING + 5):
        post(ADDRESS, envelope(key, "{}") | {"sign": "0" * 64})
    for number in range(RING + 3):
        call(key, ADDRESS, {"data": [], "number": number})
    rows = list(last_calls(key))
    assert len(rows) == RING + STRAY_RING
    signed = [row for row in rows if is_signed(row)]
    assert [json.loads(row.param)["number"] for row in signed] == list(range(RING + 2, 2, -1))
    assert len({row.pk for row in rows}) == len(rows)
    (*_, today) = days_of(key)
    assert (today.calls, today.bad, today.strays) == (RING + 3, RING + 3, STRAY_RING + 5)


def test_a_note_costs_one_statement(maker: Side) -> None:
    key = key_of(maker)
    freeze(maker.unit, key.pk, "核查", origin=COMMAND)
    with CaptureQueriesContext(connection) as statements:
        call(key, ADDRESS, EMPTY)
    written = [one["sql"] for one in statements if "accounts_keycall" in one["sql"]]
    assert len(written) == 1


def test_a_note_that_fails_harms_no_answer_and_is_logged(
    maker: Side, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key = key_of(maker)
    freeze(maker.unit, key.pk, "核查", origin=COMMAND)

    class Broken:
        def cursor(self) -> None:
            raise DatabaseError("the disk is full")

    monkeypatch.setattr(actions_calls, "connection", Broken())
    with caplog.at_level(logging.ERROR):
        answer = call(key, ADDRESS, EMPTY)
    assert answer.json()["code"] == "key_frozen"
    assert key.ak in caplog.text
    assert "the disk is full" in caplog.text
    assert key.sk not in caplog.text


def test_a_fault_of_ours_is_noted_too(maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(maker)

    def fail(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tracing.api.views.asked", fail)
    with pytest.raises(ZeroDivisionError):
        call(key, ADDRESS, EMPTY)
    assert (newest(key).status, newest(key).code) == (500, "failed")
