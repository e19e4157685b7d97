"""`export_codes`: the file, the JSON, the exit codes."""

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from jsonschema import validate
from pytest_django import Settings

from accounts.rights.models import Authorization
from portal.management.reporting import Exit
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, side
from tests.tracing.exports.asking import contents
from tests.tracing.factories import (
    UPLOADED,
    DrugBatchFactory,
    EventFactory,
    UnitCodeFactory,
    box,
    packed,
    small,
)
from tracing.exports import build, limits
from tracing.exports.models import Export
from tracing.jobs.models import MAX_ATTEMPTS, claim
from tracing.stores.models_counts import BatchCount

SCHEMA = json.loads(
    (settings.BASE_DIR / "docs/schemas/export_codes.json").read_text(encoding="utf-8")
)
DAY = UPLOADED.date().isoformat()


@pytest.fixture
def maker(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A maker with a batch of 25 packs, one of them sold."""
    settings.PORTAL_FILES = tmp_path / "files"
    made = side(UnitFactory.create())
    batch = DrugBatchFactory.create(unit=made.unit, trac_codg_sn="SN0001", manu_lotnum="LOT1")
    packed(made.unit, batch, 25)
    EventFactory.create(code=small(0), unit=made.unit, kind="retail")
    return made


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("export_codes", *map(str, arguments), stdout=out)
    return out.getvalue()


def as_json(*arguments: object) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run(*arguments, "--json"))
    validate(result, SCHEMA)
    return result


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """The exit code and the sentence."""
    with pytest.raises(SystemExit) as caught:
        call_command("export_codes", *map(str, arguments), "--json")
    result = json.loads(capsys.readouterr().out)
    validate(result, SCHEMA)
    assert isinstance(caught.value.code, int)
    return caught.value.code, result["refusal"]["message"]


@pytest.mark.parametrize(
    ("asked", "codes", "rows"),
    [
        (["--code", small(0)], 1, 2),
        (["--code", box(0, 2)], 1, 1),
        (["--batch", "SN0001"], 25, 26),
        (["--batch", "LOT1"], 25, 26),
        (["--from", DAY, "--to", DAY], 25, 26),
    ],
)
def test_each_filter_gives_its_file(
    maker: Side, tmp_path: Path, asked: list[str], codes: int, rows: int
) -> None:
    out = tmp_path / "out.xlsx"
    result = as_json("--unit", maker.unit.slug, *asked, "--out", out)
    assert (result["codes"], result["rows"]) == (codes, rows)
    assert len(contents(out)) == rows
    content = out.read_bytes()
    assert (result["size"], result["sha256"]) == (
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    assert list(tmp_path.glob("*.part")) == []


def test_a_csv_by_credit_code_with_sentences(maker: Side, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    said = run("--unit", maker.unit.uscc, "--batch", "SN0001", "--out", out)
    assert f"已导出 25 个追溯码的 26 行：{out}" in said
    assert out.read_text(encoding="utf-8-sig").count("\n") == 27


def test_the_same_again_is_a_new_file(maker: Side, tmp_path: Path) -> None:
    arguments = ("--unit", maker.unit.slug, "--batch", "SN0001", "--out", tmp_path / "a.xlsx")
    first = as_json(*arguments)
    EventFactory.create(code=small(1), unit=maker.unit)
    second = as_json(*arguments)
    assert (first["rows"], second["rows"]) == (26, 27)
    assert first["export"] != second["export"]


def test_it_waits_while_another_runner_makes_the_file(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_it = build.run

    def first_elsewhere(export_id: Any) -> None:
        rows = Export.everything.filter(pk=export_id)
        if not rows.get().attempts:
            claim(rows, state="running")
        else:
            rows.update(lease_until=UPLOADED)
        run_it(export_id)

    monkeypatch.setattr(build, "run", first_elsewhere)
    result = as_json("--unit", maker.unit.slug, "--batch", "LOT1", "--out", tmp_path / "a.xlsx")
    assert result["rows"] == 26


def test_too_many_codes_end_with_4_and_both_numbers(
    maker: Side,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(limits, "MOST_CODES", 24)
    out = tmp_path / "a.xlsx"
    code, words = refused(capsys, "--unit", maker.unit.slug, "--batch", "LOT1", "--out", out)
    assert code == Exit.REFUSED
    assert "25" in words
    assert "24" in words
    assert not out.exists()


@pytest.mark.parametrize("asked", [["--batch", "SN9"], ["--code", small(99)]])
def test_nothing_found_ends_with_5(
    maker: Side, tmp_path: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a.xlsx"
    code, words = refused(capsys, "--unit", maker.unit.slug, *asked, "--out", out)
    assert (code, "没有可以导出的追溯码" in words) == (Exit.NOT_FOUND, True)


def test_another_units_codes_are_not_found(
    maker: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = side(UnitFactory.create())
    out = tmp_path / "a.xlsx"
    for asked in (["--code", small(0)], ["--batch", "SN0001"], ["--from", DAY, "--to", DAY]):
        code, _ = refused(capsys, "--unit", stranger.unit.slug, *asked, "--out", out)
        assert code == Exit.NOT_FOUND


def test_a_file_that_is_given_up_ends_with_1(
    maker: Side,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_it = build.run

    def after_many_deaths(export_id: Any) -> None:
        Export.everything.filter(pk=export_id).update(attempts=MAX_ATTEMPTS)
        run_it(export_id)

    monkeypatch.setattr(build, "run", after_many_deaths)
    out = tmp_path / "a.xlsx"
    code, words = refused(capsys, "--unit", maker.unit.slug, "--batch", "LOT1", "--out", out)
    assert (code, "已停止" in words) == (Exit.FAILED, True)


def test_an_agent_without_the_business_is_refused(
    maker: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = AgentFactory.create(units=[maker.unit])
    arguments = ("--unit", maker.unit.slug, "--batch", "LOT1", "--out", tmp_path / "a.xlsx")
    assert refused(capsys, *arguments, "--agent", other.mobile)[0] == Exit.REFUSED
    Authorization.everything.all().delete()
    with pytest.raises(CommandError, match="还没有授权给任何经办人") as caught:
        run(*arguments)
    assert caught.value.returncode == Exit.REFUSED


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--code", "1" * 20, "--out", "a.pdf"], "应以 .xlsx 或 .csv 结尾"),
        (["--from", "2024-11-01", "--out", "a.xlsx"], "应同时给出"),
        (["--batch", "B", "--to", "2024-11-01", "--out", "a.xlsx"], "应同时给出"),
        (["--from", "2024-11-02", "--to", "2024-11-01", "--out", "a.xlsx"], "晚于"),
        (["--from", "20.11.2024", "--to", "2024-11-01", "--out", "a.xlsx"], "日期应写成"),
        (["--code", "1" * 20, "--out", "no/such/folder/a.xlsx"], "没有文件夹"),
        (["--code", "1" * 20, "--batch", "B", "--out", "a.xlsx"], "not allowed"),
        (["--out", "a.xlsx"], "required"),
    ],
)
def test_wrong_usage_ends_with_2(maker: Side, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words) as caught:
        run("--unit", maker.unit.slug, *arguments)
    assert caught.value.returncode in (Exit.USAGE, 1)  # argparse exits with 2 by itself


def test_a_distributors_list_by_each_filter(maker: Side, tmp_path: Path) -> None:
    trader = side(UnitFactory.create(is_maker=False, is_distributor=True))
    for code in (box(0, 2), small(24)):
        UnitCodeFactory.create(unit=trader.unit, code=code, batch="TYPED")
        EventFactory.create(code=code, unit=trader.unit, kind="circulation-in")
    EventFactory.create(code=box(0, 2), unit=maker.unit, to=trader.unit)
    filters = [
        (["--code", small(3)], 1, 3),
        (["--batch", "LOT1"], 1, 3),
        (["--batch", "TYPED"], 1, 1),
        (["--from", DAY, "--to", DAY], 2, 4),
    ]
    for asked, codes, rows in filters:
        out = tmp_path / "out.csv"
        result = as_json("--unit", trader.unit.slug, *asked, "--out", out)
        assert (result["codes"], result["rows"]) == (codes, rows), asked


def test_a_unit_of_both_kinds_says_whose_list(maker: Side, tmp_path: Path) -> None:
    both = side(UnitFactory.create(is_distributor=True))
    UnitCodeFactory.create(unit=both.unit, code=small(0))
    arguments = ("--unit", both.unit.slug, "--from", DAY, "--to", DAY, "--out", tmp_path / "a.csv")
    assert as_json(*arguments, "--kind", "distributor")["codes"] == 1
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == Exit.NOT_FOUND
    wrong = ("--unit", maker.unit.slug, *arguments[2:], "--kind", "distributor")
    with pytest.raises(CommandError, match="不是流通企业") as usage:
        run(*wrong)
    assert usage.value.returncode == Exit.USAGE


def test_recounting_says_how_long_it_took(maker: Side) -> None:
    counted = BatchCount.everything.values_list("codes")
    before = list(counted)
    BatchCount.everything.update(codes=7)
    out = StringIO()
    call_command("recount", "--json", stdout=out)
    assert json.loads(out.getvalue()).keys() == {"seconds"}
    assert list(counted.all()) == before
