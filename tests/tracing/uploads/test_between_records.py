"""What one record says against what others of its unit said before: remarks, never refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.factories import TraceCodeFactory, voided
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_events import CIRCULATION, RECEIPT, RETAIL, SHIPMENT, inbound
from tests.tracing.uploads.uploads import confirm, upload
from tracing.records.messages import sentence
from tracing.stores.models_codes import Pack, TraceCode
from tracing.stores.models_prefixes import CodePrefix
from tracing.traces.queries import trace
from tracing.uploads.models import RejectedRow, Submission

pytestmark = pytest.mark.django_db(transaction=True)

Row = dict[str, Any]
Send = Callable[..., Submission]
BATCH = str(example(INFO)["trac_codg_sn"])
OTHER_PRODUCT = "6999000000025"
NO_BOXES = {"lv2_trac_code": None, "lv3_trac_code": None}


@pytest.fixture
def send(maker: Side, tmp_path: Path) -> Send:
    """Upload and confirm rows of a record; every row is accepted."""
    sent: list[Submission] = []

    def send(record: str, rows: list[Row], who: Side = maker) -> Submission:
        path = workbook(tmp_path / f"{len(sent)}.xlsx", record, rows)
        sent.append(confirm(upload(*who, record, path)))
        assert (sent[-1].state, sent[-1].rejected) == ("stored", 0)
        return sent[-1]

    return send


def said(submission: Submission) -> dict[str, str]:
    """The first remark of each kind, as people read it, by its code."""
    return {
        code: sentence(code, tuple(detail), submission.record.column(column).label)
        for _, column, code, detail in submission.first_warnings
    }


def row_of(submission: Submission, code: str) -> tuple[int, str]:
    """The row and the column of the first remark of a kind."""
    return next((row, column) for row, column, kind, _ in submission.first_warnings if kind == code)


def told(record: str, code: str, **changes: Any) -> Row:
    return example(record, trac_code=code, **changes)


def shipped(maker: Side, code: str, **changes: Any) -> Row:
    own = {"shp_org_name": maker.unit.name, "shp_org_uscc": maker.unit.uscc}
    return told(SHIPMENT, code, **own, **changes)


@pytest.mark.parametrize("family", ["domestic-drug", "imported-drug"])
def test_codes_that_wait_are_linked_when_their_batch_arrives(
    maker: Side, send: Send, family: str
) -> None:
    assert send(f"{family}-codes", code_rows(3)).warnings == {"batch_unknown": 3}
    before = trace(pack_code(0), maker.unit)
    assert before is not None
    assert (before.product["drug_genname"], before.families) == ("", set())
    assert send(f"{family}-info", [example(f"{family}-info")]).warnings == {}
    after = trace(pack_code(0), maker.unit)
    assert after is not None
    assert (after.product["drug_genname"], after.families) == ("儿童清肺口服液", {family})
    assert send(f"{family}-codes", code_rows(3, start=3, per_middle=1000)).warnings == {}


def test_a_batch_of_another_family_is_remarked(maker: Side, send: Send) -> None:
    send(INFO, [example(INFO)])
    codes = send("imported-drug-codes", code_rows(2))
    assert codes.warnings == {"batch_of_other_family": 2}
    assert (
        "在本单位的药品基础信息中是国产药，这里按进口药上传" in said(codes)["batch_of_other_family"]
    )
    event = told("imported-drug-retail", pack_code(0))
    assert send("imported-drug-retail", [event]).warnings == {"batch_of_other_family": 1}
    assert send(RETAIL, [event]).warnings == {}


def test_codes_stored_before_their_batch_was_made_are_remarked(send: Send) -> None:
    send(INFO, [example(INFO, manu_date="2024-12-15 16:15")])
    times = ("2024-12-15 16:14", "2024-12-14", "2024-12-15", "2024-12-15 16:15", None)
    rows = [{**row, "stoin_time": time} for row, time in zip(code_rows(5), times, strict=True)]
    stored = send(CODES, rows)
    assert stored.warnings == {"stored_before_production": 2}
    assert row_of(stored, "stored_before_production") == (2, "stoin_time")
    words = said(stored)["stored_before_production"]
    assert "“2024-12-15 16:14:00”早于该流水号的生产日期“2024-12-15 16:15:00”" in words


def test_a_box_that_holds_another_number_than_the_others_is_remarked_once(send: Send) -> None:
    send(INFO, [example(INFO)])
    rows = code_rows(40, per_large=2)
    rows[3]["lv2_trac_code"] = rows[10]["lv2_trac_code"]
    stored = send(CODES, rows)
    assert stored.warnings == {"box_count_differs": 2}
    words = said(stored)["box_count_differs"]
    assert "里有 9 个小包装，该批次其他中包装里多为 10 个" in words or "里有 11 个小包装" in words
    # A box may be the last and not full, or be filled by another file.
    rest = send(CODES, code_rows(25, start=100))
    assert rest.warnings == {"box_count_differs": 1}
    assert row_of(rest, "box_count_differs") == (22, "lv2_trac_code")
    filled = send(CODES, code_rows(25, start=125))
    assert filled.warnings == {}


def test_a_large_box_counts_its_middle_boxes(send: Send) -> None:
    send(INFO, [example(INFO)])
    stored = send(CODES, code_rows(35, per_middle=2, per_large=5))
    # Four large boxes, of which the last has three of five, and a middle box of one pack.
    assert stored.warnings == {"box_count_differs": 2}
    assert {Pack.everything.filter(level=level).count() for level in (2, 3)} == {18, 4}


def test_rows_that_fail_are_missing_from_no_box(maker: Side, send: Send, tmp_path: Path) -> None:
    send(INFO, [example(INFO)])
    rows = code_rows(40)
    rows[13]["prod_code"] = "6999000000019"
    staged = upload(*maker, CODES, workbook(tmp_path / "x.xlsx", CODES, rows))
    assert (staged.rejected, staged.warnings) == (1, {})


def test_a_box_of_the_kind_of_what_lies_in_it_is_remarked(send: Send) -> None:
    send(INFO, [example(INFO)])
    rows = [{**row, "lv2_trac_code": pack_code(900)} for row in code_rows(3)]
    stored = send(CODES, rows)
    assert stored.warnings == {"box_not_larger": 1}
    words = said(stored)["box_not_larger"]
    assert (
        f"“{pack_code(900)}”与同一行的小包装追溯码“{pack_code(0)}”同是“8000001”开头，有 3 行"
        in words
    )


def test_a_code_known_as_a_box_is_no_smallest_pack(maker: Side, send: Send, tmp_path: Path) -> None:
    send(CODES, code_rows(20))
    box = pack_code(0, 8000002)
    rows = code_rows(1, start=500, lv1_trac_code=box, lv2_trac_code=None, lv3_trac_code=None)
    rows += code_rows(1, start=501, lv2_trac_code=pack_code(5))
    staged = upload(*maker, CODES, workbook(tmp_path / "x.xlsx", CODES, rows))
    rejected = RejectedRow.objects.filter(submission=staged)
    found = {(r.row, column, code) for r in rejected for column, code, _ in r.faults}
    assert found == {
        (2, "lv1_trac_code", "box_level_differs"),
        (3, "lv2_trac_code", "box_level_differs"),
    }


def test_a_prefix_known_for_another_level_is_remarked(send: Send) -> None:
    send(INFO, [example(INFO)])
    assert send(CODES, code_rows(20)).warnings == {}
    assert CodePrefix.everything.count() == 3
    swapped = [
        {**row, "lv2_trac_code": pack_code(900, 8000003), "lv3_trac_code": pack_code(901, 8000002)}
        for row in code_rows(10, start=50)
    ]
    stored = send(CODES, swapped)
    assert stored.warnings == {"prefix_of_other_level": 2}
    words = said(stored)["prefix_of_other_level"]
    assert "的前 7 位“8000003”在本单位已上传的追溯码中用于大包装，这里用于中包装" in words
    # It is known for both now.
    again = [{**row, "lv1_trac_code": pack_code(n)} for n, row in enumerate(swapped, start=70)]
    assert "prefix_of_other_level" not in send(CODES, again).warnings


def test_a_prefix_known_for_another_product_is_remarked(maker: Side, send: Send) -> None:
    facts = example(INFO, trac_codg_sn="OTHER", prod_code=OTHER_PRODUCT)
    send(INFO, [example(INFO), facts])
    send(CODES, code_rows(20))
    other: Row = {"trac_codg_sn": "OTHER", "prod_code": OTHER_PRODUCT, **NO_BOXES}
    stored = send(CODES, [{**row, **other} for row in code_rows(5, start=50)])
    assert stored.warnings == {"prefix_of_other_product": 1}
    assert row_of(stored, "prefix_of_other_product") == (2, "lv1_trac_code")
    words = said(stored)["prefix_of_other_product"]
    assert f"用于商品码“6999000000018”，这里用于商品码“{OTHER_PRODUCT}”" in words
    # What is taken back is not known any more.
    for code in TraceCode.everything.all():
        voided(code)
    assert send(CODES, [{**row, **other} for row in code_rows(5, start=60)]).warnings == {}


def test_nobody_learns_what_another_units_prefixes_stand_for(maker: Side, send: Send) -> None:
    other = side(UnitFactory.create())
    send(CODES, code_rows(20), other)
    (row,) = code_rows(1, start=50, prod_code=OTHER_PRODUCT)
    rows = [{**row, **NO_BOXES, "lv2_trac_code": pack_code(9, 8000003)}]
    assert send(CODES, rows).warnings == {"batch_unknown": 1}
    assert set(CodePrefix.everything.values_list("unit", flat=True)) == {
        maker.unit.pk,
        other.unit.pk,
    }


def test_an_event_of_another_batch_than_its_code_is_remarked(maker: Side, send: Send) -> None:
    send(CODES, code_rows(10, per_middle=5))
    mixed = code_rows(5, start=10, per_middle=5, trac_codg_sn="SECOND")
    send(CODES, [{**row, "lv3_trac_code": pack_code(0, 8000003)} for row in mixed])
    middle, large = pack_code(0, 8000002), pack_code(0, 8000003)
    rows = [
        shipped(maker, pack_code(0)),
        shipped(maker, pack_code(1), trac_codg_sn="SECOND"),
        shipped(maker, middle, trac_codg_sn="SECOND"),
        # A box of several batches is of each of them.
        shipped(maker, large, trac_codg_sn="SECOND"),
        shipped(maker, large, shp_sin_no="FH2"),
        shipped(maker, pack_code(777), trac_codg_sn="SECOND"),
    ]
    stored = send(SHIPMENT, rows)
    assert stored.warnings["batch_not_of_code"] == 2
    words = said(stored)["batch_not_of_code"]
    assert f"“SECOND”不是追溯码“{pack_code(1)}”所属的批次，追溯码信息中是“{BATCH}”" in words


def test_what_happens_before_production_and_after_expiry_is_remarked(
    maker: Side, send: Send
) -> None:
    send(INFO, [example(INFO)])
    send(CODES, code_rows(10))
    rows = [
        shipped(maker, pack_code(0), shp_time="2024-12-16 09:29"),
        shipped(maker, pack_code(0, 8000002), shp_time="2024-12-15"),
        shipped(maker, pack_code(1), shp_time="2024-12-16"),
        shipped(maker, pack_code(2)),
    ]
    early = send(SHIPMENT, rows)
    assert early.warnings["event_before_production"] == 2
    assert "“2024-12-16 09:29:00”早于" in said(early)["event_before_production"]
    send(INFO, [example(INFO, manu_date="2022-01-01", expy_end="2023-12-31")])
    sold = [
        told(RETAIL, pack_code(3), rtal_time="2024-12-17 23:00"),
        told(RETAIL, pack_code(4), rtal_time="2024-12-17", rtal_docno="LS2"),
    ]
    late = send(RETAIL, sold)
    assert late.warnings["sold_after_expiry"] == 2
    assert "晚于该批次的有效截止日期“2023-12-31”" in said(late)["sold_after_expiry"]
    send(INFO, [example(INFO, expy_end="2024-12-21")])
    assert "sold_after_expiry" not in send(RETAIL, [told(RETAIL, pack_code(5))]).warnings


def test_what_happens_before_an_earlier_step_is_remarked(maker: Side, send: Send) -> None:
    send(CODES, code_rows(10))
    large, middle = pack_code(0, 8000003), pack_code(0, 8000002)
    send(SHIPMENT, [shipped(maker, large), shipped(maker, pack_code(5), shp_stas="已取消")])
    received = send(
        RECEIPT,
        [
            told(RECEIPT, middle, shpp_time="2024-12-17 09:59"),
            told(RECEIPT, pack_code(1), shpp_time="2024-12-17"),
            told(RECEIPT, pack_code(2), shpp_time="2024-12-16"),
        ],
    )
    assert received.warnings["event_before_earlier_step"] == 2
    words = said(received)["event_before_earlier_step"]
    assert "“2024-12-17 09:59:00”早于该追溯码或其外包装的发货时间“2024-12-17 10:00:00”" in words
    sold = send(
        RETAIL,
        [
            told(RETAIL, pack_code(0), rtal_time="2024-12-17 09:00"),
            told(RETAIL, pack_code(4), rtal_time="2024-12-18", rtal_docno="LS2"),
        ],
    )
    assert sold.warnings["event_before_earlier_step"] == 1


def test_what_leaves_a_store_before_it_came_is_remarked(maker: Side, send: Send) -> None:
    dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
    send(CODES, code_rows(3))
    came = [inbound(dealer, maker, pack_code(n)) for n in range(2)]
    send(CIRCULATION, came, dealer)
    own = {"shp_org_name": dealer.unit.name, "shp_org_uscc": dealer.unit.uscc}
    to = {"shpp_org_name": maker.unit.name, "shpp_org_uscc": maker.unit.uscc}
    gone = [
        {**row, **own, **to, "inv_type": "出库", "delv_time": time, "shp_sin_no": "CK1"}
        for row, time in zip(came, ("2024-12-18 08:59", "2024-12-18"), strict=True)
    ]
    # Of the maker's own codes the distributor is told nothing by a remark.
    stored = send(CIRCULATION, [*gone, {**gone[0], "trac_code": pack_code(2)}], dealer)
    assert stored.warnings["event_before_earlier_step"] == 1
    assert set(stored.warnings) == {"event_before_earlier_step", "code_unknown"}


def test_nobody_learns_of_another_units_codes_by_an_event(maker: Side, send: Send) -> None:
    other = side(UnitFactory.create())
    send(CODES, code_rows(10), other)
    TraceCodeFactory.create(code=pack_code(50))
    codes = [pack_code(0), pack_code(0, 8000002), pack_code(0, 8000003), pack_code(50)]
    rows = [shipped(maker, code, trac_codg_sn="X", shp_time="2019-01-01") for code in codes]
    assert set(send(SHIPMENT, rows).warnings) == {"code_unknown", "receiver_unknown"}
