"""`import_file`: the JSON, the sentences and the exit codes, on the way of a page's upload."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from jsonschema import validate
from pytest_django.fixtures import Settings

from accounts.rights.actions_handing_over import stand_in
from accounts.rights.models import Authorization
from accounts.units.models import Unit
from portal.management.reporting import Exit
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, side
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, workbook
from tracing.stores.models_codes import TraceCode
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMA = json.loads((settings.BASE_DIR / "docs/schemas/import_file.json").read_text("utf-8"))


@pytest.fixture
def maker(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A maker whose files lie in the test's own folder."""
    settings.PORTAL_FILES = tmp_path / "files"
    return side(UnitFactory.create())


def run(unit: str, record: str, file: Path, *options: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    out = StringIO()
    try:
        call_command(
            "import_file", "--unit", unit, "--record", record, *options, str(file), stdout=out
        )
    except CommandError as error:
        return error.returncode, str(error)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def run_json(unit: str, record: str, file: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the object, which follows its schema."""
    code, printed = run(unit, record, file, "--json", *options)
    result = json.loads(printed)
    validate(result, SCHEMA)
    return code, result


def test_it_checks_then_stores_when_told_again(maker: Side, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", CODES, code_rows(6))
    code, staged = run_json(maker.unit.slug, CODES, file)
    assert (code, staged["state"], staged["accepted"], staged["created"]) == (0, "staged", 6, None)
    assert staged["warnings"] == {"batch_unknown": 6}
    code, stored = run_json(maker.unit.uscc, CODES, file, "--confirm")
    assert (code, stored["state"], stored["created"]) == (0, "stored", 6)
    assert stored["submission"] == staged["submission"]
    assert TraceCode.objects.of(maker.unit).count() == 6


def test_rejected_rows_make_it_exit_3_with_a_report(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(4)
    rows[1]["prod_code"] = "6999000000019"
    file, report = workbook(tmp_path / "a.xlsx", CODES, rows), tmp_path / "report.xlsx"
    code, result = run_json(maker.unit.slug, CODES, file, "--confirm", "--report", str(report))
    assert (code, result["accepted"], result["rejected"]) == (Exit.SOME_REJECTED, 3, 1)
    assert result["faults"] == {"gtin_check_digit": 1}
    assert result["report"] == str(report)
    assert report.exists()


def test_a_corrected_report_goes_into_its_submission(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(4)
    rows[1]["prod_code"] = "6999000000019"
    file, report = workbook(tmp_path / "a.xlsx", CODES, rows), tmp_path / "report.xlsx"
    _, first = run_json(maker.unit.slug, CODES, file, "--confirm", "--report", str(report))
    code, again = run_json(maker.unit.slug, CODES, report, "--confirm")
    assert (code, again["submission"]) == (Exit.SOME_REJECTED, first["submission"])
    assert (again["round"], again["total"], again["accepted"]) == (2, 4, 3)


def test_a_refused_file_makes_it_exit_4(maker: Side, tmp_path: Path) -> None:
    file = tmp_path / "page.xlsx"
    file.write_text("<html><table></table></html>")
    code, result = run_json(maker.unit.slug, CODES, file)
    assert (code, result["state"]) == (Exit.REFUSED, "refused")
    assert result["refusal"]["code"] == "is_html"
    assert "网页" in result["refusal"]["message"]


def test_a_file_without_good_rows_cannot_be_confirmed(maker: Side, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", CODES, code_rows(2, prod_code="6999000000019"))
    code, result = run_json(maker.unit.slug, CODES, file, "--confirm")
    assert (code, result["refusal"]["code"]) == (Exit.REFUSED, "nothing_to_confirm")
    assert (result["state"], result["rejected"]) == ("staged", 2)


def test_all_or_nothing_is_refused_while_a_row_fails(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(3)
    rows[1]["prod_code"] = "6999000000019"
    file = workbook(tmp_path / "a.xlsx", CODES, rows)
    code, result = run_json(maker.unit.slug, CODES, file, "--confirm", "--all-or-nothing")
    assert (code, result["refusal"]["code"]) == (Exit.REFUSED, "rows_still_fail")
    assert (result["state"], result["all_or_nothing"]) == ("staged", True)
    assert not TraceCode.objects.of(maker.unit).exists()


def test_what_is_only_checked_is_not_stored(maker: Side, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", CODES, code_rows(3))
    code, result = run_json(maker.unit.slug, CODES, file, "--check-only")
    assert (code, result["state"], result["check_only"]) == (0, "staged", True)
    _, said = run(maker.unit.slug, CODES, file, "--check-only")
    assert "校验完成，只校验不入库：总计 3 条" in said
    # Without the option it is an upload of its own.
    _, stored = run_json(maker.unit.slug, CODES, file, "--confirm")
    assert stored["state"] == "stored"
    assert stored["submission"] != result["submission"]
    with pytest.raises(CommandError, match="not allowed with"):
        call_command(
            *("import_file", "--unit", maker.unit.slug, "--record", CODES, str(file)),
            *("--check-only", "--confirm"),
        )


def test_without_a_holder_it_is_refused(maker: Side, tmp_path: Path) -> None:
    Authorization.everything.all().delete()
    file = workbook(tmp_path / "a.xlsx", INFO, [example(INFO)])
    code, said = run(maker.unit.slug, INFO, file)
    assert (code, "生产企业药耗基础信息上传" in said) == (Exit.REFUSED, True)


def test_while_somebody_stands_in_the_command_acts_as_the_stand_in(
    maker: Side, tmp_path: Path
) -> None:
    colleague = AgentFactory.create(units=[maker.unit])
    stand_in(
        maker.unit,
        "maker-upload",
        colleague,
        holder_id=maker.agent.pk,
        ends_at=timezone.now() + timedelta(hours=1),
    )
    file = workbook(tmp_path / "a.xlsx", INFO, [example(INFO)])
    code, result = run_json(maker.unit.slug, INFO, file, "--agent", maker.agent.mobile)
    assert (code, result["refusal"]["code"]) == (Exit.REFUSED, "business_rests")
    code, result = run_json(maker.unit.slug, INFO, file)
    assert (code, result["state"]) == (0, "staged")
    assert Submission.everything.get().agent == colleague


def test_a_unit_that_is_not_approved_is_refused(maker: Side, tmp_path: Path) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(approved_at=None)
    file = workbook(tmp_path / "a.xlsx", INFO, [example(INFO)])
    code, result = run_json(maker.unit.slug, INFO, file)
    assert (code, result["refusal"]["code"]) == (Exit.REFUSED, "unit_not_approved")
    assert not Submission.everything.exists()


def test_another_units_agent_is_refused(maker: Side, tmp_path: Path) -> None:
    stranger = side(UnitFactory.create())
    file = workbook(tmp_path / "a.xlsx", INFO, [example(INFO)])
    code, result = run_json(maker.unit.slug, INFO, file, "--agent", stranger.agent.mobile)
    assert (code, result["refusal"]["code"]) == (Exit.REFUSED, "no_business")
    assert result["submission"] is None


def test_unknown_names_make_it_exit_5_and_a_missing_file_2(maker: Side, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", INFO, [example(INFO)])
    assert run("nobody", INFO, file)[0] == Exit.NOT_FOUND
    assert run(maker.unit.slug, INFO, file, "--agent", "19999999999")[0] == Exit.NOT_FOUND
    assert run(maker.unit.slug, INFO, tmp_path / "none.xlsx")[0] == Exit.USAGE


def test_without_json_it_speaks_sentences(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(4)
    rows[1]["prod_code"] = "6999000000019"
    file = workbook(tmp_path / "a.xlsx", CODES, rows)
    _, said = run(maker.unit.slug, CODES, file, "--confirm")
    assert "导入完成：总计 4 条，成功 3 条，失败 1 条。" in said
    assert "新增 3 条，替换 0 条，未变化 0 条。" in said


def test_rows_in_json_go_the_same_way(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(4)
    rows[2]["prod_code"] = "6999000000019"
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows))
    code, result = run_json(maker.unit.slug, CODES, file, "--confirm")
    assert (code, result["state"], result["created"]) == (Exit.SOME_REJECTED, "stored", 3)
    assert result["faults"] == {"gtin_check_digit": 1}
    assert Submission.everything.get().files.get().name == "rows.jsonl"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"prod_code": 1, "prod_code": 2}', "column_repeated"),
        ("[]", "row_not_object"),
        ("{", "row_not_json"),
        ("", "rows_empty"),
    ],
)
def test_lines_that_are_no_rows_are_refused(
    maker: Side, tmp_path: Path, text: str, code: str
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(text)
    exit_code, result = run_json(maker.unit.slug, CODES, file)
    assert (exit_code, result["refusal"]["code"]) == (Exit.REFUSED, code)
    assert not Submission.everything.exists()
