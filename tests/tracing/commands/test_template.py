"""`template`: the file, the sentences, the JSON and the exit codes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from jsonschema import validate
from openpyxl import load_workbook

from portal.management.reporting import Exit

SCHEMA = settings.BASE_DIR / "docs" / "schemas" / "template.json"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("template", *arguments, stdout=out)
    return out.getvalue()


def test_it_writes_the_workbook_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "blank.xlsx"
    said = run("--record", "domestic-drug-info", "--out", str(file))
    assert said == f"已写入国产药信息模板：{file}（23 列，必填 17 列）。\n"
    assert load_workbook(file).sheetnames[0] == "国产药信息"


def test_the_json_follows_its_schema(tmp_path: Path) -> None:
    file = tmp_path / "blank.xlsx"
    result = json.loads(run("--record", "domestic-drug-codes", "--out", str(file), "--json"))
    validate(result, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert result["required"] == ["追溯码唯一流水号", "小包装追溯码", "医疗目录编码", "商品码"]
    assert result["out"] == str(file)


def test_an_unknown_record_is_wrong_usage(tmp_path: Path) -> None:
    file = tmp_path / "blank.xlsx"
    with pytest.raises(CommandError, match="应为其中之一：circulation、consumable") as refused:
        run("--record", "no-such-record", "--out", str(file))
    assert refused.value.returncode == Exit.USAGE
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="无法写入文件") as refused:
        run("--record", "domestic-drug-info", "--out", str(tmp_path / "no" / "blank.xlsx"))
    assert refused.value.returncode == Exit.USAGE
