"""`sample` writes what it says, and its rows import with exactly the planted faults."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from portal.servers.homes import BASE_DIR
from tests.people import Side
from tests.tracing.uploads import uploads
from tracing.stores.models import DrugBatch
from tracing.uploads.models import RejectedRow, Submission

SCHEMA = json.loads((BASE_DIR / "docs/schemas/sample.json").read_text())
CODES, INFO = "domestic-drug-codes", "domestic-drug-info"


def sample(capsys: pytest.CaptureFixture[str], *options: object) -> dict[str, Any]:
    """Run the command; returns its JSON."""
    call_command("sample", "--json", *map(str, options))
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, SCHEMA)
    return result


def store(side: Side, record: str, path: Path) -> Submission:
    """Import a workbook to the end."""
    return uploads.confirm(uploads.upload(side.unit, side.agent, record, path))


def rows_of(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_the_import_finds_exactly_the_planted_faults(
    sampler: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info, codes, plant = tmp_path / "i.xlsx", tmp_path / "c.xlsx", tmp_path / "p.json"
    sample(capsys, "--unit", "sampler1", "--record", INFO, "--rows", 1, "--out", info)
    assert store(sampler, INFO, info).created == 1
    result = sample(
        capsys, "--unit", sampler.unit.uscc, "--record", CODES, "--rows", 2_000, "--seed", 7,
        "--faults", 0.05, "--plant", plant, "--out", codes,
    )  # fmt: skip
    assert result["faults"] == 100
    assert result["batch"] == DrugBatch.objects.of(sampler.unit).get().trac_codg_sn
    assert result["batch_known"]
    submission = store(sampler, CODES, codes)
    found = {
        (rejected.row, column, code)
        for rejected in RejectedRow.objects.filter(submission=submission)
        for column, code, _ in rejected.faults
    }
    planted = json.loads(plant.read_text())
    assert found == {(fault["row"], fault["column"], fault["code"]) for fault in planted}
    assert (submission.total, submission.created, submission.rejected) == (2_000, 1_900, 100)
    assert submission.warnings == {}


def test_the_same_rows_in_another_file_are_all_unchanged(
    sampler: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    submissions = []
    for name in ("a.xlsx", "b.xlsx"):
        options = ("--unit", "sampler1", "--record", CODES, "--rows", 100, "--batch", "B-9")
        sample(capsys, *options, "--out", tmp_path / name)
        submissions.append(store(sampler, CODES, tmp_path / name))
    first, second = submissions
    assert (first.created, second.created, second.unchanged) == (100, 0, 100)


def test_codes_fit_the_batch_that_the_unit_uploaded(
    sampler: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info, codes = tmp_path / "i.xlsx", tmp_path / "c.xlsx"
    sample(capsys, "--unit", "sampler1", "--record", INFO, "--rows", 3, "--out", info, "--seed", 5)
    store(sampler, INFO, info)
    batch = DrugBatch.objects.of(sampler.unit).order_by("trac_codg_sn")[1]
    options = ("--unit", "sampler1", "--record", CODES, "--rows", 40, "--batch", batch.trac_codg_sn)
    sample(capsys, *options, "--levels", "5x4", "--out", codes)
    assert {(row[0], row[4], row[5]) for row in rows_of(codes)[1:]} == {
        (batch.trac_codg_sn, batch.med_list_codg, batch.prod_code)
    }
    assert (store(sampler, CODES, codes).created, len({row[3] for row in rows_of(codes)})) == (
        40,
        3,
    )


def test_codes_of_a_unit_without_batches_wait_for_theirs(
    sampler: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info, codes = tmp_path / "i.xlsx", tmp_path / "c.xlsx"
    result = sample(capsys, "--unit", "sampler1", "--record", CODES, "--rows", 20, "--out", codes)
    assert not result["batch_known"]
    assert store(sampler, CODES, codes).warnings == {"batch_unknown": 20}
    options = ("--unit", "sampler1", "--record", INFO, "--rows", 1, "--batch", result["batch"])
    sample(capsys, *options, "--out", info)
    assert store(sampler, INFO, info).warnings == {}


@pytest.mark.parametrize(
    ("option", "value", "code", "said"),
    [
        ("--unit", "nobody1", 5, "没有单位 nobody1"),
        ("--rows", "0", 2, "--rows 应为 1 至 1000000 的整数"),
        ("--faults", "1.5", 2, "--faults 应为 0 至 1 的比例"),
        ("--levels", "10*20", 2, "--levels 应写成 10x20"),
        ("--out", "/nowhere/x.xlsx", 2, "无法写入文件"),
    ],
)
def test_wrong_options_are_refused_in_words(
    sampler: Side, tmp_path: Path, option: str, value: str, code: int, said: str
) -> None:
    options = {
        "--unit": "sampler1",
        "--record": CODES,
        "--rows": "10",
        "--out": str(tmp_path / "x.xlsx"),
        option: value,
    }
    with pytest.raises(CommandError) as refused:
        call_command("sample", *(part for pair in options.items() for part in pair))
    assert refused.value.returncode == code
    assert said in str(refused.value)


def test_without_json_it_says_which_batch_the_codes_are_of(
    sampler: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--unit", "sampler1", "--rows", "30", "--faults", "0.1", "--batch", "B-3")
    call_command("sample", *options, "--record", CODES, "--out", str(tmp_path / "c.xlsx"))
    said = capsys.readouterr().out
    assert "共 30 行，其中 3 行埋有错误。" in said
    assert "追溯码唯一流水号为 B-3（尚未上传药品信息，追溯码将待匹配）。" in said
    call_command("sample", *options, "--record", INFO, "--out", str(tmp_path / "i.xlsx"))
    assert "首行的追溯码唯一流水号为 B-3。" in capsys.readouterr().out
