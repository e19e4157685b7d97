"""What a key may do in how much time, counted at once and said in every answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from accounts.core.limits import HOUR, MINUTE, Limit, draw
from accounts.keys.models import InterfaceKey
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import ADDRESS, PARAM, call, code, envelope, passed, post
from tracing.api.rates import FAILURES, ROWS


@pytest.fixture
def subject(servers: None) -> str:
    """Nothing has been counted for it yet."""
    return uuid4().hex


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds that the limits go by."""
    seconds = [1_200_000]
    monkeypatch.setattr("accounts.core.limits.time.time_ns", lambda: seconds[0] * 1_000_000_000)
    return seconds


def test_amounts_are_counted_until_there_is_no_room(subject: str, clock: list[int]) -> None:
    limit = Limit("draw", subject, 100, MINUTE)
    assert draw((limit, 60)).left[0].left == 40
    refused = draw((limit, 41))
    assert refused.wait > 0
    assert refused.left[0].left == 40
    assert draw((limit, 40)).left[0].left == 0


def test_never_more_than_the_limit_within_any_window(subject: str, clock: list[int]) -> None:
    limit = Limit("draw", subject, 10, MINUTE)
    taken: list[int] = []
    for _ in range(400):
        if draw((limit, 1)).wait == 0:
            taken.append(clock[0])
        clock[0] += 1
    assert len(taken) >= 400 * 10 // (MINUTE + 2)
    for first in taken:
        assert sum(first <= at < first + MINUTE for at in taken) <= 10


def test_the_wait_is_long_enough_and_no_longer(subject: str, clock: list[int]) -> None:
    limit = Limit("draw", subject, 10, MINUTE)
    draw((limit, 6))
    clock[0] += 20
    draw((limit, 4))
    wait = draw((limit, 5)).wait
    assert MINUTE - 20 <= wait <= MINUTE - 20 + 1
    clock[0] += wait - 1
    assert draw((limit, 5)).wait > 0
    clock[0] += 1
    assert draw((limit, 5)).wait == 0


def test_of_several_limits_all_are_counted_or_none(subject: str, clock: list[int]) -> None:
    narrow, wide = Limit("narrow", subject, 5, MINUTE), Limit("wide", subject, 100, HOUR)
    assert draw((narrow, 5), (wide, 5)).wait == 0
    refused = draw((narrow, 1), (wide, 1))
    assert refused.wait > 0
    assert [one.left for one in refused.left] == [0, 95]


def test_nothing_is_drawn_by_looking(subject: str, clock: list[int]) -> None:
    limit = Limit("draw", subject, 5, MINUTE)
    assert [draw((limit, 0)).left[0].left for _ in range(3)] == [5, 5, 5]


def test_more_than_there_ever_is_waits_a_window(subject: str, clock: list[int]) -> None:
    assert draw((Limit("draw", subject, 5, MINUTE), 6)).wait == MINUTE


def test_of_many_at_once_just_so_many_get_through(subject: str) -> None:
    limit = Limit("draw", subject, 70, HOUR)
    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(lambda _: draw((limit, 10)).wait, range(60)))
    assert waits.count(0) == 7


@pytest.mark.django_db
def test_calls_of_a_key_have_a_limit_that_every_answer_tells(
    key: InterfaceKey, maker: Side, settings: Settings
) -> None:
    settings.PORTAL_API_CALLS_A_MINUTE = 2
    answers = [call(key, ADDRESS, "[]") for _ in range(3)]
    assert [code(one) for one in answers] == ["param_not_object"] * 2 + ["calls_too_often"]
    assert [one["RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
    assert {one["RateLimit-Limit"] for one in answers} == {"2"}
    assert answers[0]["RateLimit-Policy"] == '"calls";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"calls";r=1;t=')
    assert 0 < int(answers[2]["Retry-After"]) <= MINUTE + 1
    assert 0 < int(answers[2]["RateLimit-Reset"]) <= MINUTE + 1
    assert passed(call(key_of(maker), ADDRESS, PARAM)), "another key has its own"


@pytest.mark.django_db
@pytest.mark.parametrize("setting", [one.setting for one in ROWS])
def test_rows_of_a_key_have_a_limit(key: InterfaceKey, settings: Settings, setting: str) -> None:
    setattr(settings, setting, 10)
    answer = call(key, ADDRESS, {"DATA": [{}] * 11})
    assert code(answer) == "rows_too_many_for_now"
    answer = call(key, ADDRESS, {"data": [{}] * 11})
    assert code(answer) == "rows_too_many_for_now"
    assert " 10 行，本次有 11 行" in answer.json()["message"]
    assert int(answer["Retry-After"]) > 0
    answer = call(key, ADDRESS, {"data": [{"no": 1}] * 10})
    assert code(answer) != "rows_too_many_for_now"
    left = dict(part.split(";", 1) for part in answer["RateLimit"].split(", "))
    assert {'"calls"', '"rows-minute"', '"rows-hour"'} == left.keys()
    assert answer["RateLimit-Remaining"] == "0"


@pytest.mark.django_db
def test_who_fails_too_often_learns_no_more_and_holds_nobody_up(
    key: InterfaceKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {**envelope(key, PARAM), "sign": "0" * 64}
    unknown = {**wrong, "ak": "f" * 32}
    codes = [code(post(ADDRESS, message)) for message in [wrong, unknown] * (FAILURES // 2)]
    assert set(codes) == {"signature_wrong", "key_unknown"}
    for message in (wrong, unknown):
        answer = post(ADDRESS, message)
        assert code(answer) == "failures_too_often"
        assert int(answer["Retry-After"]) > 0
    assert passed(call(key, ADDRESS, PARAM))
