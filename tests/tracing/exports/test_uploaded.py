"""A distributor's export holds exactly its filter's codes, each with what it may see."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.core.kinds import DISTRIBUTOR, KINDS, MAKER, UnitKind
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.exports.asking import ask, contents, make, refused
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
from tracing.exports.columns import COLUMNS
from tracing.exports.models import Export
from tracing.exports.rows import count, count_codes, rows, rows_of
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import UnitCode
from tracing.stores.models_counts import BatchCount, DayCount
from tracing.stores.models_events import TraceEvent
from tracing.stores.rebuild import rebuild
from tracing.traces.facts import SEVERAL
from tracing.traces.queries import codes
from tracing.traces.queries import trace as trace_of
from tracing.traces.selections import ByBatch, ByCode, ByDates, Listed

DAY = UPLOADED.date()
TODAY = ByDates(DAY, DAY)


@pytest.fixture
def trader(maker: Side) -> Side:
    return side(UnitFactory.create(is_maker=False, is_distributor=True))


@pytest.fixture
def stock(batch: DrugBatch, trader: Side) -> list[str]:
    """37 codes: packs and boxes, known and unknown, told of and not, some without any node."""
    packed(batch.unit, batch, 25)
    other = DrugBatchFactory.create(unit=batch.unit, trac_codg_sn="SN0002")
    TraceCodeFactory.create(batch=other, code=small(40), lv2_trac_code=box(2, 2))
    stranger = UnitFactory.create(is_maker=False, is_distributor=True)
    listed = [*map(small, range(20)), *(box(n, 2) for n in range(3)), box(0, 3), box(1, 3)]
    listed += [small(n) for n in range(900, 912)]
    kept = [
        UnitCodeFactory.build(unit=trader.unit, code=code, batch=f"T{place % 2}")
        for place, code in enumerate(listed)
    ]
    UnitCode.everything.bulk_create(kept)
    events: list[dict[str, Any]] = []
    for place, code in enumerate(listed):
        event = {"code": code, "unit": trader.unit, "kind": "circulation-in", "days": place % 5}
        events.append(event if place % 3 else {**event, "node": None, "status": "0"})
        if place % 4:
            events.append({"code": code, "unit": stranger, "kind": "retail", "days": place % 5})
    named = (box(1, 3), box(0, 2), small(12), small(901))
    events += [{"code": code, "unit": batch.unit, "to": trader.unit} for code in named]
    events += [{"code": box(0, 3), "unit": batch.unit, "to": stranger, "days": 7}]
    TraceEvent.everything.bulk_create([EventFactory.build(**event) for event in events])
    rebuild()
    return listed


def ask_as_distributor(trader: Side, selection: ByCode | Listed, **more: Any) -> Export:
    return ask(trader, selection, business=DISTRIBUTOR.query, **more)


def exported(trader: Side, selection: ByCode | Listed) -> list[list[Any]]:
    export = make(ask_as_distributor(trader, selection))
    assert export.state == "ready"
    found = contents(export.path)
    assert (export.codes, export.rows) == (len({row[1] for row in found}), len(found))
    return found


def test_thirty_seven_codes_over_four_pages_export_thirty_seven(
    trader: Side, stock: list[str]
) -> None:
    pages = [
        codes(trader.unit, TODAY, kind=DISTRIBUTOR, number=number).rows for number in range(1, 5)
    ]
    listed = [row.code for page in pages for row in page]
    found = exported(trader, TODAY)
    assert [row[1] for row in found] == sorted(row[1] for row in found)
    assert {row[1] for row in found} == set(listed) == set(stock)
    assert len(listed) == 37


def test_each_code_has_the_rows_of_its_trace(trader: Side, stock: list[str]) -> None:
    found = exported(trader, TODAY)
    expected: list[list[str]] = []
    for code in sorted(stock):
        trace = trace_of(code, trader.unit)
        assert trace is not None
        line = replace(trace, uscc=trader.unit.uscc, uploaded_at=UPLOADED)
        expected += [list(row) for row in rows_of(line)]
    assert found == expected
    assert len({sum(row[1] == code for row in found) for code in stock}) > 4
    names = [column.name for column in COLUMNS]
    shown = {name: {row[names.index(name)] for row in found} for name in names}
    assert {"", SEVERAL, "SN0001"} <= shown["trac_codg_sn"]
    assert "" in shown["title"]


def test_codes_whose_batch_is_not_there_are_exported_too(trader: Side, stock: list[str]) -> None:
    DrugBatch.everything.all().delete()
    test_each_code_has_the_rows_of_its_trace(trader, stock)


def test_the_list_counts_what_the_export_holds(trader: Side, stock: list[str]) -> None:
    found = [row for row in exported(trader, TODAY) if row[-4]]
    listed = codes(trader.unit, TODAY, kind=DISTRIBUTOR, size=100).rows
    nodes = {code: sum(row[1] == code for row in found) for code in stock}
    assert {row.code: row.node_count for row in listed} == nodes


@pytest.mark.parametrize("text", ["T0", "T1", "SN0001", "LOT1"])
def test_a_batch_exports_what_it_lists(trader: Side, stock: list[str], text: str) -> None:
    listed = codes(trader.unit, ByBatch(text), kind=DISTRIBUTOR, size=100).rows
    assert {row[1] for row in exported(trader, ByBatch(text))} == {row.code for row in listed}
    assert listed


def test_one_code_exports_the_rows_that_it_finds(trader: Side, stock: list[str]) -> None:
    for typed, expected in (
        (small(12), {small(12), box(1, 2), box(0, 3)}),
        (small(24), {box(2, 2), box(1, 3)}),
    ):
        assert {row[1] for row in exported(trader, ByCode(typed))} == expected


def test_voided_codes_are_absent(trader: Side, stock: list[str]) -> None:
    for row in UnitCode.objects.of(trader.unit).filter(code__in=stock[:5]):
        voided(row)
    assert {row[1] for row in exported(trader, TODAY)} == set(stock[5:])


def test_counted_rows_are_the_written_rows(
    trader: Side, stock: list[str], settings: Settings
) -> None:
    for lifted in (False, True):
        settings.PORTAL_TRACE_UNCORROBORATED = lifted
        written = len(list(rows(trader.unit, DISTRIBUTOR, TODAY)))
        assert count(trader.unit, DISTRIBUTOR, TODAY)[:2] == (37, written)
    assert count(trader.unit, DISTRIBUTOR, ByBatch("none"))[:2] == (0, 0)


def test_many_codes_are_read_by_few_queries(
    trader: Side, stock: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The settings, the cursor, the batches.
    with django_assert_num_queries(3):
        list(rows(trader.unit, DISTRIBUTOR, TODAY))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_hundred_thousand_codes_are_accepted_and_one_more_is_refused(
    kind: UnitKind, maker: Side, trader: Side
) -> None:
    """By the counters, which are all that is asked before the file is made."""
    unit = {MAKER: maker, DISTRIBUTOR: trader}[kind]
    for codes_there in (100_000, 100_001):
        DayCount.everything.all().delete()
        BatchCount.everything.all().delete()
        DayCount.objects.create(unit=unit.unit, kind=kind.lists, day=DAY, codes=codes_there)
        BatchCount.objects.create(
            unit=unit.unit,
            kind=kind.lists,
            trac_codg_sn="SN1",
            owner=maker.unit.pk,
            codes=codes_there,
        )
        for selection in (TODAY, ByBatch("SN1")):
            assert count_codes(unit.unit, kind, selection) == codes_there
            if codes_there == 100_000:
                ask(unit, selection, business=kind.query)
                Export.everything.all().delete()
            else:
                code, words = refused(partial(ask, unit, selection, business=kind.query))
                assert code == "export_too_many"
                assert "100001 个追溯码" in words
                assert "上限 100000 个" in words


def test_the_two_lists_of_one_unit_are_two_exports(batch: DrugBatch) -> None:
    both = side(UnitFactory.create(is_distributor=True))
    UnitCodeFactory.create(unit=both.unit, code=small(1))
    made = DrugBatchFactory.create(unit=both.unit)
    TraceCodeFactory.create(batch=made, code=small(2, product=3))
    found = {
        kind: contents(make(ask(both, TODAY, business=kind.query)).path)
        for kind in (MAKER, DISTRIBUTOR)
    }
    assert [row[1] for row in found[MAKER]] == [small(2, product=3)]
    assert [row[1] for row in found[DISTRIBUTOR]] == [small(1)]
