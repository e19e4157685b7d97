"""Two uploads that together make a link, neither of which sees the other's rows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.units.models import Unit
from tests.factories import UnitFactory
from tests.tracing.factories import TraceCodeFactory, box, small
from tests.tracing.stores import world
from tests.tracing.stores.world import (
    counted,
    links,
    orders,
    store_codes,
    store_events,
    there,
    true_links,
    true_orders,
)
from tracing.records.event_kinds import EventKind
from tracing.stores import chain_locks as locking
from tracing.stores.buckets import buckets_of

pytestmark = pytest.mark.django_db(transaction=True)

CASE = {small(n): ("SN1", box(0, 2), box(0, 3)) for n in range(3)}
IN, OUT = EventKind.CIRCULATION_IN, EventKind.CIRCULATION_OUT
SHIPMENT = EventKind.SHIPMENT
Upload = Callable[[Unit, Unit], None]


def codes(maker: Unit, trader: Unit) -> None:
    store_codes(maker, CASE, day=0)


def own_record(maker: Unit, trader: Unit) -> None:
    store_events(trader, IN, [box(0, 2), small(0)])


def naming(maker: Unit, trader: Unit) -> None:
    store_events(maker, SHIPMENT, [box(0, 3)], to=trader)


@pytest.mark.parametrize(
    ("before", "first", "second"),
    [(codes, own_record, naming), (naming, codes, own_record), (own_record, codes, naming)],
)
def test_no_link_is_missed(
    before: Upload, first: Upload, second: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = UnitFactory.create()
    trader = UnitFactory.create(is_maker=False, is_distributor=True)
    before(maker, trader)
    _once_both_are_written(monkeypatch)
    _at_once(lambda: first(maker, trader), lambda: second(maker, trader))
    assert links() == true_links()
    assert set(links().values()) == {(maker.pk, "SN1")}
    assert counted() == there()


def test_two_uploads_that_tell_in_one_document_are_one_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    maker = UnitFactory.create()
    trader = UnitFactory.create(is_maker=False, is_distributor=True)
    _once_both_are_written(monkeypatch)
    _at_once(
        lambda: store_events(maker, SHIPMENT, [small(0), small(1)], to=trader),
        lambda: store_events(maker, SHIPMENT, [small(2)], to=trader),
    )
    assert orders() == true_orders()
    assert [kept[0] for kept in orders()[0].values()] == [3]


def _once_both_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two changes go on to what follows from them when the rows of both are written."""
    written = threading.Barrier(2, timeout=20)

    def both_written(change: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def waiting(*arguments: Any, **options: Any) -> Iterator[None]:
            with change(*arguments, **options):
                yield
                written.wait()

        return waiting

    for name in ("codes_change", "events_change"):
        monkeypatch.setattr(world, name, both_written(getattr(world, name)))


@pytest.mark.parametrize("far", ["both told", "the maker repacks meanwhile"])
def test_two_uploads_that_only_together_open_a_chain_for_a_third(
    far: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of different levels, by two units, neither of which names the third alone."""
    maker = UnitFactory.create()
    one, third = UnitFactory.create_batch(2, is_maker=False, is_distributor=True)
    store_events(third, IN, [small(0)])

    def ship() -> None:
        store_events(maker, SHIPMENT, [box(0, 3)], to=one)

    def pack() -> None:
        store_codes(maker, CASE, day=0)

    def sell() -> None:
        store_events(one, OUT, [small(0)], to=third)

    before, meanwhile = (pack, ship) if far == "both told" else (ship, pack)
    before()
    _once_both_are_written(monkeypatch)
    _at_once(meanwhile, sell)
    assert (
        links()
        == true_links()
        == {(small(0), one.pk): None}
        | {(small(0), unit.pk): (maker.pk, "SN1") for unit in (one, third)}
    )
    assert counted() == there()


def test_codes_that_move_while_a_lock_is_waited_for_are_locked_with_their_new_boxes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is told of a code holds the bucket of the box that it came to lie in meanwhile."""
    maker = UnitFactory.create()
    held: list[set[int]] = []

    def lock(buckets: set[int]) -> None:
        held.append(set(buckets))
        if len(held) == 1:
            thread = threading.Thread(target=_in_a_thread, args=(pack, []))
            thread.start()
            thread.join()

    def pack() -> None:
        with transaction.atomic():
            TraceCodeFactory.create(
                code=small(0), batch__unit=maker, lv2_trac_code=box(0, 2), lv3_trac_code=box(0, 3)
            )

    monkeypatch.setattr(locking, "lock_buckets", lock)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE told ON COMMIT DROP AS SELECT %s AS code", [small(0)])
        locking.lock_chains("told")
    assert held == [buckets_of([small(0)]), buckets_of([small(0), box(0, 2), box(0, 3)])]


def test_traders_that_name_each_other_do_not_wait_for_each_other() -> None:
    one, other = UnitFactory.create_batch(2, is_maker=False, is_distributor=True)
    for code in map(small, range(5)):
        _at_once(
            partial(store_events, one, EventKind.CIRCULATION_OUT, [code], to=other),
            partial(store_events, other, IN, [code], to=one),
        )
    assert counted() == there()


def _at_once(*uploads: Callable[[], None]) -> None:
    failures: list[BaseException] = []
    threads = [threading.Thread(target=_in_a_thread, args=(up, failures)) for up in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def _in_a_thread(upload: Callable[[], None], failures: list[BaseException]) -> None:
    try:
        upload()
    except BaseException as error:
        failures.append(error)
    finally:
        connection.close()
