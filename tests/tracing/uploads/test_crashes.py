"""Runners that die: nothing is lost, nothing is stored by half, the work finishes by itself."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.core.origin import COMMAND
from tests.people import Side, client_of
from tests.tracing.uploads.rows import CODES, code_rows, sheet_rows, workbook
from tests.tracing.uploads.test_submissions import correct
from tests.tracing.uploads.uploads import confirm, submit, upload
from tracing.jobs.models import MAX_ATTEMPTS, claim
from tracing.jobs.running import LeaseLost
from tracing.records import RECORDS
from tracing.stores.codes import CodesStore
from tracing.stores.models_codes import Pack, TraceCode
from tracing.stores.models_staging import staging_table
from tracing.uploads import actions, check, report, sweep
from tracing.uploads import confirm as confirming
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store
from tracing.uploads.unconfirmed import KEPT_UNCONFIRMED

pytestmark = pytest.mark.django_db(transaction=True)
STAGED = staging_table(RECORDS[CODES])


def let_lease_end(submission: Submission) -> None:
    """As if the runner had died a while ago."""
    past = timezone.now() - timedelta(minutes=5)
    Submission.everything.filter(pk=submission.pk).update(lease_until=past, queued_at=past)


def empty_staging() -> None:
    """What PostgreSQL does to unlogged tables after a crash."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {STAGED}")


def test_a_check_whose_runner_died_is_done_again(maker: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(10))
    submission = submit(*maker, CODES, path).submission
    rows = Submission.everything.filter(pk=submission.pk)
    assert claim(rows.filter(state="received"), state="checking")
    assert check_and_store(submission.pk) == submission.pk
    submission.refresh_from_db()
    assert submission.state == "checking"
    let_lease_end(submission)
    assert sweep.abandoned() == [submission.pk]
    check_and_store(submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.accepted) == ("staged", 10)


def test_a_check_that_failed_is_held_by_nobody_and_tried_again_later(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the file's folder is not there for a while: the unit's other files go on."""
    submission = submit(
        *maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10))
    ).submission
    with monkeypatch.context() as broken:
        broken.setattr(check, "read", Mock(side_effect=OSError(errno.EIO, "Input/output")))
        with pytest.raises(OSError, match="Input/output"):
            check_and_store(submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == ("checking", 1)
    assert (submission.lease_token, submission.lease_until) == (None, None)
    # Not at once: what failed has time to pass.
    assert sweep.abandoned() == []
    let_lease_end(submission)
    assert sweep.abandoned() == [submission.pk]
    check_and_store(submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.attempts) == ("staged", 0)


def test_staged_rows_lost_before_confirming_are_checked_again_and_stored(
    maker: Side, tmp_path: Path
) -> None:
    rows = code_rows(10)
    rows[0]["prod_code"] = "6999000000019"
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    empty_staging()
    stored = confirm(staged)
    assert (stored.state, stored.created, stored.rejected) == ("stored", 9, 1)
    assert TraceCode.everything.count() == 9


def test_fewer_rows_than_were_confirmed_are_not_stored_without_a_word(
    maker: Side, rival: Side, tmp_path: Path
) -> None:
    rows = code_rows(10, lv2_trac_code=None, lv3_trac_code=None)
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    confirm(upload(*rival, CODES, workbook(tmp_path / "b.xlsx", CODES, rows[:3])))
    empty_staging()
    back = confirm(staged)
    assert (back.state, back.accepted, back.rejected) == ("staged", 7, 3)
    assert (back.refusal_code, back.refusal_detail) == ("rows_fewer", ["10", "7"])
    assert back.report_path.exists()
    assert not TraceCode.everything.filter(unit=maker.unit).exists()
    page = client_of(maker.agent.account).get(f"/u/{maker.unit.slug}/maker/uploads/{back.pk}/")
    assert "确认的是 10 行" in page.content.decode()
    # What is confirmed now is what passes now, however often it must be checked.
    empty_staging()
    stored = confirm(back)
    assert (stored.state, stored.created, stored.refusal_code) == ("stored", 7, None)


def test_half_of_the_staged_rows_lost_is_noticed(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10)))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {STAGED} WHERE row > 6")
    stored = confirm(staged)
    assert (stored.state, stored.created) == ("stored", 10)


def test_a_runner_that_dies_while_storing_leaves_nothing(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10)))
    actions.confirm(submission=staged, agent=maker.agent, origin=COMMAND, work_elsewhere=False)

    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(confirming, "_write_result", die)
        with pytest.raises(Died):
            confirming.store(staged.pk)
    staged.refresh_from_db()
    assert staged.state == "storing"
    assert not TraceCode.everything.exists()
    assert not Pack.everything.exists()
    let_lease_end(staged)
    check_and_store(staged.pk)
    staged.refresh_from_db()
    assert (staged.state, staged.created) == ("stored", 10)


def test_a_runner_that_lost_its_lease_takes_everything_back(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10)))
    actions.confirm(submission=staged, agent=maker.agent, origin=COMMAND, work_elsewhere=False)
    store = CodesStore.store

    def overtaken(*arguments: Any, **options: Any) -> object:
        counts = store(*arguments, **options)
        Submission.everything.filter(pk=staged.pk).update(lease_token=None, lease_until=None)
        return counts

    with monkeypatch.context() as patch:
        patch.setattr(CodesStore, "store", overtaken)
        with pytest.raises(LeaseLost):
            confirming.store(staged.pk)
    assert not TraceCode.everything.exists()


def test_a_stored_submission_whose_last_step_was_lost_is_not_stored_twice(
    maker: Side, tmp_path: Path
) -> None:
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10))))
    Submission.everything.filter(pk=stored.pk).update(state="storing", queued_at=timezone.now())
    check_and_store(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.created, stored.live_rows) == ("stored", 10, 10)


def test_a_file_that_kills_its_runner_is_given_up(maker: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(1))
    submission = submit(*maker, CODES, path).submission
    Submission.everything.filter(pk=submission.pk).update(attempts=MAX_ATTEMPTS)
    check.check(submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.refusal_code) == ("refused", "gave_up")


def test_a_correction_that_kills_its_runner_leaves_what_is_stored(
    maker: Side, tmp_path: Path
) -> None:
    rows = code_rows(4)
    rows[0]["prod_code"] = "6999000000019"
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)))
    late = upload(*maker, CODES, correct(stored.report_path, tmp_path / "b.xlsx", {}))
    assert (late.state, late.rounds) == ("stored", 2)
    Submission.everything.filter(pk=late.pk).update(
        state="checking", rounds=2, checked_rounds=1, attempts=MAX_ATTEMPTS
    )
    check.check(late.pk)
    late.refresh_from_db()
    assert (late.state, late.accepted, late.rejected) == ("stored", 3, 1)
    assert late.files.get(number=2).refusal_code == "gave_up"
    assert late.files.get(number=1).refusal_code is None
    assert late.report_path.exists()


def test_storing_that_always_fails_goes_back_to_its_user(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    actions.confirm(submission=staged, agent=maker.agent, origin=COMMAND, work_elsewhere=False)

    def broken(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(CodesStore, "store", broken)
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(OSError, match="no space"):
                check_and_store(staged.pk)
            let_lease_end(staged)
        check_and_store(staged.pk)
    staged.refresh_from_db()
    assert (staged.state, staged.refusal_code) == ("staged", "store_gave_up")
    # It waits for its user, also when the staged rows are lost meanwhile.
    assert sweep.abandoned() == []
    empty_staging()
    stored = confirm(staged)
    assert (stored.state, stored.created, stored.refusal_code) == ("stored", 3, None)


def test_a_report_that_cannot_be_written_keeps_no_row_from_being_stored(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = code_rows(3)
    rows[0]["prod_code"] = "6999000000019"
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    staged.report_path.unlink()
    actions.confirm(submission=staged, agent=maker.agent, origin=COMMAND, work_elsewhere=False)

    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(report, "write", broken)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(OSError, match="no space"):
            check_and_store(staged.pk)
        let_lease_end(staged)
    check_and_store(staged.pk)
    staged.refresh_from_db()
    assert (staged.state, staged.created, staged.rejected) == ("stored", 2, 1)


def test_storing_writes_the_workbook_again_only_where_more_rows_fail(
    maker: Side, rival: Side, tmp_path: Path
) -> None:
    rows = code_rows(4)
    rows[0]["prod_code"] = "6999000000019"
    alone, late = (
        upload(*side, CODES, workbook(tmp_path / f"{place}.xlsx", CODES, given))
        for place, (side, given) in enumerate(
            [(maker, rows), (rival, [*code_rows(4, start=100)[:1], *rows[1:]])]
        )
    )
    written = alone.report_path.stat()
    assert confirm(alone).rejected == 1
    assert alone.report_path.stat() == written
    assert not late.report_path.exists()
    assert confirm(late).rejected == 3
    assert len(sheet_rows(late.report_path)[1]) == 3


def test_an_upload_nobody_confirms_is_dropped_in_time(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    assert sweep.drop_expired() == 0
    Submission.everything.filter(pk=staged.pk).update(
        checked_at=timezone.now() - KEPT_UNCONFIRMED - timedelta(hours=1)
    )
    assert sweep.drop_expired() == 1
    staged.refresh_from_db()
    assert staged.state == "dropped"
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(f"SELECT count(*) FROM {STAGED}")
        assert cursor.fetchone() == (0,)


def test_the_staging_tables_are_unlogged(maker: Side) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relpersistence FROM pg_class"
            " WHERE relname LIKE 'tracing_staged_%%' AND relkind = 'r'"
        )
        found = dict(cursor.fetchall())
    assert set(found) == {staging_table(record) for record in RECORDS.values()}
    assert set(found.values()) == {"u"}
