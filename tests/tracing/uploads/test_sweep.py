"""What the sweep sends again, drops and removes, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.core.origin import COMMAND
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from portal.celery import SWEEP_SECONDS
from tests.people import Side
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.test_submissions import correct
from tests.tracing.uploads.uploads import cancel, confirm, submit, upload
from tracing import tasks
from tracing.jobs.models import OVERDUE, claim
from tracing.stores.models_codes import TraceCode
from tracing.uploads import actions, leftovers, sweep
from tracing.uploads.models import Round, Submission
from tracing.uploads.turn import check_and_store
from tracing.uploads.unconfirmed import KEPT_UNCONFIRMED

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The messages with which the sweep wakes workers."""
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(
        tasks.work_on_submission, "apply_async", lambda **options: messages.append(options)
    )
    return messages


@pytest.fixture
def waiting(maker: Side, tmp_path: Path) -> Submission:
    """An upload that nobody has taken up for a while."""
    submission = submit(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    change(submission.submission, queued_at=ago(OVERDUE * 2))
    return submission.submission


def ago(span: timedelta) -> Any:
    return timezone.now() - span


def change(submission: Submission, **values: Any) -> None:
    Submission.everything.filter(pk=submission.pk).update(**values)


def test_a_long_queue_wakes_each_worker_once_and_does_not_pile_up(
    maker: Side, tmp_path: Path, sent: list[dict[str, Any]], settings: Settings
) -> None:
    for number in range(4):
        path = workbook(tmp_path / f"{number}.xlsx", CODES, code_rows(1, start=number))
        change(submit(*maker, CODES, path).submission, queued_at=ago(OVERDUE * 2))
    settings.PORTAL_IMPORT_WORKERS = 3
    tasks.sweep()
    # Whatever a busy worker has not taken by the next sweep is gone by then.
    assert sent == [{"expires": SWEEP_SECONDS}] * 3
    tasks.sweep()
    assert len(sent) == 6


def test_what_a_living_runner_holds_wakes_nobody_and_what_a_dead_one_held_does(
    waiting: Submission, sent: list[dict[str, Any]]
) -> None:
    assert claim(Submission.everything.filter(pk=waiting.pk), state="checking")
    tasks.sweep()
    assert sent == []
    change(waiting, lease_until=ago(timedelta(seconds=1)))
    tasks.sweep()
    assert len(sent) == 1
    tasks.work_on_submission()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.accepted) == ("staged", 3)


def test_what_a_command_queues_for_itself_is_left_to_it_at_first(
    maker: Side, waiting: Submission, sent: list[dict[str, Any]]
) -> None:
    check_and_store(waiting.pk)
    waiting.refresh_from_db()
    actions.confirm(submission=waiting, agent=maker.agent, origin=COMMAND, work_elsewhere=False)
    tasks.sweep()
    tasks.work_on_submission()
    waiting.refresh_from_db()
    assert (sent, waiting.state) == ([], "storing")
    change(waiting, queued_at=ago(OVERDUE * 2))
    tasks.sweep()
    tasks.work_on_submission()
    waiting.refresh_from_db()
    assert (len(sent), waiting.state) == (1, "stored")


def test_a_broker_that_is_gone_loses_nothing(
    waiting: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.work_on_submission, "apply_async", gone)
    with pytest.raises(ConnectionError):
        tasks.sweep()
    assert sweep.abandoned() == [waiting.pk]


def test_the_log_says_that_time_dropped_an_upload(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    change(staged, checked_at=ago(KEPT_UNCONFIRMED + timedelta(hours=1)))
    assert [sweep.drop_expired(), sweep.drop_expired()] == [1, 0]
    entry = OperationLog.objects.of(maker.unit).get(action="submission-expired")
    said = line(entry)
    assert (said.who, said.target) == ("系统", str(staged.pk))
    assert said.changes == ["数据种类：国产药追溯码信息", "条数：3"]


def refused(maker: Side, folder: Path) -> Submission:
    path = folder / "refused.xlsx"
    path.write_bytes(b"not a workbook")
    return upload(*maker, CODES, path)


def dropped(maker: Side, folder: Path) -> Submission:
    rows = code_rows(3)
    rows[0]["prod_code"] = "6999000000019"
    return cancel(upload(*maker, CODES, workbook(folder / "dropped.xlsx", CODES, rows)))


def stored(maker: Side, folder: Path) -> Submission:
    rows = code_rows(4)
    rows[0]["prod_code"] = "6999000000019"
    return confirm(upload(*maker, CODES, workbook(folder / "stored.xlsx", CODES, rows)))


def files(submission: Submission) -> list[Path]:
    """The files of its rounds, in order, and its error workbook."""
    return [*(file.path for file in submission.files.order_by("number")), submission.report_path]


def time_passes(span: timedelta = leftovers.KEPT) -> None:
    Round.objects.update(received_at=ago(span + timedelta(minutes=1)))


def test_files_of_what_came_to_nothing_go_and_their_rows_stay(maker: Side, tmp_path: Path) -> None:
    ended = [refused(maker, tmp_path), dropped(maker, tmp_path)]
    assert [each.state for each in ended] == ["refused", "dropped"]
    assert ended[1].report_path.exists()
    assert leftovers.remove_files() == 0
    time_passes(leftovers.KEPT - timedelta(days=1))
    assert leftovers.remove_files() == 0
    time_passes()
    assert [leftovers.remove_files(), leftovers.remove_files()] == [2, 0]
    for each in ended:
        assert not any(path.exists() or path.parent.exists() for path in files(each))
        assert each.files.get().file_removed_at is not None
    assert {row.state for row in Submission.everything.all()} == {"refused", "dropped"}


def test_files_of_stored_and_waiting_uploads_stay(maker: Side, tmp_path: Path) -> None:
    kept = [
        stored(maker, tmp_path),
        upload(*maker, CODES, workbook(tmp_path / "staged.xlsx", CODES, code_rows(2, start=50))),
        submit(*maker, CODES, workbook(tmp_path / "new.xlsx", CODES, code_rows(1))).submission,
    ]
    time_passes()
    assert leftovers.remove_files() == 0
    assert all(path.exists() for each in kept for path in files(each)[:-1])
    assert kept[0].report_path.exists()


def test_a_correction_that_came_to_nothing_goes_and_the_upload_keeps_its_own(
    maker: Side, tmp_path: Path
) -> None:
    first = stored(maker, tmp_path)
    path = correct(first.report_path, tmp_path / "b.xlsx", {2: {"商品码": "6900000000014"}})
    again = cancel(upload(*maker, CODES, path))
    check_and_store(again.pk)
    again.refresh_from_db()
    assert (again.pk, again.state, again.rounds) == (first.pk, "stored", 2)
    time_passes()
    assert leftovers.remove_files() == 1
    own, corrected, report = files(again)
    assert (own.exists(), corrected.exists(), report.exists()) == (True, False, True)
    assert TraceCode.everything.count() == 3


def test_a_refused_correction_stays_while_a_check_may_read_it_again(
    maker: Side, tmp_path: Path
) -> None:
    first = stored(maker, tmp_path)
    path = correct(first.report_path, tmp_path / "b.xlsx", {2: {"商品码": "6900000000014"}})
    again = upload(*maker, CODES, path)
    again.files.filter(number=2).update(refusal_code="gave_up")
    time_passes()
    assert leftovers.remove_files() == 0
    change(again, state="stored", stored_rounds=2, accepted=3, rejected=1)
    tasks.clear_files()
    assert not files(again)[1].exists()
