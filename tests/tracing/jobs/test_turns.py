"""Whose turn it is among waiting uploads: small before large, units in turn, nobody for ever."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.agents.models import Agent
from accounts.units.models import Unit
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.uploads import submit
from tests.turns import turns as examples
from tracing import tasks
from tracing.jobs import turns
from tracing.jobs.models import release
from tracing.uploads import check as pipeline
from tracing.uploads import turn as imports
from tracing.uploads.models import Round, Submission
from tracing.uploads.turn import IMPORTS
from tracing.uploads.workbook import read as reader

pytestmark = pytest.mark.django_db(transaction=True)

LARGE, SMALL = imports.SMALL_BYTES + 1, imports.SMALL_BYTES


@pytest.fixture(autouse=True)
def two_workers(settings: Settings) -> None:
    settings.PORTAL_IMPORT_WORKERS = 2


@pytest.fixture
def units() -> list[Unit]:
    return [UnitFactory.create() for _ in range(3)]


def queued(
    unit: Unit, agent: Agent, size: int = SMALL, *, ago: float = 1.0, handed: bool = True
) -> Submission:
    """An upload that waits, for so many seconds."""
    since = timezone.now() - timedelta(seconds=ago)
    submission = Submission.objects.create(
        unit=unit,
        agent=agent,
        record_code=CODES,
        source=Submission.Source.PAGE,
        received_at=since,
        queued_at=since,
        nudged_at=since if handed else None,
    )
    Round.objects.create(
        submission=submission, number=1, name="a.xlsx", stored_name="a", size=size, sha256="0"
    )
    return submission


def taken() -> UUID | None:
    """The upload whose turn it is; its worker is busy from now on."""
    turn = turns.take_turn(IMPORTS)
    return turn and turn[0].pk


def done(pk: UUID) -> None:
    """A worker has checked it."""
    row = Submission.everything.filter(pk=pk)
    token = row.get().lease_token
    assert token is not None
    assert release(row, token, state="staged")


def test_small_files_overtake_large_ones(units: list[Unit]) -> None:
    agent = AgentFactory.create()
    large = queued(units[0], agent, LARGE, ago=60)
    small = queued(units[1], agent, ago=1)
    assert [taken(), taken()] == [small.pk, large.pk]


def test_a_large_file_that_waited_long_is_overtaken_no_more(units: list[Unit]) -> None:
    agent = AgentFactory.create()
    large = queued(units[0], agent, LARGE, ago=turns.AGED.total_seconds() + 1)
    queued(units[1], agent, ago=1)
    assert taken() == large.pk


def test_one_hand_is_kept_from_large_files(units: list[Unit]) -> None:
    agent = AgentFactory.create()
    first = queued(units[0], agent, LARGE, ago=600)
    second = queued(units[1], agent, LARGE, ago=500)
    assert [taken(), taken()] == [first.pk, None]
    assert not turns.waits(IMPORTS)
    small = queued(units[2], agent)
    assert turns.waits(IMPORTS)
    assert [taken(), taken()] == [small.pk, None]
    done(first.pk)
    assert taken() == second.pk


def test_what_is_stored_is_large_by_its_rows(units: list[Unit]) -> None:
    agent = AgentFactory.create()
    stores = [queued(unit, agent, LARGE, ago=9 - n) for n, unit in enumerate(units)]
    counts = [imports.SMALL_ROWS + 1, imports.SMALL_ROWS + 1, imports.SMALL_ROWS]
    for submission, count in zip(stores, counts, strict=True):
        Submission.everything.filter(pk=submission.pk).update(state="storing", staged_rows=count)
    assert [taken(), taken(), taken()] == [stores[2].pk, stores[0].pk, None]


def test_no_unit_holds_all_workers(units: list[Unit]) -> None:
    agent = AgentFactory.create()
    many = [queued(units[0], agent, ago=100 - n) for n in range(5)]
    assert [taken(), taken()] == [many[0].pk, None]
    other = queued(units[1], agent)
    assert taken() == other.pk
    done(many[0].pk)
    assert taken() == many[1].pk


def test_a_worker_that_is_alone_takes_whatever_waits(units: list[Unit], settings: Settings) -> None:
    settings.PORTAL_IMPORT_WORKERS = 1
    agent = AgentFactory.create()
    files = [queued(units[0], agent, LARGE, ago=9), queued(units[0], agent, LARGE, ago=8)]
    # The first one's worker was killed; its lease is not over yet.
    assert [taken(), taken()] == [file.pk for file in files]


def test_units_take_turns_however_many_files_one_of_them_has(units: list[Unit]) -> None:
    agent = AgentFactory.create()
    for number in range(6):
        queued(units[0], agent, ago=100 - number)
    queued(units[1], agent, ago=2)
    queued(units[2], agent, ago=1)
    served = []
    while pk := taken():
        served.append(units.index(Submission.everything.get(pk=pk).unit))
        done(pk)
    assert served == [0, 1, 2, 0, 0, 0, 0, 0]


def test_an_upload_that_a_command_works_on_is_not_taken_from_it(units: list[Unit]) -> None:
    queued(units[0], AgentFactory.create(), handed=False)
    assert taken() is None


def test_workers_that_ask_at_once_take_different_files_and_keep_a_worker_free(
    units: list[Unit], settings: Settings
) -> None:
    settings.PORTAL_IMPORT_WORKERS = 4
    agent = AgentFactory.create()
    for unit in units:
        for _ in range(3):
            queued(unit, agent, LARGE)
    found: list[UUID | None] = []
    together = threading.Barrier(8)

    def one() -> None:
        try:
            together.wait(30)
            found.append(taken())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    got = [pk for pk in found if pk]
    assert (len(found), len(got), len(set(got))) == (8, 3, 3)


@trials(
    max_examples=examples(75),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=12),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
)
def test_in_any_order_everything_is_taken_once_and_the_limits_hold(
    settings: Settings,
    units: list[Unit],
    files: list[tuple[int, bool]],
    workers: int,
    random: Random,
) -> None:
    settings.PORTAL_IMPORT_WORKERS = workers
    # What an example before this one left behind, when it failed, is none of this one's.
    Submission.everything.all().delete()
    agent = AgentFactory.create()
    rows = {
        queued(units[unit], agent, LARGE if large else SMALL).pk: (unit, large)
        for unit, large in files
    }
    running: list[UUID] = []
    finished: list[UUID] = []
    while len(finished) < len(rows):
        while len(running) < workers and (pk := taken()):
            running.append(pk)
        assert running, "something waits, and nobody gets a turn"
        if workers > 1:
            assert sum(rows[pk][1] for pk in running) < workers
            assert max(Counter(rows[pk][0] for pk in running).values()) < workers
        pk = running.pop(random.randrange(len(running)))
        done(pk)
        finished.append(pk)
    assert sorted(finished) == sorted(rows)


def test_a_small_file_of_many_rows_gives_its_turn_back_and_counts_as_large(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.work_on_submission, "delay", lambda: None)
    monkeypatch.setattr(imports, "SMALL_ROWS", 9)
    sent = submit(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10))).submission
    Submission.everything.update(nudged_at=timezone.now())
    assert turns.is_small(IMPORTS, sent)
    imports.work_in_turn()
    sent.refresh_from_db()
    assert (sent.state, sent.total, sent.lease_token, sent.attempts) == ("checking", 10, None, 0)
    assert not turns.is_small(IMPORTS, sent)
    assert turns.waits(IMPORTS)
    imports.work_in_turn()
    sent.refresh_from_db()
    assert (sent.state, sent.accepted) == ("staged", 10)


def test_ten_small_files_of_others_are_checked_while_a_large_one_is_at_work(
    maker: Side, stranger: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.work_on_submission, "delay", lambda: None)
    rows = code_rows(6_000, start=1_000_000, prod_code="6999000000019")
    large = submit(*maker, CODES, workbook(tmp_path / "large.xlsx", CODES, rows)).submission
    assert large.files.get().size > imports.SMALL_BYTES
    at_work, go_on = threading.Event(), threading.Event()
    read = reader.read

    def slowly(path: Path, *more: Any) -> Any:
        if path == large.files.get().path:
            at_work.set()
            assert go_on.wait(120)
        return read(path, *more)

    def worker() -> None:
        try:
            tasks.work_on_submission()
        finally:
            connection.close()

    monkeypatch.setattr(pipeline, "read", slowly)
    Submission.everything.update(nudged_at=timezone.now())
    busy = threading.Thread(target=worker)
    busy.start()
    assert at_work.wait(60)
    try:
        small = []
        for number in range(10):
            file = workbook(tmp_path / f"{number}.xlsx", CODES, code_rows(2, start=10 * number))
            small.append(submit(*stranger, CODES, file).submission.pk)
        Submission.everything.filter(pk__in=small).update(nudged_at=timezone.now())
        for _ in small:
            tasks.work_on_submission()
        checked = Submission.everything.filter(state="staged").values_list("pk", flat=True)
        assert set(checked) == set(small)
        assert Submission.everything.get(pk=large.pk).state == "checking"
    finally:
        go_on.set()
        busy.join(120)
    large.refresh_from_db()
    assert (large.state, large.rejected) == ("staged", 6_000)


def test_a_worker_does_the_upload_whose_turn_it_is_and_wakes_another_for_what_waits(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(tasks.work_on_submission, "delay", lambda: woken.append("again"))
    files = []
    for number in range(2):
        path = workbook(tmp_path / f"{number}.xlsx", CODES, code_rows(2, start=10 * number))
        files.append(submit(*maker, CODES, path).submission)
    Submission.everything.update(nudged_at=timezone.now())
    states = []
    for _ in range(3):
        tasks.work_on_submission()
        states.append([Submission.everything.get(pk=file.pk).state for file in files])
    assert states == [["staged", "received"], ["staged", "staged"], ["staged", "staged"]]
    assert woken == ["again"]
