"""What an export holds is what the traces of its codes show."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.core.kinds import MAKER
from tests.factories import UnitFactory
from tests.people import Side
from tests.tracing.exports.asking import ask, contents, make
from tests.tracing.factories import (
    MADE,
    UPLOADED,
    DrugBatchFactory,
    EventFactory,
    TraceCodeFactory,
    box,
    derived_once,
    packed,
    small,
    voided,
)
from tracing.exports.columns import COLUMNS
from tracing.exports.rows import count, count_codes, rows, rows_of
from tracing.records.event_kinds import EventKind
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.traces.queries import trace as trace_of
from tracing.traces.selections import ByBatch, ByCode, ByDates, Listed

DAY = UPLOADED.date()
SELECTIONS: list[Listed] = [ByBatch("SN0001"), ByBatch("LOT1"), ByDates(DAY, DAY)]


@pytest.fixture
def stock(maker: Side, batch: DrugBatch) -> list[TraceCode]:
    """25 packs in boxes, with events at every level, ties, voided rows and silent events."""
    codes = packed(maker.unit, batch, 25)
    trader = UnitFactory.create(is_maker=False, is_distributor=True)
    far = UnitFactory.create(is_maker=False, is_distributor=True)
    # The goods go to both; what an outsider tells of them is no node.
    outsider = UnitFactory.create(is_maker=False, is_distributor=True)
    with derived_once():
        for code, to in ((box(0, 3), trader), (box(1, 3), trader), (box(0, 2), far)):
            EventFactory.create(code=code, unit=maker.unit, to=to)
        for code in (box(0, 3), small(3)):
            EventFactory.create(code=code, unit=outsider, kind="circulation-in", to=outsider)
        for place, code in enumerate(
            (box(0, 3), box(1, 3), box(0, 2), box(2, 2), small(3), small(24))
        ):
            for days, kind in enumerate(EventKind, start=1):
                EventFactory.create(code=code, unit=trader, kind=kind, days=days + place % 2)
        # Two equal steps of one moment, and one step at two levels in one moment.
        for unit in (far, trader):
            EventFactory.create(code=small(3), unit=unit, kind="circulation-in", days=9)
        EventFactory.create(code=box(0, 2), unit=trader, kind="circulation-in", days=9)
        voided(EventFactory.create(code=small(4), unit=trader))
        EventFactory.create(code=small(5), unit=trader, node=None, status="0")
        # Sold before it was stored, according to the clocks of two firms.
        EventFactory.create(code=small(6), unit=trader, kind="retail", days=-3)
    voided(codes[7])
    TraceCode.everything.filter(pk=small(8)).update(stoin_time=None)
    return codes


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_many_codes_give_the_rows_of_their_traces(
    maker: Side, stock: list[TraceCode], selection: Listed
) -> None:
    live = [code.code for code in stock if code.code != small(7)]
    expected = []
    for code in live:
        trace = trace_of(code, maker.unit)
        assert trace is not None
        expected += [list(row) for row in rows_of(trace)]
    export = make(ask(maker, selection))
    assert contents(export.path) == expected
    assert (
        (export.codes, export.rows)
        == count(maker.unit, MAKER, selection)[:2]
        == (24, len(expected))
    )
    assert len(expected) > 100


def test_codes_whose_batch_is_unknown_are_exported_too(maker: Side, stock: list[TraceCode]) -> None:
    DrugBatch.everything.all().delete()
    trace = trace_of(small(3), maker.unit)
    assert trace is not None
    export = make(ask(maker, ByBatch("SN0001")))
    found = [row for row in contents(export.path) if row[1] == small(3)]
    assert found == [list(row) for row in rows_of(trace)]
    by_name = dict(zip([column.name for column in COLUMNS], found[0], strict=True))
    assert by_name["prod_code"] == stock[0].prod_code
    assert by_name["drug_genname"] == ""


def test_codes_of_one_unknown_batch_may_say_different_things_of_it(
    maker: Side, batch: DrugBatch
) -> None:
    packed(maker.unit, batch, 6)
    DrugBatch.everything.all().delete()
    TraceCode.everything.filter(pk__in=[small(2), small(5)]).update(prod_code="6900000000005")
    TraceCode.everything.filter(pk=small(3)).update(med_list_codg="0")
    expected = []
    for serial in range(6):
        trace = trace_of(small(serial), maker.unit)
        assert trace is not None
        expected += [list(row) for row in rows_of(trace)]
    assert contents(make(ask(maker, ByBatch("SN0001"))).path) == expected


def test_known_and_unknown_batches_take_turns(maker: Side, batch: DrugBatch) -> None:
    other = DrugBatchFactory.create(unit=maker.unit)
    for serial in range(6):
        TraceCodeFactory.create(batch=(batch, other)[serial % 2], code=small(serial))
    DrugBatch.everything.filter(pk=other.pk).delete()
    found = contents(make(ask(maker, ByDates(DAY, DAY))).path)
    place = [column.name for column in COLUMNS].index("drug_genname")
    assert [row[place] for row in found] == [batch.drug_genname, ""] * 3


def test_unusual_facts_are_written_as_the_page_shows_them(maker: Side, batch: DrugBatch) -> None:
    DrugBatch.everything.filter(pk=batch.pk).update(
        manu_cnt="12.3400",
        convrat=100,
        manu_date=MADE.replace(hour=0, minute=0),
        aprvno_date=None,
        rx_flag="2",
        drug_genname="=cmd|' /C calc'!A0",
        manu_addr=None,
    )
    packed(maker.unit, batch, 2)
    trace = trace_of(small(1), maker.unit)
    assert trace is not None
    assert trace.product["manu_cnt"] == "12.34"
    assert trace.product["manu_date"] == "2024-12-15"
    assert trace.product["rx_flag"] == "双跨"
    export = make(ask(maker, ByBatch("SN0001")))
    assert contents(export.path)[1] == next(iter(map(list, rows_of(trace))))


@pytest.mark.parametrize("code", [small(3), box(0, 2), box(0, 3)])
def test_one_code_of_any_level(maker: Side, stock: list[TraceCode], code: str) -> None:
    export = make(ask(maker, ByCode(code)))
    found = contents(export.path)
    trace = trace_of(code, maker.unit)
    assert trace is not None
    assert found == [list(row) for row in rows_of(trace)]
    assert (export.codes, export.rows, {row[1] for row in found}) == (1, len(found), {code})


def test_rows_are_ordered_by_code_then_time(maker: Side, stock: list[TraceCode]) -> None:
    other = DrugBatchFactory.create(unit=maker.unit, manu_lotnum="LOT1", trac_codg_sn="SN0000")
    TraceCodeFactory.create(batch=other, code=small(12, product=2))
    found = contents(make(ask(maker, ByBatch("LOT1"))).path)
    names = [column.name for column in COLUMNS]
    keys = [(row[names.index("code")], row[names.index("time")]) for row in found]
    assert keys == sorted(keys)


def test_dates_choose_by_first_upload(maker: Side, batch: DrugBatch) -> None:
    for serial, days in enumerate((-1, 0, 0, 1)):
        moment = UPLOADED + timedelta(days=days)
        TraceCodeFactory.create(batch=batch, code=small(serial), uploaded_at=moment)
    assert count_codes(maker.unit, MAKER, ByDates(DAY, DAY)) == 2
    assert count_codes(maker.unit, MAKER, ByDates(date(2024, 12, 17), DAY)) == 3


def test_nobody_elses_codes_are_exported(maker: Side, stock: list[TraceCode]) -> None:
    stranger = UnitFactory.create()
    trader = UnitFactory.create(is_maker=False, is_distributor=True)
    EventFactory.create(code=small(0), unit=trader, kind="receipt")
    EventFactory.create(code=small(0), unit=maker.unit, to=trader)
    for unit in (stranger, trader):
        chosen: list[ByCode | Listed] = [*SELECTIONS, ByCode(small(0)), ByCode(box(0, 2))]
        for selection in chosen:
            assert count(unit, MAKER, selection)[:2] == (0, 0)
            assert count_codes(unit, MAKER, selection) == 0


def test_the_number_of_queries_does_not_grow_with_the_codes(
    maker: Side, stock: list[TraceCode], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The lots, the count; the lots, the settings, the cursor.
    for selection in (ByBatch("SN0001"), ByDates(DAY, DAY)):
        lots = isinstance(selection, ByBatch)
        with django_assert_num_queries(1 + lots):
            count(maker.unit, MAKER, selection)
        with django_assert_num_queries(2 + lots):
            assert len(list(rows(maker.unit, MAKER, selection))) > 100
