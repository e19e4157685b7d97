"""Rounds of corrections that meet what is staged and stored already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.core.origin import COMMAND
from tests.people import Side
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_crashes import empty_staging
from tests.tracing.uploads.test_submissions import correct, faults_of
from tests.tracing.uploads.uploads import cancel, confirm, upload
from tracing.jobs.models import MAX_ATTEMPTS
from tracing.stores.models import RowHistory
from tracing.stores.models_codes import Pack, TraceCode
from tracing.uploads import actions
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.remarks import NEWS

pytestmark = pytest.mark.django_db(transaction=True)

BAD = "6999000000019"
GOOD = "6999000000018"
LV1, LV2, LV3 = "小包装追溯码", "中包装追溯码", "大包装追溯码"


def faulty(count: int, *rows: int, **options: Any) -> list[dict[str, Any]]:
    """Rows whose 商品码 is wrong in these rows of the sheet."""
    made = code_rows(count, **options)
    for row in rows:
        made[row - 2]["prod_code"] = BAD
    return made


def assert_adds_up(submission: Submission) -> None:
    submission.refresh_from_db()
    failing = RejectedRow.objects.filter(submission=submission, mended_in=None).count()
    assert submission.rejected == failing
    assert submission.total == (submission.accepted or 0) + failing
    assert submission.report_path.exists() == bool(failing)
    live = TraceCode.everything.filter(submission_id=submission.pk, voided_at=None).count()
    assert submission.live_rows == live
    boxes = dict(Pack.everything.values_list("code", "parent"))
    for code in TraceCode.everything.filter(voided_at=None):
        assert code.code not in boxes
        if code.lv2_trac_code:
            assert boxes[code.lv2_trac_code] == code.lv3_trac_code
    if submission.state == "stored":
        parts = (submission.created, submission.replaced, submission.unchanged)
        assert submission.accepted == sum(part or 0 for part in parts)


def test_a_correction_may_not_put_a_box_in_two_boxes(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(10, 5)))
    mended = correct(
        staged.report_path,
        tmp_path / "b.xlsx",
        {5: {"商品码": GOOD, LV3: pack_code(77, 8000003)}},
    )
    again = upload(*maker, CODES, mended)
    assert faults_of(again) == {5: ["box_in_two_boxes"]}
    stored = confirm(again)
    assert_adds_up(stored)


def test_a_correction_may_not_use_a_code_at_two_levels(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(10, 5)))
    mended = correct(
        staged.report_path,
        tmp_path / "b.xlsx",
        {5: {"商品码": GOOD, LV2: pack_code(8), LV3: None}},
    )
    again = upload(*maker, CODES, mended)
    assert set(faults_of(again)) == {5}
    assert_adds_up(confirm(again))


def test_a_correction_that_takes_a_staged_code_is_the_one_to_blame(
    maker: Side, tmp_path: Path
) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(10, 5)))
    mended = correct(
        staged.report_path, tmp_path / "b.xlsx", {5: {"商品码": GOOD, LV1: pack_code(8)}}
    )
    again = upload(*maker, CODES, mended)
    assert faults_of(again) == {5: ["duplicate_in_submission"]}
    assert_adds_up(confirm(again))


def test_a_stored_row_whose_new_version_the_database_refuses_stays_stored(
    maker: Side, tmp_path: Path
) -> None:
    confirm(upload(*maker, INFO, workbook(tmp_path / "i.xlsx", INFO, [example(INFO)])))
    first = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(10, 5, 6))))
    half = correct(first.report_path, tmp_path / "b.xlsx", {5: {"商品码": GOOD}})
    second = confirm(upload(*maker, CODES, half))
    assert_adds_up(second)
    whole = correct(half, tmp_path / "c.xlsx", {5: {"商品码": "6999000000025"}})
    third = upload(*maker, CODES, whole)
    assert third.state == "stored"
    assert third.warnings["correction_not_applied"] == 1
    assert_adds_up(third)
    assert list(faults_of(third)) == [6]
    # The same workbook says it once more of the same row, not of a second one.
    fourth = upload(*maker, CODES, correct(whole, tmp_path / "d.xlsx", {5: {"入库时间": None}}))
    assert (fourth.pk, fourth.rounds) == (third.pk, 4)
    assert fourth.warnings["correction_not_applied"] == 1
    assert [warning[2] for warning in fourth.first_warnings].count("correction_not_applied") == 1


def test_an_old_error_workbook_that_takes_mended_rows_back_says_so(
    maker: Side, tmp_path: Path
) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(12, 5, 6, 7, 8)))
    old = tmp_path / "old.xlsx"
    old.write_bytes(staged.report_path.read_bytes())
    whole = correct(old, tmp_path / "b.xlsx", {row: {"商品码": GOOD} for row in (5, 6, 7, 8)})
    mended = upload(*maker, CODES, whole)
    assert (mended.accepted, mended.warnings.get(NEWS)) == (12, None)

    half = correct(old, tmp_path / "c.xlsx", {5: {"商品码": GOOD}})
    fallen = upload(*maker, CODES, half)
    assert (fallen.accepted, fallen.rejected) == (9, 3)
    assert fallen.warnings[NEWS] == 3
    (told,) = [warning for warning in fallen.first_warnings if warning[2] == NEWS]
    assert (told[0], told[3]) == (6, ["12", "9"])

    # What the next round says of its own counts is nothing.
    again = correct(old, tmp_path / "d.xlsx", {row: {"商品码": GOOD} for row in (6, 7, 8)})
    assert upload(*maker, CODES, again).warnings[NEWS] == 1
    right = correct(again, tmp_path / "e.xlsx", {5: {"商品码": GOOD}})
    right_again = upload(*maker, CODES, right)
    assert (right_again.accepted, right_again.warnings.get(NEWS)) == (12, None)
    assert NEWS not in {warning[2] for warning in right_again.first_warnings}
    assert_adds_up(confirm(right_again))


def test_the_first_of_every_kind_of_warning_is_kept(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(30)
    for row in rows[:-1]:
        row["med_list_codg"] = "0"
    rows[-1]["lv1_trac_code"] = "OWN-000001"
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    kinds = [code for _, _, code, _ in staged.first_warnings]
    assert {"med_list_not_coded", "trace_code_own"} <= set(kinds)
    assert len(kinds) == len(set(kinds))


def test_a_report_sent_back_untouched_counts_no_cell_twice(maker: Side, tmp_path: Path) -> None:
    rows = faulty(6, 5, 6)
    for row in rows:
        row["lv1_trac_code"] = f"'{row['lv1_trac_code']}"
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    assert (staged.accepted, staged.normalised) == (4, 4)
    untouched = correct(staged.report_path, tmp_path / "b.xlsx", {})
    again = upload(*maker, CODES, untouched)
    assert (again.accepted, again.normalised) == (4, 4)
    mended = correct(untouched, tmp_path / "c.xlsx", {r: {"商品码": GOOD} for r in (5, 6)})
    assert upload(*maker, CODES, mended).normalised == 6


def test_a_correction_is_cancelled_and_comes_again(maker: Side, tmp_path: Path) -> None:
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(4, 3))))
    path = correct(stored.report_path, tmp_path / "b.xlsx", {3: {"商品码": GOOD}})
    cancelled = cancel(upload(*maker, CODES, path))
    assert cancelled.warnings == stored.warnings
    assert_adds_up(cancelled)
    stored = confirm(upload(*maker, CODES, path))
    assert (stored.created, stored.rounds) == (4, 3)
    assert_adds_up(stored)


def test_rounds_are_checked_again_with_a_refused_one_between(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(10, 5, 6, 7)))
    report = tmp_path / "report.xlsx"
    report.write_bytes(staged.report_path.read_bytes())
    upload(*maker, CODES, correct(report, tmp_path / "b.xlsx", {5: {"商品码": GOOD}}))
    Submission.everything.filter(pk=staged.pk).update(attempts=MAX_ATTEMPTS)
    refused = upload(*maker, CODES, correct(report, tmp_path / "x.xlsx", {7: {"商品码": GOOD}}))
    assert refused.files.get(number=3).refusal_code == "gave_up"
    refused.files.get(number=3).path.write_bytes(b"no workbook any more")
    last = upload(*maker, CODES, correct(report, tmp_path / "c.xlsx", {6: {"商品码": GOOD}}))
    before = last.warnings
    assert faults_of(last) == {5: ["gtin_check_digit"], 7: ["gtin_check_digit"]}
    empty_staging()
    stored = confirm(last)
    assert faults_of(stored) == {5: ["gtin_check_digit"], 7: ["gtin_check_digit"]}
    # Of the batch it is asked again, of the rows that are stored.
    assert stored.warnings == {**before, "batch_unknown": 8}
    assert stored.created == 8
    assert_adds_up(stored)


def test_a_row_that_failed_may_pass_when_it_is_checked_again(maker: Side, tmp_path: Path) -> None:
    batch = example(INFO, prod_code="6999000000025")
    confirm(upload(*maker, INFO, workbook(tmp_path / "i.xlsx", INFO, [batch])))
    rows = code_rows(4, prod_code="6999000000025")
    rows[1]["prod_code"] = GOOD
    rows[2]["prod_code"] = BAD
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    assert faults_of(staged) == {3: ["prod_code_differs"], 4: ["gtin_check_digit"]}
    fixed: dict[str, Any] = {"商品码": "6999000000025"}
    mended = correct(staged.report_path, tmp_path / "b.xlsx", {3: fixed, 4: fixed})
    staged = upload(*maker, CODES, mended)
    assert staged.accepted == 4
    changed = example(INFO, prod_code=GOOD)
    confirm(upload(*maker, INFO, workbook(tmp_path / "j.xlsx", INFO, [changed])))
    empty_staging()
    last = confirm(staged)
    assert faults_of(last) == {row: ["prod_code_differs"] for row in (2, 3, 4, 5)}
    assert last.files.get(number=2).refusal_code is None
    assert_adds_up(last)


def test_a_later_round_is_counted_once_when_it_is_checked_again(
    maker: Side, tmp_path: Path
) -> None:
    first = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(10, 5, 6))))
    staged = upload(
        *maker, CODES, correct(first.report_path, tmp_path / "b.xlsx", {5: {"商品码": GOOD}})
    )
    warnings = staged.warnings
    assert warnings == {"batch_unknown": 9}
    empty_staging()
    stored = confirm(staged)
    assert stored.warnings == warnings
    assert_adds_up(stored)


def test_a_row_lost_in_a_race_is_corrected(maker: Side, rival: Side, tmp_path: Path) -> None:
    mine = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10)))
    theirs = code_rows(1, start=3, lv2_trac_code=None, lv3_trac_code=None)
    confirm(upload(*rival, CODES, workbook(tmp_path / "r.xlsx", CODES, theirs)))
    stored = confirm(mine)
    assert faults_of(stored) == {5: ["lost_race"]}
    assert_adds_up(stored)
    mended = correct(stored.report_path, tmp_path / "b.xlsx", {5: {LV1: pack_code(99)}})
    stored = confirm(upload(*maker, CODES, mended))
    assert (stored.created, stored.rejected) == (10, 0)
    assert_adds_up(stored)


def test_a_box_moves_only_with_all_its_packs(maker: Side, tmp_path: Path) -> None:
    confirm(upload(*maker, INFO, workbook(tmp_path / "i.xlsx", INFO, [example(INFO)])))
    confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10))))
    moved = code_rows(10, lv3_trac_code=pack_code(50, 8000003))
    moved[4]["prod_code"] = "6999000000025"
    staged = upload(*maker, CODES, workbook(tmp_path / "b.xlsx", CODES, moved))
    stored = confirm(staged) if staged.staged_rows else staged
    assert_adds_up(stored)
    assert stored.rejected == 10
    moved[4]["prod_code"] = GOOD
    moved[9]["lv2_trac_code"], moved[9]["lv3_trac_code"] = None, None
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "c.xlsx", CODES, moved)))
    assert stored.replaced == 10
    assert_adds_up(stored)


def test_a_box_without_packs_may_take_another_level(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(3, lv2_trac_code=pack_code(1, 8000003), lv3_trac_code=pack_code(1, 8000002))
    first = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)))
    right = code_rows(3, lv2_trac_code=pack_code(1, 8000002), lv3_trac_code=pack_code(1, 8000003))
    part = upload(*maker, CODES, workbook(tmp_path / "b.xlsx", CODES, right[:2]))
    assert set(faults_of(part)) == {2, 3}
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "c.xlsx", CODES, right)))
    assert (stored.replaced, stored.rejected) == (3, 0)
    assert_adds_up(stored)
    assert dict(Pack.everything.values_list("code", "level")) == {
        pack_code(1, 8000002): 2,
        pack_code(1, 8000003): 3,
    }
    first.refresh_from_db()
    assert first.live_rows == 0


def test_a_voided_code_may_become_a_box_and_back(maker: Side, tmp_path: Path) -> None:
    wrong = code_rows(1, lv2_trac_code=None, lv3_trac_code=None)
    confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, wrong)))

    def void(*keys: str) -> None:
        actions.void_rows(
            unit=maker.unit,
            agent=maker.agent,
            record_code=CODES,
            keys=keys,
            reason="录入错误",
            origin=COMMAND,
        )

    void(pack_code(0))
    right = code_rows(2, start=5, lv2_trac_code=pack_code(0), lv3_trac_code=None)
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "b.xlsx", CODES, right)))
    assert (stored.created, stored.rejected) == (2, 0)
    assert_adds_up(stored)
    back = upload(*maker, CODES, workbook(tmp_path / "c.xlsx", CODES, wrong))
    assert faults_of(back) == {2: ["box_level_differs"]}
    void(pack_code(5), pack_code(6))
    wrong[0]["stoin_time"] = None
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "d.xlsx", CODES, wrong)))
    assert (stored.created, stored.rejected) == (1, 0)
    assert_adds_up(stored)
    causes = list(RowHistory.everything.order_by("id").values_list("cause", flat=True))
    assert causes == ["voided", "voided", "voided", "revived"]


def test_staging_is_empty_in_the_end(maker: Side, tmp_path: Path) -> None:
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, faulty(4, 3))))
    assert_adds_up(stored)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tracing_staged_domestic_drug_codes")
        assert cursor.fetchone() == (0,)
