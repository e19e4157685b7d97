"""What stands in files: cells that come back from the error workbook, and names of files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pytest_django.fixtures import Settings

from accounts.core.origin import COMMAND
from portal.lib.refused import restored
from tests.people import Side
from tests.tracing.records.faulty import CELLS
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_races import at_once
from tests.tracing.uploads.test_submissions import faults_of
from tests.tracing.uploads.uploads import confirm, submit, upload
from tests.tracing.uploads.workbook.workbooks import Raw, xlsx
from tracing import tasks
from tracing.records import RECORDS
from tracing.records.faults import FAULTS
from tracing.stores.models import DrugBatch
from tracing.uploads import actions, check
from tracing.uploads.models import Round, Submission, submission_files
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)

# What a user may have typed or damaged, in columns that hold text.
ODD: list[tuple[str, Any]] = [
    ("trac_codg_sn", 8.352616025261235e19),
    ("trac_codg_sn", 1234567890123456),
    ("trac_codg_sn", 12.5),
    ("trac_codg_sn", True),
    ("drug_genname", Raw('t="e"', "<v>#N/A</v>")),
    ("drug_genname", Raw("", "<f>A1</f>")),
    ("manu_lotnum", Raw('s="1"', "<v>45641.5</v>")),
    ("manu_lotnum", Raw('s="2"', "<v>0.5</v>")),
    ("manu_date", Raw("", "<v>5</v>")),
    ("convrat", -1.5),
    ("trac_codg_sn", "SN\x011"),
    ("trac_codg_sn", Raw('t="inlineStr"', "<is><t>SN_x0001_1\x02</t></is>")),
    ("trac_codg_sn", "A\nB"),
]


def info_file(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = RECORDS[INFO].columns
    cells = [[row.get(column.name) for column in columns] for row in rows]
    path.write_bytes(xlsx({RECORDS[INFO].title: [[c.label for c in columns], *cells]}))
    return path


def test_an_untouched_error_workbook_fails_again_in_the_same_way(
    maker: Side, tmp_path: Path
) -> None:
    rows = [
        example(INFO, trac_codg_sn=f"SN{n}", **{name: cell})
        if name != "trac_codg_sn"
        else example(INFO, trac_codg_sn=cell)
        for n, (name, cell) in enumerate(ODD)
    ]
    staged = upload(*maker, INFO, info_file(tmp_path / "a.xlsx", rows))
    before = faults_of(staged)
    assert set(before) == set(range(2, len(ODD) + 2))
    again = upload(*maker, INFO, staged.report_path)
    assert again.pk == staged.pk
    assert again.rounds == 2
    expected = {
        row: [("error_cell" if code == "formula_without_value" else code) for code in codes]
        for row, codes in before.items()
    }
    assert faults_of(again) == expected


def test_texts_come_back_as_they_were(maker: Side, tmp_path: Path) -> None:
    texts = ["=1+1", "00123", "+86", "@x", "_x005F_x0041_", "a\nb", "x\x0by", "中" * 128, "'quoted"]
    rows = [
        example(INFO, trac_codg_sn=f"SN{n}", drug_genname=text, prod_code="6999000000019")
        for n, text in enumerate(texts)
    ]
    rows.append(
        example(
            INFO,
            trac_codg_sn="SNX",
            prod_code="6999000000019",
            manu_date=Raw('s="1"', "<v>45641.395833333</v>"),
            manu_cnt=33000.5,
            convrat=6,
        )
    )
    staged = upload(*maker, INFO, info_file(tmp_path / "a.xlsx", rows))
    book = openpyxl.load_workbook(staged.report_path)
    sheet = book.worksheets[0]
    headings = [str(cell.value).rstrip("*") for cell in sheet[1]]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, headings.index("商品码") + 1).value = "6999000000018"
    book.save(tmp_path / "b.xlsx")
    stored = confirm(upload(*maker, INFO, tmp_path / "b.xlsx"))
    assert (stored.created, stored.rejected) == (len(rows), 0)
    names = DrugBatch.everything.order_by("trac_codg_sn").values_list("drug_genname", flat=True)
    assert list(names)[: len(texts)] == [*texts[:4], "_x0041_", "a b", "xy", *texts[7:]]
    last = DrugBatch.everything.get(trac_codg_sn="SNX")
    assert last.manu_date.isoformat() == "2024-12-15T01:30:00+00:00"
    assert (last.manu_cnt, last.convrat) == (33000.5, 6)


def test_no_lowered_level_lets_a_row_through_that_cannot_be_stored(
    maker: Side, settings: Settings, tmp_path: Path
) -> None:
    settings.PORTAL_CHECK_LEVELS = {code: "warn" for code, kind in FAULTS.items() if not kind.fixed}
    for record in (RECORDS[INFO], RECORDS[CODES]):
        key = record.key[-1]
        rows = []
        for n, (of, column, cell, code) in enumerate(CELLS):
            if of is record and not FAULTS[code].fixed:
                row = example(
                    record.code, **{key: pack_code(n), "lv2_trac_code": None, "lv3_trac_code": None}
                )
                late = {"expy_end": "2099-12-31"} if record.code == INFO else {}
                rows.append({**row, **late, column: cell})
        assert rows
        path = tmp_path / f"{record.code}.xlsx"
        columns = record.columns
        cells = [[row.get(column.name) for column in columns] for row in rows]
        path.write_bytes(xlsx({record.title: [[c.label for c in columns], *cells]}))
        stored = confirm(upload(*maker, record.code, path))
        assert (stored.state, stored.rejected) == ("stored", 0), faults_of(stored)


def test_the_last_year_and_the_largest_number(maker: Side, tmp_path: Path) -> None:
    rows = [
        example(
            INFO,
            trac_codg_sn="A",
            expy_end="9999-12-31 23:59:59",
            convrat="9999999999",
            manu_cnt="999999999999.9999",
        ),
        example(INFO, trac_codg_sn="B", convrat=1e300),
        example(INFO, trac_codg_sn="C", expy_end=Raw('s="1"', "<v>2958465.99999999</v>")),
        example(INFO, trac_codg_sn="D", expy_end=Raw('s="1"', "<v>99999999999</v>")),
    ]
    staged = upload(*maker, INFO, info_file(tmp_path / "a.xlsx", rows))
    assert faults_of(staged) == {3: ["number_form"], 4: ["date_impossible"], 5: ["date_form"]}
    stored = confirm(staged)
    assert stored.state == "stored"
    assert stored.accepted == DrugBatch.everything.count()


def test_a_broker_that_is_away_costs_nothing(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise ConnectionError("Redis is away")

    monkeypatch.setattr(tasks.work_on_submission, "delay", away)
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(2))
    submission = actions.submit(
        unit=maker.unit,
        agent=maker.agent,
        record_code=CODES,
        name=path.name,
        chunks=[path.read_bytes()],
        source=Submission.Source.PAGE,
        origin=COMMAND,
    ).submission
    assert submission.files.get().path.exists()
    assert Submission.everything.get().state == "received"


def test_a_file_name_that_is_no_text_is_kept_readable(maker: Side, tmp_path: Path) -> None:
    content = workbook(tmp_path / "a.xlsx", CODES, code_rows(1)).read_bytes()
    submission = actions.submit(
        unit=maker.unit,
        agent=maker.agent,
        record_code=CODES,
        name="追溯\udcff码\x00\u202e.xlsx",
        chunks=[content],
        source=Submission.Source.COMMAND,
        origin=COMMAND,
        work_elsewhere=False,
    ).submission
    assert submission.files.get().name == "追溯�码��.xlsx"


def test_the_same_file_twice_at_the_same_instant_is_one_upload(maker: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(1))
    found = []
    at_once(*[lambda: found.append(submit(*maker, CODES, path))] * 4)
    assert sorted(submitted.earlier for submitted in found) == [False, True, True, True]
    assert Submission.everything.count() == Round.objects.count() == 1
    assert [folder.name for folder in submission_files().iterdir()] == [
        str(Submission.everything.get().pk)
    ]


def test_a_file_that_is_not_there_is_refused_at_once(maker: Side, tmp_path: Path) -> None:
    submitted = submit(*maker, INFO, workbook(tmp_path / "a.xlsx", INFO, [example(INFO)]))
    submission = submitted.submission
    submission.files.get().path.unlink()
    check_and_store(submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.refusal_code) == ("refused", "file_missing")
    assert (
        "服务器上没有找到这次上传的文件"
        in restored("file_missing", submission.refusal_detail).message
    )


def test_a_correction_that_is_not_there_leaves_what_was_checked(
    maker: Side, tmp_path: Path
) -> None:
    rows = [example(INFO, trac_codg_sn="a1"), example(INFO, trac_codg_sn="a2", manu_date="坏")]
    staged = upload(*maker, INFO, workbook(tmp_path / "a.xlsx", INFO, rows))
    late = submit(*maker, INFO, staged.report_path).submission
    assert check.check(late.pk) == staged.pk
    staged.files.get(number=2).path.unlink()
    check_and_store(staged.pk)
    staged.refresh_from_db()
    assert (staged.state, staged.accepted, staged.rejected) == ("staged", 1, 1)
    assert staged.files.get(number=2).refusal_code == "file_missing"
