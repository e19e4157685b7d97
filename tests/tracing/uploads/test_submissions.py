"""From a file to stored rows and back through a corrected error workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from accounts.core.origin import COMMAND
from portal.lib.refused import Refused, refusal
from tests.people import Side
from tests.tracing.uploads.rows import (
    CODES,
    INFO,
    code_rows,
    example,
    pack_code,
    sheet_rows,
    workbook,
)
from tests.tracing.uploads.uploads import cancel, confirm, counts, submit, upload
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_codes import Pack, TraceCode
from tracing.uploads import actions, report
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.workbook import layout

pytestmark = pytest.mark.django_db(transaction=True)


def faults_of(submission: Submission) -> dict[int, list[str]]:
    """Fault codes by row of the first file."""
    rows = RejectedRow.objects.filter(submission=submission, mended_in=None)
    return {row.row: [code for _, code, _ in row.faults] for row in rows}


def correct(path: Path, target: Path, changes: dict[int, dict[str, Any]]) -> Path:
    """Change cells of an error workbook, by 原行号 and column label, and save it."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [str(cell.value).replace("*", "") for cell in sheet[1]]
    originals = headings.index(layout.ORIGINAL_ROW)
    for row in sheet.iter_rows(min_row=2):
        for label, value in changes.get(int(str(row[originals].value)), {}).items():
            row[headings.index(label)].value = value
    book.save(target)
    return target


def test_rows_are_invisible_until_confirmed(maker: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "codes.xlsx", CODES, code_rows(30))
    staged = upload(*maker, CODES, path)
    assert counts(staged) == {
        "state": "staged",
        "total": 30,
        "accepted": 30,
        "rejected": 0,
        "created": None,
        "replaced": None,
        "unchanged": None,
    }
    assert not TraceCode.everything.exists()
    assert staged.warnings == {"batch_unknown": 30}
    stored = confirm(staged)
    assert counts(stored) == {
        "state": "stored",
        "total": 30,
        "accepted": 30,
        "rejected": 0,
        "created": 30,
        "replaced": 0,
        "unchanged": 0,
    }
    assert TraceCode.objects.of(maker.unit).count() == 30
    assert Pack.objects.of(maker.unit).filter(level=2).count() == 3
    assert Pack.objects.of(maker.unit).filter(level=3).count() == 1
    code = TraceCode.everything.get(code=pack_code(29))
    assert (code.lv2_trac_code, code.system) == (pack_code(2, 8000002), "msfx")


def test_the_same_rows_in_another_file_are_unchanged(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(20)
    confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)))
    again = confirm(upload(*maker, CODES, workbook(tmp_path / "b.xlsx", CODES, rows[::-1])))
    assert (again.created, again.replaced, again.unchanged) == (0, 0, 20)
    assert not RowHistory.everything.exists()


def test_a_changed_row_is_replaced_and_its_past_kept(maker: Side, tmp_path: Path) -> None:
    first = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(5))))
    changed = code_rows(5, stoin_time="2025-01-02 03:04:05")
    changed += code_rows(2, start=5)
    second = confirm(upload(*maker, CODES, workbook(tmp_path / "b.xlsx", CODES, changed)))
    assert (second.created, second.replaced, second.unchanged) == (2, 5, 0)
    images = list(RowHistory.objects.of(maker.unit).order_by("key"))
    assert [image.key for image in images] == [pack_code(n) for n in range(5)]
    assert {image.cause for image in images} == {"replaced"}
    assert images[0].before["submission_id"] == str(first.pk)
    first.refresh_from_db()
    assert (first.live_rows, second.live_rows) == (0, 7)
    # 上传日期 is the first upload.
    assert second.stored_at is not None
    assert TraceCode.everything.get(code=pack_code(0)).uploaded_at < second.stored_at


def test_faulty_rows_are_reported_and_mended_before_confirming(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(10)
    rows[3]["prod_code"] = "6999000000019"
    rows[7]["lv1_trac_code"] = rows[2]["lv1_trac_code"]
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    assert (staged.total, staged.accepted, staged.rejected) == (10, 8, 2)
    assert list(faults_of(staged)) == [5, 9]
    headings, failed = sheet_rows(staged.report_path)
    assert headings[-2:] == [layout.ORIGINAL_ROW, layout.REASON]
    assert [row[-2] for row in failed] == [5, 9]
    assert "第 4 行" in failed[1][-1]

    corrected = correct(
        staged.report_path,
        tmp_path / "mended.xlsx",
        {5: {"商品码": "6999000000018"}, 9: {"小包装追溯码": pack_code(7)}},
    )
    mended = upload(*maker, CODES, corrected)
    assert mended.pk == staged.pk
    assert (mended.total, mended.accepted, mended.rejected, mended.rounds) == (10, 10, 0, 2)
    assert not mended.report_path.exists()
    stored = confirm(mended)
    assert (stored.created, stored.rejected) == (10, 0)
    assert TraceCode.everything.count() == 10


def test_rows_mended_after_confirming_join_the_same_submission(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(10)
    rows[3]["prod_code"] = rows[4]["prod_code"] = "6999000000019"
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)))
    assert (stored.state, stored.accepted, stored.created) == ("stored", 8, 8)

    half = correct(stored.report_path, tmp_path / "half.xlsx", {5: {"商品码": "6999000000018"}})
    staged = upload(*maker, CODES, half)
    assert (staged.pk, staged.state, staged.accepted) == (stored.pk, "staged", 9)
    stored = confirm(staged)
    assert (stored.state, stored.accepted, stored.created, stored.rejected) == ("stored", 9, 9, 1)

    # The clerk goes on in the first report, which still carries row 5, and mends row 6.
    whole = correct(half, tmp_path / "whole.xlsx", {6: {"商品码": "6999000000018"}})
    stored = confirm(upload(*maker, CODES, whole))
    assert (stored.accepted, stored.created, stored.rejected) == (10, 10, 0)
    assert TraceCode.everything.count() == 10


def test_cancelling_a_correction_brings_the_failed_rows_back(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(4)
    rows[1]["prod_code"] = "6999000000019"
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)))
    mended = correct(stored.report_path, tmp_path / "b.xlsx", {3: {"商品码": "6999000000018"}})
    again = cancel(upload(*maker, CODES, mended))
    assert (again.state, again.accepted, again.rejected) == ("stored", 3, 1)
    assert list(faults_of(again)) == [3]
    assert again.report_path.exists()
    # The cancelled file may come again.
    assert upload(*maker, CODES, mended).state == "staged"


def test_cancelling_before_confirming_drops_the_upload(maker: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(4))
    staged = upload(*maker, CODES, path)
    actions.cancel(submission=staged, agent=maker.agent, origin=COMMAND)
    assert staged.state == "dropped"
    with pytest.raises(Refused) as refused:
        confirm(staged)
    assert refused.value.code == "not_staged"
    # Dropped bytes may come again and begin anew.
    assert not submit(*maker, CODES, path).earlier


def test_the_same_bytes_lead_to_the_earlier_submission(maker: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(4))
    staged = upload(*maker, CODES, path)
    assert submit(*maker, CODES, path) == (staged, True)
    stored = confirm(staged)
    assert submit(*maker, CODES, path) == (stored, True)
    actions.void_rows(
        unit=maker.unit,
        agent=maker.agent,
        record_code=CODES,
        keys=[pack_code(n) for n in range(4)],
        reason="录入错误",
        origin=COMMAND,
    )
    assert not submit(*maker, CODES, path).earlier


def test_voided_rows_come_back_as_created(maker: Side, tmp_path: Path) -> None:
    confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(4))))
    voided = actions.void_rows(
        unit=maker.unit,
        agent=maker.agent,
        record_code=CODES,
        keys=[pack_code(0), pack_code(1), "8999"],
        reason="录入错误",
        origin=COMMAND,
    )
    assert voided == 2
    again = confirm(upload(*maker, CODES, workbook(tmp_path / "b.xlsx", CODES, code_rows(5))))
    assert (again.created, again.replaced, again.unchanged) == (3, 0, 2)
    assert TraceCode.everything.filter(voided_at=None).count() == 5
    causes = RowHistory.everything.order_by("id").values_list("cause", flat=True)
    assert list(causes) == ["voided", "voided", "revived", "revived"]


def test_a_batch_with_live_codes_stays(maker: Side, tmp_path: Path) -> None:
    confirm(upload(*maker, INFO, workbook(tmp_path / "i.xlsx", INFO, [example(INFO)])))
    confirm(upload(*maker, CODES, workbook(tmp_path / "c.xlsx", CODES, code_rows(3))))
    key = example(INFO)["trac_codg_sn"]
    with pytest.raises(Refused) as refused:
        actions.void_rows(
            unit=maker.unit,
            agent=maker.agent,
            record_code=INFO,
            keys=[key],
            reason="录入错误",
            origin=COMMAND,
        )
    assert refused.value.first == refusal("batch_has_codes", batch=key, codes="3")
    assert DrugBatch.objects.of(maker.unit).get().voided_at is None


def test_codes_agree_with_their_batch(maker: Side, tmp_path: Path) -> None:
    confirm(upload(*maker, INFO, workbook(tmp_path / "i.xlsx", INFO, [example(INFO)])))
    rows = code_rows(3)
    rows[1]["prod_code"] = "6999000000025"
    rows[2]["med_list_codg"] = "ZA04CAE0023010199009"
    staged = upload(*maker, CODES, workbook(tmp_path / "c.xlsx", CODES, rows))
    assert faults_of(staged) == {3: ["prod_code_differs"], 4: ["med_list_differs"]}
    assert staged.warnings == {}


def test_another_units_codes_and_boxes_are_refused_without_its_name(
    maker: Side, rival: Side, tmp_path: Path
) -> None:
    confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10))))
    rows = [
        *code_rows(1, lv2_trac_code=None, lv3_trac_code=None),
        *code_rows(1, start=500, lv2_trac_code=pack_code(0, 8000002), lv3_trac_code=None),
        *code_rows(1, start=501, lv2_trac_code=None, lv3_trac_code=pack_code(3)),
        *code_rows(1, start=502, lv2_trac_code=None, lv3_trac_code=None),
    ]
    rows.append({**rows[-1], "lv1_trac_code": pack_code(0, 8000003)})
    staged = upload(*rival, CODES, workbook(tmp_path / "b.xlsx", CODES, rows))
    found = faults_of(staged)
    assert set(found) == {2, 3, 4, 6}
    assert {code for codes in found.values() for code in codes} == {"owned_by_other"}
    for failure in report.failures(staged):
        for _, words in failure.reasons:
            assert maker.unit.name not in words


def test_a_code_keeps_its_level_and_a_box_its_place(maker: Side, tmp_path: Path) -> None:
    confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(10))))
    rows = [
        *code_rows(1, start=20, lv2_trac_code=pack_code(5), lv3_trac_code=None),
        *code_rows(
            1, start=21, lv2_trac_code=pack_code(0, 8000002), lv3_trac_code=pack_code(9, 8000003)
        ),
    ]
    staged = upload(*maker, CODES, workbook(tmp_path / "b.xlsx", CODES, rows))
    assert faults_of(staged) == {2: ["box_level_differs"], 3: ["box_in_other_box"]}


def test_a_foreign_error_workbook_is_an_unknown_one(
    maker: Side, rival: Side, tmp_path: Path
) -> None:
    rows = code_rows(2)
    rows[0]["prod_code"] = "6999000000019"
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    stolen = upload(*rival, CODES, staged.report_path)
    assert (stolen.state, stolen.refusal_code) == ("refused", "submission_unknown")
    staged.refresh_from_db()
    assert staged.rounds == 1


def test_an_agent_without_the_business_is_refused(maker: Side, rival: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(1))
    with pytest.raises(Refused) as refused:
        submit(maker.unit, rival.agent, CODES, path)
    assert refused.value.code == "no_business"
    assert not Submission.everything.exists()


def test_a_file_without_good_rows_has_nothing_to_confirm(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(2, prod_code="6999000000019")
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    assert counts(staged)["accepted"] == 0
    with pytest.raises(Refused) as refused:
        confirm(staged)
    assert refused.value.code == "nothing_to_confirm"
