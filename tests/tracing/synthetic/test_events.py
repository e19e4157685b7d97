"""Samples of events: a chain that holds together, told of known codes first."""

from datetime import date, datetime, timedelta

import pytest

from portal.lib.clock import SHANGHAI
from tests.tracing.synthetic.makers import MAKER, OTHER
from tracing.records import RECORDS
from tracing.records.bindings import of_shape
from tracing.records.checking import check_rows
from tracing.records.shapes import Shape
from tracing.records.terms import Context
from tracing.synthetic.products import Firm
from tracing.synthetic.rows import Packing
from tracing.synthetic.sample import Order, make, packs_of
from tracing.synthetic.trade import Goods, Pack

PARTNER = Firm("某某商业有限公司", OTHER.uscc)
ORIGIN = Firm("某某制药有限公司", "91990000MA0000007X")
SINCE = datetime(2026, 3, 1, 9, 30, tzinfo=SHANGHAI)
EVENTS = [binding.record.code for binding in of_shape(Shape.EVENT)]
events = pytest.mark.parametrize("record", sorted(EVENTS))


def goods(count: int) -> Goods:
    """Known packs."""
    codes = [f"80000990000000{i:06}" for i in range(count)]
    facts = ("KNOWN-1", "XA12AAD088A002010100483", "L-1", ORIGIN)
    return Goods([Pack(code, *facts) for code in codes], SINCE)


def times(record: str, order: Order) -> list[str]:
    """The moment of every event."""
    document = RECORDS[record].document
    assert document is not None
    return [str(cell) for cell in make(record, order).columns[document.time]]


@pytest.mark.parametrize("family", ["domestic-drug", "consumable"])
def test_makers_tell_of_the_codes_that_a_sample_of_codes_brings(family: str) -> None:
    order = Order(MAKER, 300, seed=5, batch="B-1", packing=Packing(0, 0))
    codes = make(f"{family}-codes", order).columns
    told_of = [record for record in EVENTS if RECORDS[record].family == family]
    assert len(told_of) == 4
    for record in told_of:
        told = make(record, order).columns
        assert told["trac_code"] == codes["lv1_trac_code"]
        assert told.get("trac_codg_sn") == codes.get("trac_codg_sn")


def test_of_a_lot_the_maker_sends_a_piece() -> None:
    columns = make("consumable-shipment", Order(MAKER, 100)).columns
    lots = [c for c, n in zip(columns["trac_code"], columns["cnt"], strict=True) if n is not None]
    assert len(lots) == 2
    assert not any("(21)" in str(code) for code in lots)


@events
def test_every_record_has_rows_for_each_of_its_columns(record: str) -> None:
    columns = make(record, Order(MAKER, 7)).columns
    assert columns.keys() == {column.name for column in RECORDS[record].columns}
    assert {len(cells) for cells in columns.values()} == {7}


@events
def test_known_codes_come_first_and_no_code_comes_twice(record: str) -> None:
    sample = make(record, Order(MAKER, 100, goods=goods(20)))
    packs = packs_of(record, 100)
    codes = sample.columns["trac_code"][:packs]
    assert codes[:20] == [pack.code for pack in goods(20).packs]
    assert len(set(codes)) == packs


def test_a_made_up_code_is_none_of_the_known() -> None:
    made = make("domestic-drug-shipment", Order(MAKER, 10)).columns["trac_code"]
    facts = ("KNOWN-1", "0", "L-1", ORIGIN)
    known = Goods([Pack(str(code), *facts) for code in made[3:8]], SINCE)
    codes = make("domestic-drug-shipment", Order(MAKER, 10, goods=known)).columns["trac_code"]
    assert codes == [*made[3:8], *made[:3], *made[8:]]


def test_more_known_codes_than_rows_are_left_alone() -> None:
    codes = make("domestic-drug-retail", Order(MAKER, 5, goods=goods(20))).columns["trac_code"]
    assert codes == [pack.code for pack in goods(5).packs]


def test_a_shipment_goes_from_the_unit_to_its_partner() -> None:
    columns = make("domestic-drug-shipment", Order(MAKER, 60, partner=PARTNER)).columns
    assert set(columns["shp_org_uscc"]) == {MAKER.uscc}
    assert set(columns["shpp_org_uscc"]) == {PARTNER.uscc}
    assert set(columns["shpp_org_name"]) == {PARTNER.name}
    assert len(set(columns["shp_sin_no"])) == 2


def test_deliveries_carry_what_was_shipped() -> None:
    order = Order(MAKER, 120, partner=PARTNER)
    shipped = make("domestic-drug-shipment", order).columns
    carried = make("domestic-drug-delivery", order).columns
    assert carried["shp_sin_no"] == shipped["shp_sin_no"]
    assert carried["trac_code"] == shipped["trac_code"]


def test_pharmacies_and_hospitals_receive() -> None:
    columns = make("domestic-drug-receipt", Order(MAKER, 120)).columns
    pairs = set(zip(columns["shpp_org_type"], columns["shpp_org_uscc"], strict=True))
    assert {kind for kind, _ in pairs} == {"零售药店", "医疗机构"}
    assert len(pairs) == 2


@pytest.mark.parametrize(("rows", "arriving", "leaving"), [(1, 1, 0), (2, 1, 1), (7, 4, 3)])
def test_circulation_brings_packs_in_and_sends_them_on(
    rows: int, arriving: int, leaving: int
) -> None:
    order = Order(MAKER, rows, goods=goods(50), partner=PARTNER)
    columns = make("circulation", order).columns
    assert columns["inv_type"] == ["入库"] * arriving + ["出库"] * leaving
    assert columns["trac_code"][arriving:] == columns["trac_code"][:leaving]
    assert set(columns["shp_org_uscc"][:arriving]) == {ORIGIN.uscc}
    assert set(columns["shpp_org_uscc"][:arriving]) == {MAKER.uscc}
    assert set(columns["shp_org_uscc"][arriving:]) <= {MAKER.uscc}
    assert set(columns["shpp_org_uscc"][arriving:]) <= {PARTNER.uscc}


def test_distributors_share_no_made_up_code() -> None:
    mine = make("circulation", Order(MAKER, 500)).columns["trac_code"]
    others = make("circulation", Order(OTHER, 500)).columns["trac_code"]
    assert set(mine).isdisjoint(others)


def test_the_steps_follow_each_other_a_day_apart() -> None:
    order = Order(MAKER, 2, goods=goods(2))
    incoming, outgoing = times("circulation", order)
    chain = [
        times("domestic-drug-shipment", order)[0],
        incoming,
        outgoing,
        times("domestic-drug-receipt", order)[0],
        times("domestic-drug-retail", order)[0],
    ]
    assert [moment[:10] for moment in chain] == [
        str((SINCE + timedelta(days=days)).date()) for days in range(1, 6)
    ]


def test_nothing_happens_after_today_and_the_order_stands() -> None:
    order = Order(MAKER, 2, goods=goods(2), today=date(2026, 3, 1))
    chain = [times("domestic-drug-shipment", order)[0], *times("circulation", order)]
    chain += [times(f"domestic-drug-{name}", order)[0] for name in ("receipt", "retail")]
    assert {moment[:10] for moment in chain} == {"2026-03-01"}
    assert chain == sorted(chain)
    assert len(set(chain)) == len(chain)


@events
def test_rows_of_today_pass_without_a_remark(record: str) -> None:
    today = date(2026, 3, 1)
    order = Order(MAKER, 400, goods=goods(300), today=today)
    checked = check_rows(RECORDS[record], make(record, order).columns, Context(today, MAKER.uscc))
    assert (checked.faults, checked.warnings) == ([], [])


def test_an_unknown_lot_is_left_empty() -> None:
    packs = [goods(1).packs[0]._replace(lot="")]
    columns = make("circulation", Order(MAKER, 1, goods=Goods(packs, SINCE))).columns
    assert columns["manu_lotnum"] == [None]
