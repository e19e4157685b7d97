"""`sample` of events, from what the database knows of a unit and its codes."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings
from python_calamine import CalamineWorkbook

from portal.servers.homes import BASE_DIR
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.factories import (
    MADE,
    DrugBatchFactory,
    EventFactory,
    TraceCodeFactory,
    box,
    packed,
    small,
    voided,
)
from tests.tracing.uploads import uploads
from tracing.records.bindings import of_shape
from tracing.records.event_kinds import EventKind
from tracing.records.shapes import Shape
from tracing.traces.known_packs import own_packs, received_packs
from tracing.uploads.models import RejectedRow

EVENTS = [binding.record.code for binding in of_shape(Shape.EVENT)]
SCHEMA = json.loads((BASE_DIR / "docs/schemas/sample.json").read_text())
pytestmark = pytest.mark.django_db


def sample(
    side: Side, record: str, rows: int, path: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Run the command; returns its JSON and the rows of the workbook by heading."""
    options = ["--unit", side.unit.slug, "--record", record, "--rows", str(rows), "--json"]
    call_command("sample", *options, "--out", str(path), *more)
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, SCHEMA)
    headings, *found = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    names = [str(heading).removesuffix("*") for heading in headings]
    return result, [dict(zip(names, row, strict=True)) for row in found]


def test_a_maker_ships_its_own_codes_to_a_distributor_of_the_portal(
    maker: Side, distributor: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit)
    packed(maker.unit, batch, 3)
    result, rows = sample(maker, "domestic-drug-shipment", 5, tmp_path / "s.xlsx", capsys)
    assert (result["codes_known"], result["batch_known"]) == (3, True)
    assert result["batch"] == batch.trac_codg_sn
    assert [row["追溯码"] for row in rows[:3]] == [small(serial) for serial in range(3)]
    assert {row["收货机构统一社会信用代码"] for row in rows} == {distributor.unit.uscc}
    assert {row["发货机构统一社会信用代码"] for row in rows} == {maker.unit.uscc}
    assert {row["发货时间"][:10] for row in rows} == {"2024-12-17"}


def test_a_batch_may_be_asked_for(
    maker: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("A-1", "A-2"):
        TraceCodeFactory.create(batch=DrugBatchFactory.create(unit=maker.unit, trac_codg_sn=name))
    more = ("--batch", "A-2")
    result, rows = sample(maker, "domestic-drug-retail", 2, tmp_path / "s.xlsx", capsys, *more)
    assert (result["batch"], result["codes_known"]) == ("A-2", 1)
    assert {row["追溯码唯一流水号"] for row in rows} == {"A-2"}


def test_a_unit_without_codes_tells_of_made_up_ones(
    maker: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, rows = sample(maker, "domestic-drug-receipt", 4, tmp_path / "s.xlsx", capsys)
    assert (result["codes_known"], result["batch_known"], len(rows)) == (0, False, 4)
    assert result["batch"] == rows[0]["追溯码唯一流水号"]
    options = ("--unit", maker.unit.slug, "--record", "circulation", "--rows", "3")
    call_command("sample", *options, "--out", str(tmp_path / "c.xlsx"))
    assert "涉及 2 个追溯码，其中 0 个平台上已有，其余是虚构的。" in capsys.readouterr().out


def test_a_distributor_circulates_what_was_sent_to_it(
    maker: Side, distributor: Side, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit)
    packed(maker.unit, batch, 3)
    EventFactory.create(code=box(0, 2), unit=maker.unit, source=maker.unit, to=distributor.unit)
    result, rows = sample(distributor, "circulation", 2, tmp_path / "s.xlsx", capsys)
    assert (result["codes_known"], result["batch"]) == (1, batch.trac_codg_sn)
    assert [row["药品追溯码"] for row in rows] == [box(0, 2)] * 2
    assert {row["医疗目录编码"] for row in rows} == {batch.med_list_codg}
    assert {row["药品生产批号"] for row in rows} == {batch.manu_lotnum}
    assert rows[0]["发货机构统一社会信用代码"] == maker.unit.uscc
    sent = MADE + timedelta(days=2)
    assert rows[0]["发货时间"][:10] == str(sent.date())
    assert rows[0]["流通时间"][:10] == str((sent + timedelta(days=1)).date())


def test_only_what_others_really_sent_counts_as_received(maker: Side, distributor: Side) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit)
    codes = packed(maker.unit, batch, 6)
    to = {"source": maker.unit, "to": distributor.unit}
    good = EventFactory.create(code=codes[0].code, unit=maker.unit, **to)
    EventFactory.create(code=codes[1].code, unit=distributor.unit, **to)
    EventFactory.create(code=codes[2].code, unit=maker.unit, node=None, status="0", **to)
    voided(EventFactory.create(code=codes[3].code, unit=maker.unit, **to))
    elsewhere = {"source": maker.unit, "to": UnitFactory.create()}
    EventFactory.create(code=codes[4].code, unit=maker.unit, **elsewhere)
    voided(codes[5])
    EventFactory.create(code=codes[5].code, unit=maker.unit, **to)
    assert [pack.code for pack in received_packs(distributor.unit, "", 10)] == [good.code]
    assert received_packs(distributor.unit, "ANOTHER", 10) == []


def test_the_last_sender_of_a_code_is_its_origin(maker: Side, distributor: Side) -> None:
    code = TraceCodeFactory.create(batch=DrugBatchFactory.create(unit=maker.unit))
    between = UnitFactory.create(is_maker=False, is_distributor=True)
    for to in (distributor.unit, between):
        EventFactory.create(code=code.code, unit=maker.unit, source=maker.unit, to=to)
    EventFactory.create(
        code=code.code,
        unit=between,
        kind=EventKind.CIRCULATION_OUT,
        source=between,
        to=distributor.unit,
        days=4,
    )
    (pack,) = received_packs(distributor.unit, "", 10)
    assert (pack.origin_uscc, pack.since) == (between.uscc, MADE + timedelta(days=4))


def test_codes_of_others_and_voided_ones_are_not_own(maker: Side, stranger: Side) -> None:
    mine = TraceCodeFactory.create(batch=DrugBatchFactory.create(unit=maker.unit))
    voided(TraceCodeFactory.create(batch=DrugBatchFactory.create(unit=maker.unit)))
    TraceCodeFactory.create(batch=DrugBatchFactory.create(unit=stranger.unit))
    assert [pack.code for pack in own_packs(maker.unit, "", 10)] == [mine.code]
    assert own_packs(maker.unit, "", 0) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("record", sorted(EVENTS))
def test_the_import_finds_exactly_the_planted_faults(
    record: str,
    tmp_path: Path,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.PORTAL_FILES = tmp_path / "files"
    both = side(UnitFactory.create(is_maker=True, is_distributor=True))
    UnitFactory.create(is_maker=False, is_distributor=True)
    plant, path = tmp_path / "p.json", tmp_path / "s.xlsx"
    more = ("--faults", "0.1", "--plant", str(plant))
    result, _ = sample(both, record, 300, path, capsys, *more)
    submission = uploads.confirm(uploads.upload(both.unit, both.agent, record, path))
    found = {
        (rejected.row, column, code)
        for rejected in RejectedRow.objects.filter(submission=submission)
        for column, code, _ in rejected.faults
    }
    assert found == {(p["row"], p["column"], p["code"]) for p in json.loads(plant.read_text())}
    assert len(found) == result["faults"] == 30
    assert (submission.total, submission.created, submission.rejected) == (300, 270, 30)


def test_what_a_stranger_says_it_sent_is_no_sample(maker: Side, distributor: Side) -> None:
    """Else its sample would tell the product of any code that a colluding unit names."""
    batch = DrugBatchFactory.create(unit=maker.unit)
    code = packed(maker.unit, batch, 1)[0].code
    stranger = UnitFactory.create(is_maker=False, is_distributor=True)
    kind = EventKind.CIRCULATION_OUT
    EventFactory.create(code=code, unit=stranger, kind=kind, to=distributor.unit)
    assert received_packs(distributor.unit, "", 10) == []
    EventFactory.create(code=code, unit=maker.unit, source=maker.unit, to=stranger)
    assert [pack.code for pack in received_packs(distributor.unit, "", 10)] == [code]
