"""接口删除: rows that a call names are voided, and each is told what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.log.models import OperationLog
from tests.people import Side
from tests.tracing.api.test_uploads import refused, results, told
from tests.tracing.uploads import devices
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Shape
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_events import TraceEvent
from tracing.stores.registry import store_of
from tracing.uploads.void_keys import identifying

pytestmark = pytest.mark.django_db(transaction=True)
SHIPMENT = "domestic-drug-shipment"


def void(side: Side, record: str, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return told(side, f"upload/{record}", {"delFlag": True, "data": rows, **more})


def stored(side: Side, record: str, *rows: dict[str, Any]) -> None:
    data = told(side, f"upload/{record}", {"data": [*rows]})
    assert data["created"] == len(rows), data


def live_codes(side: Side) -> int:
    return TraceCode.objects.of(side.unit).filter(voided_at=None).count()


def test_codes_are_voided_by_their_key(maker: Side, rival: Side) -> None:
    stored(maker, CODES, *code_rows(4))
    stored(rival, CODES, *code_rows(1, start=1_000))
    rows = [
        {"LV1_TRAC_CODE": pack_code(0)},
        {"lv1_trac_code": pack_code(77)},
        {"lv1_trac_code": pack_code(1_000)},
        {"lv1_trac_code": "8352616"},
        {"lv1_trac_code": pack_code(0)},
        {},
        code_rows(4)[3],
    ]
    data = void(maker, CODES, rows)
    assert results(data) == {
        1: "voided",
        2: "absent",
        3: "absent",
        4: "rejected",
        5: "rejected",
        6: "blank",
        7: "voided",
    }
    assert (data["state"], data["voided"], data["absent"], data["submission"]) == (
        "voided",
        2,
        2,
        None,
    )
    codes = [row["faults"][0]["code"] for row in data["rows"] if "faults" in row]
    assert codes == ["trace_code_length", "duplicate_in_file"]
    assert (live_codes(maker), live_codes(rival)) == (2, 1)
    gone = TraceCode.objects.of(maker.unit).get(code=pack_code(0))
    assert gone.void_reason == "接口删除"
    entry = OperationLog.everything.get(action="rows-voided")
    assert (entry.before or {})["keys"]["first"] == [pack_code(0), pack_code(3)]
    assert (entry.after or {})["reason"] == "接口删除"
    again = void(maker, CODES, rows[:1])
    assert (again["state"], results(again)) == ("nothing_voided", {1: "absent"})
    again = void(maker, CODES, [rows[0], rows[3]])
    assert (again["state"], results(again)) == ("nothing_voided", {1: "absent", 2: "rejected"})


@pytest.mark.parametrize(
    ("more", "state"), [({"checkOnly": True}, "checked"), ({"mode": "rollback"}, "rolled_back")]
)
def test_nothing_is_voided_in_a_dry_run_nor_where_one_fails(
    maker: Side, more: dict[str, Any], state: str
) -> None:
    stored(maker, CODES, *code_rows(1))
    data = void(maker, CODES, [{"lv1_trac_code": pack_code(0)}, {"lv1_trac_code": "1"}], **more)
    assert (data["state"], results(data)) == (state, {1: "would_be_voided", 2: "rejected"})
    assert live_codes(maker) == 1
    assert void(maker, CODES, [{"lv1_trac_code": pack_code(0)}], mode="rollback")["voided"] == 1


def test_a_batch_with_live_codes_stays(maker: Side) -> None:
    stored(maker, INFO, example(INFO), example(INFO, trac_codg_sn="SN2"))
    stored(maker, CODES, *code_rows(2))
    serial = example(INFO)["trac_codg_sn"]
    data = void(maker, INFO, [{"trac_codg_sn": serial}, {"trac_codg_sn": "SN2"}])
    assert results(data) == {1: "rejected", 2: "voided"}
    (fault,) = data["rows"][0]["faults"]
    assert (fault["column"], fault["code"]) == ("trac_codg_sn", "batch_has_codes")
    assert "还有 2 个追溯码" in fault["message"]
    batches = DrugBatch.objects.of(maker.unit).filter(voided_at=None)
    assert [batch.trac_codg_sn for batch in batches] == [serial]
    # A batch of the other family is not there for this interface.
    absent = void(maker, "imported-drug-info", [{"trac_codg_sn": serial}])
    assert results(absent) == {1: "absent"}


def test_a_consumable_with_live_codes_stays(maker: Side) -> None:
    stored(maker, devices.ITEM, devices.item())
    stored(maker, devices.CODES, devices.code(devices.piece(1)))
    row = {name: devices.item()[name] for name in ("mcs_code", "udi")}
    data = void(maker, devices.ITEM, [row])
    assert (data["state"], data["rows"][0]["faults"][0]["code"]) == ("rejected", "item_has_codes")
    assert results(void(maker, CODES, [{"lv1_trac_code": devices.piece(1)}])) == {1: "absent"}
    assert void(maker, devices.CODES, [{"lv1_trac_code": devices.piece(1)}])["voided"] == 1
    assert void(maker, devices.ITEM, [row])["voided"] == 1


def test_an_event_is_known_by_its_code_and_its_document(maker: Side, dealer: Side) -> None:
    stored(maker, INFO, example(INFO))
    stored(maker, CODES, *code_rows(2))
    own = {"shp_org_name": maker.unit.name, "shp_org_uscc": maker.unit.uscc}
    other = {"shpp_org_name": dealer.unit.name, "shpp_org_uscc": dealer.unit.uscc}
    rows = [example(SHIPMENT, trac_code=pack_code(n), **own, **other) for n in range(2)]
    stored(maker, SHIPMENT, *rows)
    number = rows[0]["shp_sin_no"]
    data = void(
        maker,
        SHIPMENT,
        [
            {"trac_code": pack_code(0), "shp_sin_no": number},
            {"trac_code": pack_code(1), "shp_sin_no": "FH0"},
            {"trac_code": pack_code(1)},
        ],
    )
    assert results(data) == {1: "voided", 2: "absent", 3: "rejected"}
    (fault,) = data["rows"][2]["faults"]
    assert (fault["column"], fault["code"]) == ("shp_sin_no", "required")
    events = TraceEvent.objects.of(maker.unit).filter(voided_at=None)
    assert [event.code for event in events] == [pack_code(1)]


def test_a_row_without_what_identifies_it_is_refused_whole(maker: Side) -> None:
    param = {"delFlag": True, "data": [{"med_list_codg": "1"}]}
    assert refused(maker, f"upload/{CODES}", param) == "columns_missing"
    param = {"delFlag": True, "data": [{"lot": "1"}]}
    assert refused(maker, f"upload/{CODES}", param) == "column_unknown"


@pytest.mark.parametrize("code", [c for c, b in BINDINGS.items() if b.shape is not Shape.EVENT])
def test_keys_are_read_in_the_order_of_their_tables(code: str) -> None:
    record = BINDINGS[code].record
    names = [sql.split("s.")[1].split(",")[0] for sql in store_of(code).TARGET.key.values()]
    assert tuple(names) == record.key_columns
    assert {column.name for column in identifying(record).columns} == set(names)
