"""Actions of one unit at the same instant: whatever comes first, the counts add up."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from accounts.core.origin import COMMAND
from portal.lib.refused import Refused
from tests.people import Side
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_edges import assert_adds_up, faulty
from tests.tracing.uploads.test_races import at_once
from tests.tracing.uploads.test_submissions import correct
from tests.tracing.uploads.uploads import confirm, submit, upload
from tests.turns import turns
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_codes import TraceCode
from tracing.uploads import actions
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TURNS = turns(8)


def void(maker: Side, *keys: str) -> None:
    actions.void_rows(
        unit=maker.unit,
        agent=maker.agent,
        record_code=CODES,
        keys=keys,
        reason="录入错误",
        origin=COMMAND,
    )


def test_voiding_while_the_same_rows_are_stored_again(maker: Side, tmp_path: Path) -> None:
    first = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(20))))
    before = 20
    for turn in range(TURNS):
        rows = code_rows(20, stoin_time=f"2025-01-{turn + 1:02d} 10:00:00")
        path = workbook(tmp_path / f"{turn}.xlsx", CODES, rows)
        staged = upload(*maker, CODES, path)
        at_once(partial(confirm, staged), partial(void, maker, *(pack_code(n) for n in range(10))))
        assert_adds_up(staged)
        assert (staged.created or 0) + (staged.replaced or 0) == 20
        live = TraceCode.everything.filter(voided_at=None).count()
        # Voided first: all came back. Stored first: what was voided before came back.
        assert (live, staged.created) in ((20, 10), (10, 20 - before))
        before = live
    assert_adds_up(first)
    history = RowHistory.everything
    assert history.filter(cause="revived").count() <= history.filter(cause="voided").count()


def test_confirming_while_cancelling_does_one_of_them(maker: Side, tmp_path: Path) -> None:
    for turn in range(TURNS):
        rows = code_rows(5, start=turn * 100)
        staged = upload(*maker, CODES, workbook(tmp_path / f"{turn}.xlsx", CODES, rows))
        refused: list[str] = []

        def attempt(action: str, staged: Submission = staged, said: list[str] = refused) -> None:
            mine = Submission.everything.get(pk=staged.pk)
            try:
                getattr(actions, action)(
                    submission=mine, agent=maker.agent, origin=COMMAND, work_elsewhere=False
                )
            except Refused as refusal:
                said.append(refusal.code)
            check_and_store(mine.pk)

        at_once(partial(attempt, "confirm"), partial(attempt, "cancel"))
        staged.refresh_from_db()
        assert refused == ["not_staged"]
        assert staged.state in ("stored", "dropped")
        live = TraceCode.everything.filter(submission_id=staged.pk).count()
        assert live == (5 if staged.state == "stored" else 0)


def test_confirming_while_a_correction_comes_in(maker: Side, tmp_path: Path) -> None:
    for turn in range(TURNS):
        rows = faulty(5, 3, start=turn * 100)
        staged = upload(*maker, CODES, workbook(tmp_path / f"{turn}.xlsx", CODES, rows))
        mended = correct(
            staged.report_path, tmp_path / f"{turn}b.xlsx", {3: {"商品码": "6999000000018"}}
        )
        correction = submit(*maker, CODES, mended).submission

        said: list[str] = []

        def confirming(staged: Submission = staged, said: list[str] = said) -> None:
            mine = Submission.everything.get(pk=staged.pk)
            try:
                actions.confirm(
                    submission=mine, agent=maker.agent, origin=COMMAND, work_elsewhere=False
                )
            except Refused as refusal:
                said.append(refusal.code)
            check_and_store(mine.pk)

        at_once(confirming, partial(check_and_store, correction.pk))
        assert set(said) <= {"not_staged"}
        staged.refresh_from_db()
        correction.refresh_from_db()
        if correction.state == "refused":
            assert correction.refusal_code == "submission_busy"
            assert (staged.state, staged.created) == ("stored", 4)
        else:
            assert correction.merged_into_id == staged.pk
            assert staged.rounds == 2
            if staged.state == "staged":
                staged = confirm(staged)
            assert (staged.state, staged.created) == ("stored", 5)
        assert_adds_up(staged)


def test_a_batch_and_its_codes_are_stored_at_once(maker: Side, tmp_path: Path) -> None:
    for turn in range(TURNS):
        sn = f"SN{turn}"
        rows = code_rows(5, start=turn * 100, trac_codg_sn=sn)
        codes = upload(*maker, CODES, workbook(tmp_path / f"c{turn}.xlsx", CODES, rows))
        batch = workbook(tmp_path / f"i{turn}.xlsx", INFO, [example(INFO, trac_codg_sn=sn)])
        info = upload(*maker, INFO, batch)
        at_once(partial(confirm, codes), partial(confirm, info))
        assert_adds_up(codes)
        info.refresh_from_db()
        assert (info.state, info.created) == ("stored", 1)
    assert DrugBatch.everything.count() == TURNS


def test_two_corrections_at_once_are_two_rounds_or_one_is_refused(
    maker: Side, tmp_path: Path
) -> None:
    for turn in range(TURNS):
        rows = faulty(6, 3, 4, start=turn * 100)
        staged = upload(*maker, CODES, workbook(tmp_path / f"{turn}.xlsx", CODES, rows))
        report = tmp_path / f"{turn}r.xlsx"
        report.write_bytes(staged.report_path.read_bytes())
        files = [
            correct(report, tmp_path / f"{turn}{row}.xlsx", {row: {"商品码": "6999000000018"}})
            for row in (3, 4)
        ]
        uploads = [submit(*maker, CODES, path).submission for path in files]
        at_once(*(partial(check_and_store, submission.pk) for submission in uploads))
        staged.refresh_from_db()
        outcomes = []
        for submission in uploads:
            submission.refresh_from_db()
            outcomes.append(submission.refusal_code or "merged")
        assert set(outcomes) <= {"merged", "submission_busy"}
        assert staged.rounds == 1 + outcomes.count("merged")
        assert (staged.state, staged.rejected) == ("staged", 1)
        assert_adds_up(confirm(staged))
