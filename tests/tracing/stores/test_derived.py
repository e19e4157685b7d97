"""Counters and links follow real uploads, corrections and 删除."""

from pathlib import Path

import pytest

from accounts.core.kinds import DISTRIBUTOR, MAKER, UnitKind
from accounts.core.origin import COMMAND
from portal.lib.clock import local_today
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.stores.world import counted, links, there, true_links
from tests.tracing.uploads.rows import CODES, code_rows, pack_code
from tests.tracing.uploads.test_events import CIRCULATION, SHIPMENT, inbound, shipment, store
from tracing.stores.models_events import TraceEvent
from tracing.traces.queries import codes
from tracing.traces.selections import ByBatch, ByDates
from tracing.uploads import actions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dealer(maker: Side) -> Side:
    """A distributor."""
    return side(UnitFactory.create(is_maker=False, is_distributor=True))


def void(who: Side, record: str, keys: list[str] | list[tuple[str, ...]]) -> None:
    """删除."""
    actions.void_rows(
        unit=who.unit,
        agent=who.agent,
        record_code=record,
        keys=keys,
        reason="录入错误",
        origin=COMMAND,
    )


def event_keys(who: Side) -> list[tuple[str, ...]]:
    """The keys of the unit's live events, as a page of them gives them."""
    live = TraceEvent.objects.of(who.unit).filter(voided_at=None)
    return [tuple(map(str, key)) for key in live.values_list("code", "kind", "document")]


def total(who: Side, kind: UnitKind, batch: str = "") -> int:
    """How many codes a list has; everything derived must be right."""
    assert counted() == there()
    assert links() == true_links()
    today = local_today()
    return codes(who.unit, ByBatch(batch) if batch else ByDates(today, today), kind=kind).total


def test_makers_lists_count_what_is_stored_voided_and_revived(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(25)
    store(maker, CODES, rows, tmp_path / "a.xlsx")
    assert total(maker, MAKER) == 25
    store(maker, CODES, rows[:10], tmp_path / "b.xlsx")
    assert total(maker, MAKER) == 25
    void(maker, CODES, [pack_code(n) for n in range(7)])
    assert total(maker, MAKER) == 18
    store(maker, CODES, [{**row, "trac_codg_sn": "SN2"} for row in rows[:9]], tmp_path / "c.xlsx")
    assert total(maker, MAKER) == 25
    assert total(maker, MAKER, "SN2") == 9


def test_a_distributors_list_follows_its_uploads_and_those_that_name_it(
    maker: Side, dealer: Side, tmp_path: Path
) -> None:
    taken = [inbound(dealer, maker, pack_code(n), manu_lotnum="TYPED") for n in range(5)]
    store(dealer, CIRCULATION, taken, tmp_path / "in.xlsx")
    assert total(dealer, DISTRIBUTOR, "TYPED") == 5
    sent = [shipment(maker, dealer, pack_code(n)) for n in range(3)]
    store(maker, SHIPMENT, sent, tmp_path / "out.xlsx")
    store(maker, CODES, code_rows(4), tmp_path / "codes.xlsx")
    serial = code_rows(1)[0]["trac_codg_sn"]
    assert total(dealer, DISTRIBUTOR, serial) == 3
    void(maker, SHIPMENT, event_keys(maker))
    assert total(dealer, DISTRIBUTOR, serial) == 0
    assert total(dealer, DISTRIBUTOR) == 5
    void(dealer, CIRCULATION, event_keys(dealer)[:2])
    assert total(dealer, DISTRIBUTOR) == 3
    store(dealer, CIRCULATION, taken[::-1], tmp_path / "again.xlsx")
    assert total(dealer, DISTRIBUTOR) == 5
