"""What came before is held against what comes: codes against their batch, events against codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads import devices
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_between_records import row_of, said
from tests.tracing.uploads.test_events import RETAIL, SHIPMENT
from tests.tracing.uploads.uploads import confirm, upload
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)

Row = dict[str, Any]
Send = Callable[..., Submission]
BATCH = str(example(INFO)["trac_codg_sn"])
NO_BOXES: Row = {"lv2_trac_code": None, "lv3_trac_code": None}


@pytest.fixture
def send(maker: Side, tmp_path: Path) -> Send:
    """Upload and confirm rows of a record; every row is accepted."""
    sent: list[Submission] = []

    def send(record: str, *rows: Row, who: Side = maker) -> Submission:
        path = workbook(tmp_path / f"{len(sent)}.xlsx", record, list(rows))
        sent.append(confirm(upload(*who, record, path)))
        assert (sent[-1].state, sent[-1].rejected) == ("stored", 0)
        return sent[-1]

    return send


def shipped(maker: Side, code: str, **changes: Any) -> Row:
    own = {"shp_org_name": maker.unit.name, "shp_org_uscc": maker.unit.uscc}
    return example(SHIPMENT, trac_code=code, **own, **changes)


def test_a_batch_is_held_against_the_codes_that_waited_for_it(send: Send) -> None:
    rows = code_rows(3)
    send(CODES, *rows[:2], {**rows[2], "stoin_time": "2024-11-30 08:00"})
    assert send(INFO, example(INFO, manu_date="2024-11-30")).warnings == {}
    stored = send(INFO, example(INFO, trac_codg_sn="NONE"), example(INFO))
    assert stored.warnings == {"codes_stored_before_production": 1}
    assert row_of(stored, "codes_stored_before_production") == (3, "manu_date")
    words = said(stored)["codes_stored_before_production"]
    assert f"晚于追溯码“{pack_code(2)}”的入库时间“2024-11-30 08:00:00”" in words


def test_a_batch_that_says_another_product_than_its_codes_is_remarked(send: Send) -> None:
    send(CODES, *code_rows(2), {**code_rows(1, start=5, trac_codg_sn="OTHER")[0], **NO_BOXES})
    other = "6999000000025"
    stored = send(INFO, example(INFO, prod_code=other), example(INFO, trac_codg_sn="OTHER"))
    assert stored.warnings == {"batch_differs_from_codes": 1}
    assert other in said(stored)["batch_differs_from_codes"]
    imported = send("imported-drug-info", example("imported-drug-info", trac_codg_sn="OTHER"))
    assert imported.warnings == {"batch_changes_family": 1, "codes_of_other_family": 1}
    assert "的追溯码是按国产药上传的，这里按进口药上传" in said(imported)["codes_of_other_family"]


def test_a_batch_of_which_its_codes_name_another_lot_or_last_day_is_remarked(send: Send) -> None:
    lot, day = example(INFO)["manu_lotnum"], "271214"
    codes = [
        f"(01)06999000000018(17){end}(10){of}(21){n}"
        for n, (of, end) in enumerate([(lot, day), ("L9", day), ("L9", "270101")])
    ]
    rows = zip(code_rows(3, per_middle=1000), codes, strict=True)
    send(CODES, *({**row, **NO_BOXES, "lv1_trac_code": code} for row, code in rows))
    stored = send(INFO, example(INFO))
    assert stored.warnings == {"lot_differs_from_codes": 1, "expiry_differs_from_codes": 1}
    assert row_of(stored, "lot_differs_from_codes") == (2, "manu_lotnum")
    assert "中的有效期“2027-01-01”不一致" in said(stored)["expiry_differs_from_codes"]


def test_a_batch_is_held_against_what_was_told_of_its_codes(maker: Side, send: Send) -> None:
    rows = [{**row, "stoin_time": None} for row in code_rows(2)]
    send(CODES, *rows)
    box = str(rows[0]["lv2_trac_code"])
    send(SHIPMENT, shipped(maker, box, shp_time="2024-12-20 10:00"))
    sold = example(RETAIL, trac_code=pack_code(1), rtal_time="2025-01-10 10:00")
    send(RETAIL, sold)
    assert send(INFO, example(INFO)).warnings == {}
    late = send(INFO, example(INFO, manu_date="2024-12-21", expy_end="2025-01-09"))
    assert late.warnings == {"told_before_production": 1, "sold_after_this_day": 1}
    assert row_of(late, "told_before_production") == (2, "manu_date")
    assert row_of(late, "sold_after_this_day") == (2, "expy_end")
    words = said(late)["told_before_production"]
    assert "时间“2024-12-21”晚于已上传的发货时间“2024-12-20 10:00:00”" in words
    assert "已上传的零售时间“2025-01-10 10:00:00”" in said(late)["sold_after_this_day"]


def test_codes_are_held_against_what_was_told_of_them_before(maker: Side, send: Send) -> None:
    send(INFO, example(INFO, manu_date="2024-12-01", expy_end="2026-12-01"))
    send(SHIPMENT, shipped(maker, pack_code(0), shp_time="2024-12-05", trac_codg_sn="OTHER"))
    send(RETAIL, example(RETAIL, trac_code=pack_code(1), rtal_time="2026-12-02 10:00"))
    rows = code_rows(4, stoin_time="2024-12-06 08:00")
    stored = send(CODES, *rows)
    assert stored.warnings == {
        "told_before_production": 1,
        "batch_not_of_event": 1,
        "sold_after_this_day": 1,
    }
    assert row_of(stored, "told_before_production") == (2, "stoin_time")
    assert row_of(stored, "batch_not_of_event") == (2, "trac_codg_sn")
    assert row_of(stored, "sold_after_this_day") == (3, "trac_codg_sn")
    words = said(stored)["batch_not_of_event"]
    assert f"“{BATCH}”与追溯码“{pack_code(0)}”已上传的发货信息中的“OTHER”不一致" in words
    # A box tells of what lies in it.
    send(SHIPMENT, shipped(maker, pack_code(9, 8000002), shp_time="2024-12-05"))
    row = {**rows[3], "lv1_trac_code": pack_code(50), "lv2_trac_code": pack_code(9, 8000002)}
    assert send(CODES, row).warnings == {"told_before_production": 1}


def test_consumables_are_held_against_what_was_told_of_them_before(maker: Side, send: Send) -> None:
    receiver = side(UnitFactory.create(is_maker=False, is_distributor=True))
    send(devices.ITEM, devices.item())
    for n in (1, 2):
        sent = devices.sent(maker, receiver, devices.piece(n), shp_time="2024-12-14 10:00")
        send(devices.SHIPMENT, sent)
    made = {"manu_date": "2024-12-15", "stoin_time": None}
    stored = send(devices.CODES, *(devices.code(devices.piece(n), **made) for n in (1, 2, 3)))
    assert stored.warnings == {"told_before_production": 2}
    sold = example(devices.RETAIL, trac_code=devices.piece(4), rtal_time="2027-12-15 10:00")
    send(devices.RETAIL, sold)
    late = send(devices.CODES, devices.code(devices.piece(4)))
    assert late.warnings == {"sold_after_this_day": 1}
    assert row_of(late, "sold_after_this_day") == (2, "expy_end")


def test_nobody_learns_what_another_unit_told_of_a_code(maker: Side, send: Send) -> None:
    other = side(UnitFactory.create())
    send(SHIPMENT, shipped(other, pack_code(0), shp_time="2024-12-05"), who=other)
    send(INFO, example(INFO))
    assert send(CODES, *code_rows(1, stoin_time="2024-12-30 08:00")).warnings == {}
