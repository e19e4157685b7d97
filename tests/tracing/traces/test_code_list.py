"""追溯信息查询列表: what it shows, how it turns pages, whose codes it shows."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.core.kinds import DISTRIBUTOR, MAKER
from portal.lib.clock import SHANGHAI
from tests.factories import UnitFactory
from tests.tracing.factories import (
    UPLOADED,
    DrugBatchFactory,
    EventFactory,
    TraceCodeFactory,
    box,
    packed,
    small,
    voided,
)
from tracing.stores.models import DrugBatch
from tracing.traces import queries
from tracing.traces.code_rows import CODE_LISTS, CodeRow, heads_of
from tracing.traces.queries import trace
from tracing.traces.selections import ByBatch, ByCode, ByDates

pytestmark = pytest.mark.django_db

# What a maker asks.
codes = partial(queries.codes, kind=MAKER)
find_codes = partial(queries.find_codes, kind=MAKER)


@pytest.fixture
def batch() -> DrugBatch:
    return DrugBatchFactory.create(trac_codg_sn="SN0001", manu_lotnum="LOT1")


def of_batch(batch: DrugBatch, number: int = 1, size: int = 10) -> list[str]:
    page = codes(batch.unit, ByBatch(batch.trac_codg_sn), number=number, size=size)
    return [row.code for row in page.rows]


def test_the_headings_are_the_guides() -> None:
    makers = [
        "统一社会信用代码",
        "产品批号(药品基础信息唯一流水号)",
        "药耗追溯码",
        "药耗追溯码上传日期",
        "环节个数",
    ]
    assert list(CODE_LISTS[MAKER.lists].values()) == makers
    assert list(CODE_LISTS[DISTRIBUTOR.lists].values()) == [*makers, "企业所在环节"]
    assert set(CODE_LISTS[DISTRIBUTOR.lists]) < set(CodeRow._fields)


def test_a_column_more_where_something_is_uncorroborated(batch: DrugBatch) -> None:
    packed(batch.unit, batch, 3)
    rows = codes(batch.unit, ByBatch("SN0001")).rows
    assert heads_of(MAKER, rows) == CODE_LISTS[MAKER.lists]
    EventFactory.create(code=small(1), kind="retail")
    rows = codes(batch.unit, ByBatch("SN0001")).rows
    assert [row.uncorroborated for row in rows] == [0, 1, 0]
    assert list(heads_of(MAKER, rows).values())[-1] == "未印证"


def test_the_row_of_a_pack_and_of_its_boxes(batch: DrugBatch) -> None:
    packed(batch.unit, batch, 25)
    EventFactory.create(code=box(0, 3), unit=batch.unit)
    EventFactory.create(code=box(0, 2), unit=batch.unit, kind="delivery")
    common = (batch.unit.uscc, "SN0001")
    assert find_codes(batch.unit, small(0)) == [(*common, small(0), UPLOADED, 2, 0, "", 0)]
    assert find_codes(batch.unit, box(1, 2)) == [(*common, box(1, 2), UPLOADED, 2, 10, "", 0)]
    assert find_codes(batch.unit, box(1, 3)) == [(*common, box(1, 3), UPLOADED, 1, 5, "", 0)]


def test_a_page_of_one_code(batch: DrugBatch) -> None:
    packed(batch.unit, batch, 1)
    page = codes(batch.unit, ByCode(small(0)))
    assert (page.total, [row.code for row in page.rows]) == (1, [small(0)])
    none = codes(batch.unit, ByCode(small(1)))
    assert (none.total, list(none.rows), none.pages) == (0, [], 1)


def test_pages_together_are_the_whole_list(batch: DrugBatch) -> None:
    packed(batch.unit, batch, 25)
    found = [code for number in (1, 2, 3) for code in of_batch(batch, number)]
    assert found == [small(serial) for serial in range(25)]


@pytest.mark.parametrize("size", [10, 20])
def test_deep_pages_from_the_nearer_end(batch: DrugBatch, size: int) -> None:
    packed(batch.unit, batch, 95)
    expected = [small(serial) for serial in range(95)]
    for number in range(1, -(-95 // size) + 1):
        assert of_batch(batch, number, size) == expected[(number - 1) * size : number * size]


@pytest.mark.parametrize(("asked", "shown"), [(0, 1), (-3, 1), (4, 3), (10**9, 3)])
def test_a_page_number_past_the_ends_is_mended(batch: DrugBatch, asked: int, shown: int) -> None:
    packed(batch.unit, batch, 25)
    page = codes(batch.unit, ByBatch("SN0001"), number=asked)
    assert (page.number, page.pages, page.total) == (shown, 3, 25)


def test_a_batch_is_found_by_serial_number_or_lot_and_before_it_comes(batch: DrugBatch) -> None:
    packed(batch.unit, batch, 3)
    again = DrugBatchFactory.create(unit=batch.unit, trac_codg_sn="SN0002", manu_lotnum="LOT1")
    TraceCodeFactory.create(batch=again, code=small(50))
    assert codes(batch.unit, ByBatch("sn0001")).total == 3
    assert codes(batch.unit, ByBatch(" LOT1 ")).total == 4
    DrugBatch.everything.all().delete()
    assert codes(batch.unit, ByBatch("SN0001")).total == 3
    assert codes(batch.unit, ByBatch("LOT1")).total == 0


@pytest.mark.parametrize("typed", ["没有这个批号", "没有", "", "x" * 80])
def test_a_batch_that_is_not_there_finds_nothing(batch: DrugBatch, typed: str) -> None:
    packed(batch.unit, batch, 3)
    assert codes(batch.unit, ByBatch(typed)).total == 0


def test_dates_are_whole_local_days_both_included(batch: DrugBatch) -> None:
    day = date(2025, 3, 4)
    midnight = datetime(2025, 3, 4, tzinfo=SHANGHAI)
    moments = {
        -1: midnight - timedelta(microseconds=1),
        0: midnight,
        1: midnight + timedelta(hours=23, minutes=59, seconds=59),
        2: midnight + timedelta(days=1),
    }
    for serial, moment in moments.items():
        TraceCodeFactory.create(batch=batch, code=small(serial + 1), uploaded_at=moment)
    page = codes(batch.unit, ByDates(day, day))
    assert [row.code for row in page.rows] == [small(1), small(2)]
    assert codes(batch.unit, ByDates(day, day + timedelta(days=1))).total == 3
    assert codes(batch.unit, ByDates(day - timedelta(days=1), day)).total == 3


def test_voided_codes_are_neither_listed_nor_counted(batch: DrugBatch) -> None:
    voided(packed(batch.unit, batch, 12)[3])
    page = codes(batch.unit, ByBatch("SN0001"))
    assert (page.total, small(3) in [row.code for row in page.rows]) == (11, False)


def test_node_counts_are_those_of_the_traces(batch: DrugBatch) -> None:
    packed(batch.unit, batch, 10, per_middle=2)
    other, outside = UnitFactory.create_batch(2)
    for code in (box(0, 3), box(1, 3), box(2, 3)):
        EventFactory.create(code=code, unit=batch.unit, to=other)
    EventFactory.create(code=small(2), unit=outside, kind="retail")
    for days, code in enumerate((box(0, 3), box(1, 2), box(1, 2), small(2), small(9))):
        EventFactory.create(code=code, unit=other, kind="retail", days=days)
    voided(EventFactory.create(code=small(9), unit=other))
    page = codes(batch.unit, ByBatch("SN0001"))
    counts = {row.code: row.node_count for row in page.rows}
    assert len(set(counts.values())) > 2
    for code, count in counts.items():
        found = trace(code, batch.unit)
        assert found is not None
        assert len(found.nodes) == count


def test_a_page_costs_the_same_queries_however_long_it_is(
    batch: DrugBatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    packed(batch.unit, batch, 45)
    unit = batch.unit
    day = UPLOADED.date()
    # The counters, the keys, the rows, the nodes.
    with django_assert_num_queries(4):
        codes(unit, ByBatch("SN0001"), number=2, size=10)
    with django_assert_num_queries(4):
        codes(unit, ByBatch("SN0001"), number=1, size=100)
    with django_assert_num_queries(4):
        codes(unit, ByDates(day, day), number=4, size=10)
    with django_assert_num_queries(3):
        codes(unit, ByCode(small(1)))


def test_a_list_is_one_units(batch: DrugBatch) -> None:
    packed(batch.unit, batch, 3)
    stranger = UnitFactory.create()
    day = UPLOADED.date()
    for selection in (ByBatch("SN0001"), ByBatch("LOT1"), ByDates(day, day), ByCode(small(0))):
        assert codes(batch.unit, selection).total > 0
        assert codes(stranger, selection).total == 0


def test_the_pager_offers_the_ends_and_what_is_near(batch: DrugBatch) -> None:
    packed(batch.unit, batch, 95)
    numbers = codes(batch.unit, ByBatch("SN0001"), number=5).numbers
    assert numbers == [1, 2, 3, 4, 5, 6, 7, None, 10]
    page = codes(batch.unit, ByBatch("SN0001"), number=10)
    assert (page.numbers, page.first, page.last) == ([1, None, 8, 9, 10], 91, 95)
