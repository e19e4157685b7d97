"""Limits are exact, also for many tries at once, and all or none of several count a try."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from accounts.core.limits import Limit, counted_address, forget, give_back, take

AT_ONCE = 200


@pytest.fixture
def subject(servers: None) -> str:
    """Nobody has tried anything for it yet."""
    return uuid4().hex


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds that the limits go by."""
    seconds = [1_000_000]
    monkeypatch.setattr("accounts.core.limits.time.time_ns", lambda: seconds[0] * 1_000_000_000)
    return seconds


def test_so_many_and_no_more(subject: str, clock: list[int]) -> None:
    limit = Limit("test", subject, 3, 60)
    assert [take(limit) for _ in range(5)] == [0, 0, 0, 60, 60]


def test_there_is_room_when_the_first_is_long_enough_ago(subject: str, clock: list[int]) -> None:
    limit = Limit("test", subject, 2, 60)
    take(limit)
    clock[0] += 20
    take(limit)
    clock[0] += 30
    assert take(limit) == 10
    clock[0] += 10
    assert take(limit) == 0
    assert take(limit) == 20


def test_of_several_limits_all_count_or_none(subject: str, clock: list[int]) -> None:
    narrow, wide = Limit("narrow", subject, 1, 10), Limit("wide", subject, 2, 100)
    assert take(narrow, wide) == 0
    for _ in range(5):
        assert take(narrow, wide) == 10
    clock[0] += 10
    assert take(narrow, wide) == 0
    clock[0] += 10
    assert take(narrow, wide) == 80


def test_subjects_and_names_do_not_meet(subject: str) -> None:
    assert take(Limit("test", subject, 1, 60)) == 0
    assert take(Limit("test", subject + "x", 1, 60)) == 0
    assert take(Limit("other", subject, 1, 60)) == 0


def test_what_came_to_a_good_end_counts_no_more(subject: str) -> None:
    limit = Limit("test", subject, 1, 60)
    take(limit)
    forget(limit)
    assert take(limit) == 0


def test_of_many_at_once_just_so_many_get_through(subject: str) -> None:
    limit = Limit("test", subject, 7, 600)
    with ThreadPoolExecutor(50) as pool:
        waits = list(pool.map(lambda _: take(limit), range(AT_ONCE)))
    assert waits.count(0) == 7


def test_the_key_shows_no_subject() -> None:
    assert "13900000000" not in Limit("sms", "13900000000", 1, 60).key


def test_a_try_given_back_leaves_room_for_one(subject: str, clock: list[int]) -> None:
    limit = Limit("test", subject, 2, 60)
    for _ in range(2):
        take(limit)
    give_back(limit)
    assert [take(limit), take(limit)] == [0, 60]
    forget(limit)
    give_back(limit)
    assert take(limit) == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (None, "local"),
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
    ],
)
def test_one_connection_is_one_place(address: str | None, expected: str) -> None:
    assert counted_address(address) == expected
