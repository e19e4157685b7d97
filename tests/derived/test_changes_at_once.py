"""Two uploads that together make a link, neither of which sees the other's rows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import Unit
from tests.derived import world
from tests.derived.world import counted, links, store_codes, store_events, there, true_links
from tests.factories import UnitFactory
from tests.tracing_factories import box, small
from tracing.models import EventKind

pytestmark = pytest.mark.django_db(transaction=True)

CASE = {small(n): ("SN1", box(0, 2), box(0, 3)) for n in range(3)}
IN, SHIPMENT = EventKind.CIRCULATION_IN, EventKind.SHIPMENT
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
    _at_once(lambda: first(maker, trader), lambda: second(maker, trader))
    assert links() == true_links()
    assert set(links().values()) == {(maker.pk, "SN1")}
    assert counted() == there()


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

    def run(upload: Callable[[], None]) -> None:
        try:
            upload()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(upload,)) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
