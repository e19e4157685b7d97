"""`respell`: rows from before the canonical form changed, and how they are found until then."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from jsonschema import validate

from accounts.core.kinds import MAKER
from accounts.units.models import Unit
from tests.factories import UnitFactory
from tests.people import Side
from tests.tracing.factories import DrugBatchFactory, EventFactory, TraceCodeFactory, small
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.uploads import confirm, submit
from tracing.library.typed_codes import spellings
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import Pack, TraceCode, UnitCode
from tracing.stores.models_events import TraceEvent
from tracing.stores.models_staging import STAGED
from tracing.traces.queries import find_codes, trace
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db

RAW, BRACKETED = "010690123456789221A1", "(01)06901234567892(21)A1"
BOX, NEW_BOX = "ma.156.m0.100472.11103316", "MA.156.M0.100472.11103316"
SCHEMA = json.loads((settings.BASE_DIR / "docs/schemas/respell.json").read_text(encoding="utf-8"))
DAMAGED = "80000990000000000O01"


@pytest.fixture
def batch() -> DrugBatch:
    return DrugBatchFactory.create()


@pytest.fixture
def trader() -> Unit:
    return UnitFactory.create(is_maker=False, is_distributor=True)


def made(batch: DrugBatch, code: str, **more: Any) -> TraceCode:
    row: TraceCode = TraceCodeFactory.create(
        code=code, unit=batch.unit, trac_codg_sn=batch.trac_codg_sn, system="own", **more
    )
    return row


def run() -> dict[str, Any]:
    out = StringIO()
    call_command("respell", "--json", stdout=out)
    result: dict[str, Any] = json.loads(out.getvalue())
    validate(result, SCHEMA)
    return result


def said() -> str:
    out = StringIO()
    call_command("respell", stdout=out)
    return out.getvalue()


def test_codes_are_rewritten_wherever_they_stand(batch: DrugBatch, trader: Unit) -> None:
    first = made(batch, RAW, lv2_trac_code=BOX)
    Pack.everything.create(
        code=BOX,
        unit=batch.unit,
        level=2,
        uploaded_at=first.uploaded_at,
        submission_id=first.submission_id,
    )
    EventFactory.create(code=BOX, unit=batch.unit)
    UnitCode.everything.create(
        code=RAW, unit=trader, uploaded_at=first.uploaded_at, submission_id=first.submission_id
    )
    made(batch, small(1))
    assert run() == {"changed": 2, "taken": [], "damaged": []}
    row = TraceCode.everything.get(code=BRACKETED)
    assert (row.lv2_trac_code, row.system) == (NEW_BOX, "gs1")
    assert Pack.everything.get().code == NEW_BOX
    assert TraceEvent.everything.get().code == NEW_BOX
    assert UnitCode.everything.get().code == BRACKETED
    assert TraceCode.everything.filter(code=small(1), system="own").exists()
    assert run() == {"changed": 0, "taken": [], "damaged": []}


def test_what_cannot_be_rewritten_is_listed_and_stays(batch: DrugBatch) -> None:
    for code in (RAW, BRACKETED, DAMAGED, f"'{small(2)}", "MA.156.m0.100472.11103316", BOX):
        made(batch, code)
    before = set(TraceCode.everything.values_list("code", flat=True))
    taken = sorted([RAW, BOX, "MA.156.m0.100472.11103316"])
    assert run() == {"changed": 1, "taken": taken, "damaged": [DAMAGED]}
    after = set(TraceCode.everything.values_list("code", flat=True))
    assert before - after == {f"'{small(2)}"}
    assert after - before == {small(2)}
    words = said()
    assert f"新写法已被另一行占用，未改写，请单位核对后删除其中一行：{'、'.join(taken)}" in words
    assert f"已损坏，无法改写，请单位删除后重新上传：{DAMAGED}" in words


@pytest.mark.parametrize("code", [RAW, DAMAGED, f"'{small(2)}", "ABC/12345"])
def test_a_list_leads_to_a_row_in_its_old_form(batch: DrugBatch, code: str) -> None:
    made(batch, code)
    found = trace(code, batch.unit)
    assert found is not None
    assert found.code == code
    assert [row.code for row in find_codes(batch.unit, code, kind=MAKER)] == [code]
    assert trace(code, UnitFactory.create()) is None


def test_what_no_table_can_hold_is_not_looked_up() -> None:
    assert spellings("\x00" + RAW) == []
    assert spellings("码") == []
    assert spellings("8" * 101) == []
    assert spellings(f" {RAW} ") == [BRACKETED, RAW]
    assert spellings(small(1)) == [small(1)]


def test_what_was_checked_and_not_stored_is_checked_again_by_todays_rules(
    maker: Side, tmp_path: Path
) -> None:
    DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN0001", manu_lotnum="LOT1")
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(1))
    submission = submit(*maker, CODES, path).submission
    check_and_store(submission.pk)
    staged = STAGED[CODES]._base_manager
    staged.update(lv1_trac_code=RAW)  # as the rules of before had read it
    run()
    confirm(Submission.everything.get(pk=submission.pk))
    assert not TraceCode.everything.filter(code=RAW).exists()
    assert TraceCode.everything.count() == 1
