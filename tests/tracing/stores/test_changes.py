"""Counters and links are right after every change, whatever came before it."""

from random import Random

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.units.models import Unit
from tests.factories import UnitFactory
from tests.tracing.factories import box, small
from tests.tracing.stores.world import (
    GIVEN,
    counted,
    links,
    orders,
    some_change,
    store_codes,
    store_events,
    there,
    true_links,
    true_orders,
    void_codes,
    void_events,
)
from tracing.records.event_kinds import EventKind
from tracing.stores.changes import events_change
from tracing.stores.models_codes import UnitCode
from tracing.stores.models_counts import BatchCount, DayCount
from tracing.stores.rebuild import rebuild

pytestmark = pytest.mark.django_db

IN, OUT = EventKind.CIRCULATION_IN, EventKind.CIRCULATION_OUT
SHIPMENT = EventKind.SHIPMENT
CASE = {small(n): ("SN1", box(0, 2), box(0, 3)) for n in range(3)}


def traders(count: int) -> list[Unit]:
    return UnitFactory.create_batch(count, is_maker=False, is_distributor=True)


@pytest.fixture
def maker() -> Unit:
    return UnitFactory.create()


@pytest.fixture
def trader() -> Unit:
    return traders(1)[0]


def link(trader: Unit, code: str) -> str | None:
    """The 流水号 that the trader's code is linked to; the counters must agree."""
    assert counted() == there()
    found: str | None = UnitCode.objects.of(trader).get(code=code).trac_codg_sn
    return found


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_counters_and_links_are_those_of_the_rows(seed: int) -> None:
    dice = Random(seed)
    makers, sellers = UnitFactory.create_batch(2), traders(2)
    linked = 0
    for _ in range(30):
        some_change(dice, makers, sellers)
        assert counted() == there()
        assert links() == true_links()
        assert orders() == true_orders()
        linked += sum(batch is not None for batch in links().values())
    assert linked > 0
    kept = (counted(), links(), orders())
    assert kept[2][0]
    rebuild()
    assert (counted(), links(), orders()) == kept


def test_a_link_comes_with_the_naming_and_goes_with_it(maker: Unit, trader: Unit) -> None:
    store_codes(maker, CASE, day=0)
    store_events(trader, IN, [small(0)], batch="L9")
    assert link(trader, small(0)) is None
    store_events(maker, SHIPMENT, [box(0, 3)], to=trader)
    assert link(trader, small(0)) == "SN1"
    store_events(maker, SHIPMENT, [box(0, 3)], to=UnitFactory.create())
    assert link(trader, small(0)) is None
    store_events(maker, SHIPMENT, [box(0, 3)], to=trader)
    void_events(maker, SHIPMENT, [box(0, 3)])
    assert link(trader, small(0)) is None


def test_a_link_comes_with_the_makers_codes_and_goes_with_them(maker: Unit, trader: Unit) -> None:
    store_events(trader, IN, [box(0, 2)], batch="L9")
    store_events(maker, SHIPMENT, [box(0, 2)], to=trader)
    assert link(trader, box(0, 2)) is None
    store_codes(maker, CASE, day=0)
    assert link(trader, box(0, 2)) == "SN1"
    store_codes(maker, {small(0): ("SN2", box(0, 2), box(0, 3))}, day=0)
    assert link(trader, box(0, 2)) is None, "a box of two batches"
    void_codes(maker, [small(0)])
    assert link(trader, box(0, 2)) == "SN1"
    store_codes(maker, {small(n): ("SN1", None, None) for n in (1, 2)}, day=0)
    assert link(trader, box(0, 2)) is None, "an empty box"


def test_a_code_that_moves_to_a_named_box_is_linked(maker: Unit, trader: Unit) -> None:
    store_codes(maker, CASE, day=0)
    store_events(trader, IN, [small(0)])
    store_events(maker, SHIPMENT, [box(5, 3)], to=trader)
    assert link(trader, small(0)) is None
    store_codes(maker, {small(0): ("SN1", box(0, 2), box(5, 3))}, day=0)
    assert link(trader, small(0)) == "SN1"


def test_naming_a_pack_tells_nothing_of_its_box(maker: Unit, trader: Unit) -> None:
    store_codes(maker, CASE, day=0)
    store_events(trader, IN, [small(0), box(0, 2)])
    store_events(maker, SHIPMENT, [small(0)], to=trader)
    assert link(trader, small(0)) == "SN1"
    assert link(trader, box(0, 2)) is None


def test_naming_oneself_links_nothing(maker: Unit, trader: Unit) -> None:
    store_codes(maker, CASE, day=0)
    store_events(trader, IN, [small(0)], to=trader)
    assert link(trader, small(0)) is None


def test_the_setting_links_everything(maker: Unit, trader: Unit, settings: Settings) -> None:
    store_codes(maker, CASE, day=0)
    store_events(trader, IN, [small(0)])
    settings.PORTAL_TRACE_UNCORROBORATED = True
    rebuild()
    assert link(trader, small(0)) == "SN1"


def test_a_revived_code_keeps_its_first_day(maker: Unit) -> None:
    store_codes(maker, CASE, day=0)
    first = counted()
    void_codes(maker, list(CASE))
    assert counted() == ({}, {})
    store_codes(maker, CASE, day=2)
    assert counted() == first == there()


def test_counters_that_were_wrong_are_not_made_worse_silently(maker: Unit) -> None:
    store_codes(maker, CASE, day=0)
    DayCount.everything.all().delete()
    with pytest.raises(RuntimeError, match="recount"):
        void_codes(maker, list(CASE))


def test_rebuilding_mends_counters(maker: Unit) -> None:
    store_codes(maker, CASE, day=0)
    BatchCount.everything.update(codes=99)
    DayCount.everything.all().delete()
    rebuild()
    assert counted() == there()


def test_events_that_name_nobody_change_no_link(
    maker: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Their codes are kept and counted, and asked twice whether they name anyone; their documents
    # are kept and counted, and are none; no lock is taken.
    with (
        django_assert_num_queries(8),
        events_change(maker.pk, GIVEN, {"codes": [small(0)]}),
    ):
        pass


def test_an_event_opens_the_chain_for_those_further_down_and_shuts_it(maker: Unit) -> None:
    """What the maker and the first distributor tell decides what the third may see."""
    one, two, three = traders(3)
    store_codes(maker, CASE, day=0)
    store_events(one, OUT, [box(0, 2)], to=two)
    store_events(two, OUT, [small(0)], to=three)
    store_events(three, IN, [small(0)])
    assert link(three, small(0)) is None
    store_events(maker, SHIPMENT, [box(0, 3)], to=one)
    assert [link(two, small(0)), link(three, small(0))] == ["SN1", "SN1"]
    void_events(one, OUT, [box(0, 2)])
    assert [link(two, small(0)), link(three, small(0))] == [None, None]


def test_two_who_name_each_other_open_nothing(maker: Unit) -> None:
    one, two = traders(2)
    store_codes(maker, CASE, day=0)
    store_events(one, OUT, [small(0)], to=two)
    store_events(two, OUT, [small(0)], to=one)
    assert [link(one, small(0)), link(two, small(0))] == [None, None]
