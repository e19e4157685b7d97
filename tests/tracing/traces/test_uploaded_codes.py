"""流通企业药耗追溯信息查询: what a distributor finds of codes that it did not make."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.core.kinds import DISTRIBUTOR, KINDS, MAKER
from accounts.units.models import Unit
from portal.lib.clock import SHANGHAI
from tests.factories import UnitFactory
from tests.tracing.factories import (
    UPLOADED,
    DrugBatchFactory,
    EventFactory,
    TraceCodeFactory,
    UnitCodeFactory,
    box,
    packed,
    small,
    voided,
)
from tracing.core.paging import Page
from tracing.records.event_kinds import EventKind
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import UnitCode
from tracing.stores.rebuild import rebuild
from tracing.traces.code_rows import CodeRow
from tracing.traces.facts import SEVERAL
from tracing.traces.queries import codes, find_codes, trace
from tracing.traces.selections import ByBatch, ByCode, ByDates, Listed

pytestmark = pytest.mark.django_db

IN, OUT = EventKind.CIRCULATION_IN, EventKind.CIRCULATION_OUT
DAY = UPLOADED.date()


@pytest.fixture
def batch() -> DrugBatch:
    """25 packs of a maker, in two large boxes."""
    made = DrugBatchFactory.create(trac_codg_sn="SN0001", manu_lotnum="LOT1")
    packed(made.unit, made, 25)
    return made


@pytest.fixture
def trader() -> Unit:
    return UnitFactory.create(is_maker=False, is_distributor=True)


def upload(trader: Unit, code: str, *kinds: EventKind, batch: str | None = "TYPED") -> None:
    """What a distributor's file leaves: the code in its list, and events."""
    UnitCodeFactory.create(unit=trader, code=code, batch=batch)
    for days, kind in enumerate(kinds or (IN,), start=3):
        EventFactory.create(code=code, unit=trader, kind=kind, days=days)


def name(batch: DrugBatch, code: str, trader: Unit) -> None:
    """The maker says that it sent the code to the distributor."""
    EventFactory.create(code=code, unit=batch.unit, to=trader)


def asked(trader: Unit, selection: ByCode | Listed, number: int = 1) -> Page[CodeRow]:
    return codes(trader, selection, kind=DISTRIBUTOR, number=number)


def found(trader: Unit, typed: str) -> list[CodeRow]:
    return find_codes(trader, typed, kind=DISTRIBUTOR)


def test_a_row_before_it_is_corroborated_says_what_the_unit_said(
    batch: DrugBatch, trader: Unit
) -> None:
    upload(trader, box(0, 2), OUT, IN, OUT)
    EventFactory.create(code=box(0, 3), unit=batch.unit)
    row = CodeRow(trader.uscc, "TYPED", box(0, 2), UPLOADED, 0, uncorroborated=3)
    assert found(trader, box(0, 2)) == [row]
    assert list(asked(trader, ByDates(DAY, DAY)).rows) == [row]
    assert list(asked(trader, ByBatch("TYPED")).rows) == [row]
    for of_the_maker in ("SN0001", "LOT1"):
        assert asked(trader, ByBatch(of_the_maker)).total == 0


def test_a_corroborated_row_has_the_makers_batch_and_all_nodes(
    batch: DrugBatch, trader: Unit
) -> None:
    upload(trader, box(0, 2), IN, OUT)
    name(batch, box(0, 3), trader)
    row = CodeRow(trader.uscc, "SN0001", box(0, 2), UPLOADED, 4, own_nodes="流通入库、流通出库")
    shown = trace(box(0, 2), trader)
    assert shown is not None
    assert len(shown.nodes) == 4
    for selection in (ByBatch("SN0001"), ByBatch("LOT1"), ByDates(DAY, DAY), ByCode(box(0, 2))):
        assert list(asked(trader, selection).rows) == [row], selection
    assert asked(trader, ByBatch("TYPED")).total == 0


def test_own_nodes_on_a_box_count_for_what_lies_in_it(batch: DrugBatch, trader: Unit) -> None:
    upload(trader, box(0, 3), IN)
    upload(trader, small(0), OUT)
    name(batch, box(0, 3), trader)
    rows = {row.code: row for row in asked(trader, ByDates(DAY, DAY)).rows}
    assert rows[small(0)].own_nodes == "流通入库、流通出库"
    assert rows[small(0)].node_count == 4
    assert rows[box(0, 3)].own_nodes == "流通入库"


def test_a_case_is_found_by_a_pack_inside_it_once_the_unit_is_named(
    batch: DrugBatch, trader: Unit
) -> None:
    upload(trader, box(0, 2))
    assert found(trader, small(3)) == []
    assert trace(small(3), trader) is None
    name(batch, box(0, 2), trader)
    assert [row.code for row in found(trader, small(3))] == [box(0, 2)]
    assert [row.code for row in found(trader, box(0, 2))] == [box(0, 2)]
    assert found(trader, box(0, 3)) == []
    assert found(trader, small(10)) == []


def test_a_pack_is_found_before_the_boxes_that_hold_it(batch: DrugBatch, trader: Unit) -> None:
    for code in (box(0, 3), small(0), box(0, 2)):
        upload(trader, code)
    name(batch, box(0, 3), trader)
    assert [row.code for row in found(trader, small(0))] == [small(0), box(0, 2), box(0, 3)]
    assert [row.code for row in found(trader, box(0, 2))] == [box(0, 2), box(0, 3)]


def test_a_guessed_code_tells_nothing_of_the_chain(batch: DrugBatch, trader: Unit) -> None:
    """Neither its nodes, nor its boxes, nor what lies in it, nor its batch."""
    upload(trader, box(0, 2))
    other = UnitFactory.create()
    EventFactory.create(code=small(0), unit=other, kind="retail")
    EventFactory.create(code=box(0, 3), unit=batch.unit, to=other)
    shown = trace(box(0, 2), trader)
    assert shown is not None
    assert list(shown.nodes) == []
    assert [told.told_by for told in shown.uncorroborated] == [trader.name]
    assert (shown.level, list(shown.boxes), shown.contents_count) == (None, [], 0)
    for hidden in (small(0), small(9), box(0, 3)):
        assert trace(hidden, trader) is None
        assert found(trader, hidden) == []
    [row] = found(trader, box(0, 2))
    assert (row.node_count, row.uncorroborated, row.trac_codg_sn) == (0, 1, "TYPED")


def test_a_guessed_code_that_nobody_has_looks_the_same(batch: DrugBatch, trader: Unit) -> None:
    upload(trader, small(0))
    upload(trader, small(999))
    [real], [unknown] = found(trader, small(0)), found(trader, small(999))
    assert real._replace(code="") == unknown._replace(code="")


@pytest.mark.parametrize("typed", [small(0), box(0, 2), box(0, 3)])
def test_a_stranger_and_an_unknown_code_cost_the_same(
    batch: DrugBatch, trader: Unit, typed: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    upload(trader, box(1, 3))
    for unit in (UnitFactory.create(is_distributor=True), trader):
        for kind in KINDS.values():
            for code in (typed, small(999)):
                with django_assert_num_queries(3):
                    assert find_codes(unit, code, kind=kind) == []
                with django_assert_num_queries(3):
                    assert trace(code, unit) is None


def test_the_answer_through_an_unconfirmed_box_costs_the_same_too(
    batch: DrugBatch, trader: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    upload(trader, box(0, 2))
    with django_assert_num_queries(3):
        assert found(trader, small(0)) == []
    with django_assert_num_queries(3):
        assert trace(small(0), trader) is None


def test_a_setting_opens_every_row(batch: DrugBatch, trader: Unit, settings: Settings) -> None:
    upload(trader, box(0, 2))
    settings.PORTAL_TRACE_UNCORROBORATED = True
    rebuild()
    assert [row.code for row in found(trader, small(0))] == [box(0, 2)]
    assert asked(trader, ByBatch("LOT1")).total == 1


def test_a_batch_is_found_as_its_maker_says_even_when_that_changes(
    batch: DrugBatch, trader: Unit
) -> None:
    upload(trader, box(0, 2))
    name(batch, box(0, 2), trader)
    DrugBatch.everything.update(manu_lotnum="LOT2")
    assert (asked(trader, ByBatch("LOT2")).total, asked(trader, ByBatch("LOT1")).total) == (1, 0)
    DrugBatch.everything.all().delete()
    # Its maker's lot is not known: what was typed counts, and the 流水号 that the codes say.
    assert [asked(trader, ByBatch(text)).total for text in ("LOT2", "TYPED", "SN0001")] == [0, 1, 1]


def test_batches_of_several_makers_may_share_a_lot(batch: DrugBatch, trader: Unit) -> None:
    other = DrugBatchFactory.create(trac_codg_sn="SN0001", manu_lotnum="LOT1")
    TraceCodeFactory.create(batch=other, code=small(7, product=2))
    for of, code in ((batch, small(0)), (other, small(7, product=2))):
        upload(trader, code)
        name(of, code, trader)
    upload(trader, small(500), batch="LOT1")
    assert asked(trader, ByBatch("LOT1")).total == 3
    assert asked(trader, ByBatch("SN0001")).total == 2


def test_a_box_of_several_batches_says_so_and_is_found_as_typed(
    batch: DrugBatch, trader: Unit
) -> None:
    other = DrugBatchFactory.create(unit=batch.unit)
    TraceCodeFactory.create(batch=other, code=small(60), lv2_trac_code=box(0, 2))
    upload(trader, box(0, 2))
    name(batch, box(0, 2), trader)
    assert [row.trac_codg_sn for row in asked(trader, ByBatch("TYPED")).rows] == [SEVERAL]


def test_codes_typed_without_a_batch_are_found_by_date_only(trader: Unit) -> None:
    upload(trader, small(0), batch=None)
    assert [row.trac_codg_sn for row in asked(trader, ByDates(DAY, DAY)).rows] == [""]
    assert asked(trader, ByBatch("")).total == 0


def test_dates_are_whole_local_days_of_the_first_upload(trader: Unit) -> None:
    midnight = datetime(2025, 3, 4, tzinfo=SHANGHAI)
    moments = [midnight - timedelta(microseconds=1), midnight, midnight + timedelta(days=1)]
    for serial, moment in enumerate(moments):
        UnitCodeFactory.create(unit=trader, code=small(serial), uploaded_at=moment)
    day = date(2025, 3, 4)
    assert [row.code for row in asked(trader, ByDates(day, day)).rows] == [small(1)]
    assert asked(trader, ByDates(day, day + timedelta(days=1))).total == 2


def test_voided_rows_are_nowhere(batch: DrugBatch, trader: Unit) -> None:
    upload(trader, small(0))
    voided(UnitCode.objects.of(trader).get())
    for selection in (ByBatch("TYPED"), ByDates(DAY, DAY), ByCode(small(0))):
        assert asked(trader, selection).total == 0


def test_lists_are_of_one_unit_and_one_kind(batch: DrugBatch, trader: Unit) -> None:
    upload(trader, small(0))
    name(batch, small(0), trader)
    both = UnitFactory.create(is_distributor=True)
    for selection in (ByBatch("SN0001"), ByBatch("LOT1"), ByDates(DAY, DAY), ByCode(small(0))):
        assert asked(trader, selection).total == 1
        assert codes(trader, selection, kind=MAKER).total == 0
        assert asked(batch.unit, selection).total == 0
        for kind in KINDS.values():
            assert codes(both, selection, kind=kind).total == 0


@pytest.mark.parametrize("days", [1, 7])
def test_pages_over_several_batches_and_days_are_the_whole_list(trader: Unit, days: int) -> None:
    made = [
        UnitCode(
            code=small(serial),
            unit=trader,
            batch=f"L{serial % 3}" if serial % 4 else None,
            uploaded_at=UPLOADED + timedelta(days=serial % days),
            submission_id="00000000-0000-0000-0000-000000000000",
        )
        for serial in range(95)
    ]
    UnitCode.everything.bulk_create(made)
    rebuild()
    by_dates = ByDates(DAY, DAY + timedelta(days=days))
    expected: dict[Listed, list[str]] = {
        by_dates: [row.code for row in sorted(made, key=lambda row: (row.uploaded_at, row.code))],
        ByBatch("L1"): [row.code for row in made if row.batch == "L1"],
    }
    for selection, whole in expected.items():
        last = -(-len(whole) // 10)
        pages = [asked(trader, selection, number) for number in range(1, last + 1)]
        assert [row.code for page in pages for row in page.rows] == whole
        assert {page.total for page in pages} == {len(whole)}


def test_a_page_costs_the_same_queries_however_long_it_is(
    batch: DrugBatch, trader: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for serial in range(12):
        upload(trader, small(serial), batch=f"L{serial}")
    # The counters, the keys, the rows, their boxes, the events.
    with django_assert_num_queries(5):
        asked(trader, ByDates(DAY, DAY), 2)
    with django_assert_num_queries(5):
        codes(trader, ByDates(DAY, DAY), kind=DISTRIBUTOR, size=100)
    with django_assert_num_queries(5):
        asked(trader, ByBatch("L3"))
