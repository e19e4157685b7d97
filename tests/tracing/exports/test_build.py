"""How an export runs: states, leases, crashes, limits, snapshots."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from portal.lib.refused import restored
from tests.people import Side
from tests.tracing.exports.asking import ask, contents, make
from tests.tracing.factories import EventFactory, TraceCodeFactory, packed, small, voided
from tracing import tasks
from tracing.exports import build, limits, progress, turn
from tracing.exports.columns import COLUMNS
from tracing.exports.models import Export, ExportState
from tracing.exports.reading import Counted, Row
from tracing.exports.rows import count
from tracing.jobs.models import MAX_ATTEMPTS, claim
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.traces.selections import ByBatch, ByCode

BATCH = ByBatch("SN0001")


@pytest.fixture(autouse=True)
def packs(maker: Side, batch: DrugBatch) -> None:
    """Twenty packs."""
    packed(maker.unit, batch, 20)


def parts(export: Export) -> list[Path]:
    """Unfinished files."""
    return list(export.path.parent.glob("*.part"))


def again(export: Export) -> Export:
    return Export.everything.get(pk=export.pk)


def let_lease_end(export: Export) -> None:
    """As if the runner had died a while ago."""
    past = timezone.now() - timedelta(minutes=5)
    Export.everything.filter(pk=export.pk).update(lease_until=past, queued_at=past)


def test_a_ready_export_describes_its_file(maker: Side) -> None:
    before = timezone.now()
    export = make(ask(maker, BATCH))
    content = export.path.read_bytes()
    assert export.state == ExportState.READY
    assert (export.codes, export.rows, export.rows_done) == (20, 20, 20)
    assert (export.size, export.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert export.as_of is not None
    assert export.finished_at is not None
    assert before <= export.as_of <= export.finished_at
    assert export.expires_at == export.finished_at + limits.KEPT
    assert (export.lease_token, export.lease_until, parts(export)) == (None, None, [])
    assert export.path.stat().st_mode & 0o077 == 0


def test_a_csv_is_made_the_same_way(maker: Side) -> None:
    export = make(ask(maker, BATCH, format="csv"))
    text = export.path.read_text(encoding="utf-8-sig")
    assert (export.state, export.path.suffix, text.count("\n")) == ("ready", ".csv", 21)


def test_a_second_runner_leaves_a_running_export_alone(maker: Side) -> None:
    export = ask(maker, BATCH)
    assert claim(Export.everything.filter(pk=export.pk), state=ExportState.RUNNING)
    assert make(export).state == ExportState.RUNNING
    assert not export.path.exists()
    assert turn.abandoned() == []


def test_a_killed_runners_export_is_done_again_whole(maker: Side) -> None:
    export = ask(maker, BATCH)
    token = claim(Export.everything.filter(pk=export.pk), state=ExportState.RUNNING, rows_done=7)
    export.path.parent.mkdir(parents=True)
    export.path.with_name(f"{export.pk}.{token}.part").write_bytes(b"half a file")
    export.path.write_bytes(b"put in place by a runner that died before it could say so")
    let_lease_end(export)
    assert turn.abandoned() == [export.pk]
    done = make(export)
    assert (done.state, done.rows, len(contents(done.path))) == ("ready", 20, 20)
    assert parts(done) == []


def test_the_sweeper_wakes_a_worker_for_what_waits_too_long(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.build_export, "apply_async", lambda **options: sent.append(options))
    export = ask(maker, BATCH)
    tasks.sweep()
    assert sent == []
    let_lease_end(export)
    tasks.sweep()
    assert sent == [{"expires": tasks.SWEPT_SECONDS}]
    tasks.build_export()
    export.refresh_from_db()
    assert (export.state, export.rows) == ("ready", 20)


def test_a_file_that_kills_its_runners_is_given_up(maker: Side) -> None:
    export = ask(maker, BATCH)
    Export.everything.filter(pk=export.pk).update(attempts=MAX_ATTEMPTS)
    done = make(export)
    assert (done.state, done.failure_code) == ("failed", "export_gave_up")
    assert "重新导出" in restored("export_gave_up", done.failure_detail).message


def test_a_fault_of_the_machine_is_tried_again(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **_options: Any) -> Iterator[Row]:
        yield ["x"] * len(COLUMNS)
        raise OperationalError("the server went away")

    export = ask(maker, BATCH)
    with monkeypatch.context() as patch:
        patch.setattr(build, "rows", broken)
        with pytest.raises(OperationalError):
            build.run(export.pk)
    assert (again(export).state, again(export).attempts) == ("running", 1)
    let_lease_end(export)
    assert make(export).state == ExportState.READY
    assert parts(export) == []


def test_a_runner_that_lost_its_lease_leaves_nothing(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(maker, BATCH)
    put = build._put_in_place

    def taken_over(*arguments: Any) -> None:
        Export.everything.filter(pk=export.pk).update(lease_token=uuid4())
        put(*arguments)

    monkeypatch.setattr(build, "_put_in_place", taken_over)
    assert make(export).state == ExportState.RUNNING
    assert (export.path.exists(), parts(export)) == (False, [])


def test_a_runner_notices_a_lost_lease_while_it_writes(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY", timedelta(seconds=0.01))
    monkeypatch.setattr(progress, "ROWS_PER_LOOK", 1)
    written: list[int] = []

    def endless(*_: Any, **_options: Any) -> Iterator[Sequence[str]]:
        for number in range(10**9):
            written.append(number)
            if number == 1:
                _from_elsewhere(export)
            yield ["x"] * len(COLUMNS)

    export = ask(maker, BATCH)
    monkeypatch.setattr(build, "rows", endless)
    monkeypatch.setattr(build, "count", lambda *_: Counted(20, 10**9))
    build.run(export.pk)
    assert again(export).state == ExportState.RUNNING
    assert len(written) < 10**6
    assert parts(export) == []


def _from_elsewhere(export: Export) -> None:
    """Another runner takes the export over, on a connection of its own."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE tracing_export SET lease_token = %s WHERE id = %s", [uuid4(), export.pk]
            )
    finally:
        other.close()


def test_the_row_says_how_far_it_is(maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", timedelta(seconds=0.01))
    monkeypatch.setattr(progress, "ROWS_PER_LOOK", 1)
    export = ask(maker, BATCH)
    seen: list[int] = []

    def slow(*_: Any, **_options: Any) -> Iterator[Sequence[str]]:
        yield ["x"] * len(COLUMNS)
        while not seen or seen[-1] == 0:
            seen.append(_told(export))
        yield ["x"] * len(COLUMNS)

    monkeypatch.setattr(build, "rows", slow)
    monkeypatch.setattr(build, "count", lambda *_: Counted(1, 2))
    assert make(export).state == ExportState.READY
    assert seen[-1] == 1


def _told(export: Export) -> int:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT rows_done FROM tracing_export WHERE id = %s", [export.pk])
            done: int = cursor.fetchone()[0]
            return done
    finally:
        other.close()


def test_counts_and_rows_are_of_one_moment(
    maker: Side, batch: DrugBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_more_arrives(*arguments: Any) -> Any:
        result = count(*arguments)
        _in_another_connection(batch)
        return result

    monkeypatch.setattr(build, "count", then_more_arrives)
    export = make(ask(maker, BATCH))
    assert (export.state, export.codes, export.rows) == ("ready", 20, 20)
    assert len(contents(export.path)) == 20
    monkeypatch.undo()
    later = make(ask(maker, BATCH, again=True))
    assert (later.codes, later.rows) == (21, 22)
    assert later.as_of is not None
    assert export.as_of is not None
    assert later.as_of > export.as_of


def _in_another_connection(batch: DrugBatch) -> None:
    """A code and an event are stored by somebody else, in a thread with its own connection."""

    def store() -> None:
        try:
            TraceCodeFactory.create(batch=batch, code=small(500))
            EventFactory.create(code=small(0), unit=batch.unit)
        finally:
            connection.close()

    thread = threading.Thread(target=store)
    thread.start()
    thread.join()


def test_a_runner_inside_a_transaction_is_an_error(maker: Side) -> None:
    export = ask(maker, BATCH)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        build.run(export.pk)


def test_too_many_codes_by_the_time_it_runs_fail_with_both_numbers(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(maker, BATCH)
    monkeypatch.setattr(limits, "MOST_CODES", 19)
    done = make(export)
    assert (done.state, done.failure_code) == ("failed", "export_too_many")
    assert done.failure_detail == ["20", "19"]
    assert not done.path.exists()


def test_codes_that_are_gone_by_the_time_it_runs_fail(maker: Side) -> None:
    export = ask(maker, ByCode(small(0)))
    voided(TraceCode.everything.get(pk=small(0)))
    done = make(export)
    assert (done.state, done.failure_code) == ("failed", "export_empty")


def test_expired_files_are_deleted(maker: Side) -> None:
    export = make(ask(maker, BATCH))
    kept = make(ask(maker, ByCode(small(0))))
    Export.everything.filter(pk=export.pk).update(expires_at=timezone.now())
    assert (turn.expire(), turn.expire()) == (1, 0)
    assert (again(export).state, export.path.exists()) == ("expired", False)
    assert (again(kept).state, kept.path.exists()) == ("ready", True)
