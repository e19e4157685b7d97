"""Rows changed as uploads and voidings change them, and what must follow from them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.units.models import Unit
from tests.tracing.factories import NODE_OF, UPLOADED, box, small
from tracing.records.event_kinds import EventKind
from tracing.records.orders import ORDERS
from tracing.records.values import SENT
from tracing.stores.changes import codes_change, events_change
from tracing.stores.models_codes import TraceCode, UnitCode
from tracing.stores.models_counts import BatchCount, DayCount
from tracing.stores.models_events import TraceEvent
from tracing.stores.models_orders import Order, OrderBatch
from tracing.synthetic import codes as numbers
from tracing.traces.chains import chains

# 流水号, middle box, large box.
Pack = tuple[str, str | None, str | None]
GIVEN = "SELECT unnest(%(codes)s::text[])"
VOIDED: dict[str, Any] = {"voided_at": UPLOADED, "void_reason": "录入错误"}
LIVE: dict[str, Any] = {"voided_at": None, "void_reason": None}
# What every pack of a lot says of itself.
PIECES = 100
OF_A_LOT = {
    "is_consumable": True,
    "is_lot": True,
    "quantity": PIECES,
    "manu_lotnum": "L1",
    "manu_date": UPLOADED,
    "med_list_codg": "C0101010010100199001",
}
MAPPING = {"med_list_codg": numbers.western_drug(1, 1), "prod_code": numbers.gtin(1, 1)}


def store_codes(
    unit: Unit, codes: Mapping[str, Pack], day: int, *, lots: Collection[str] = ()
) -> None:
    """Store packs as (流水号, middle box, large box); `day` is that of a first upload. Of `lots`
    each is a lot of consumables.
    """
    at_all_levels = [code for row in codes for code in (row, *codes[row][1:]) if code]
    with transaction.atomic(), codes_change(unit.pk, GIVEN, {"codes": at_all_levels}):
        for code, (serial, middle, large) in codes.items():
            said = {"trac_codg_sn": serial, "lv2_trac_code": middle, "lv3_trac_code": large}
            first = {"uploaded_at": UPLOADED + timedelta(days=day), "submission_id": uuid4()}
            TraceCode.everything.update_or_create(
                code=code,
                unit=unit,
                defaults={**said, **LIVE},
                create_defaults={
                    **said,
                    **first,
                    **(OF_A_LOT if code in lots else MAPPING),
                    "system": "msfx",
                },
            )


def void_codes(unit: Unit, codes: Sequence[str]) -> None:
    with transaction.atomic(), codes_change(unit.pk, GIVEN, {"codes": list(codes)}):
        TraceCode.objects.of(unit).filter(code__in=codes).update(**VOIDED)


def store_events(
    unit: Unit,
    kind: EventKind,
    codes: Sequence[str],
    *,
    to: Unit | None = None,
    sender: Unit | None = None,
    batch: str | None = None,
    day: int = 0,
    status: str = SENT,
) -> None:
    """Tell of codes in one document; a distributor's circulation lists them as its own.

    Only what was sent and received, and a sale, makes a node.
    """
    said = {
        "sender_uscc": (sender or unit).uscc,
        "receiver_uscc": to.uscc if to else None,
        "status": status,
        "node": NODE_OF[kind] if status == SENT or kind is EventKind.RETAIL else None,
    }

    circulation = kind in (EventKind.CIRCULATION_IN, EventKind.CIRCULATION_OUT)
    then = partial(_list, unit, codes, batch, day) if circulation else None
    with transaction.atomic(), events_change(unit.pk, GIVEN, {"codes": list(codes)}, then=then):
        for code in codes:
            TraceEvent.everything.update_or_create(
                code=code,
                kind=kind,
                unit=unit,
                document="D1",
                defaults={**said, **LIVE},
                create_defaults={
                    **said,
                    "happened_at": UPLOADED,
                    "organisation": unit.name,
                    "uploaded_at": UPLOADED,
                },
            )


def _list(unit: Unit, codes: Sequence[str], batch: str | None, day: int) -> None:
    """Take codes into the unit's own list, but for those that it made."""
    for code in codes:
        if TraceCode.objects.of(unit).filter(code=code).exists():
            continue
        first = {"uploaded_at": UPLOADED + timedelta(days=day), "submission_id": uuid4()}
        UnitCode.everything.update_or_create(
            code=code,
            unit=unit,
            defaults={"batch": batch, **LIVE},
            create_defaults={"batch": batch, **first},
        )


def void_events(unit: Unit, kind: EventKind, codes: Sequence[str]) -> None:
    """Take events back, and from a distributor's list what nothing is left of."""

    def forgotten() -> None:
        left = TraceEvent.objects.of(unit).filter(code__in=codes, voided_at=None)
        gone = set(codes) - set(left.values_list("code", flat=True))
        UnitCode.objects.of(unit).filter(code__in=gone).update(**VOIDED)

    with (
        transaction.atomic(),
        events_change(unit.pk, GIVEN, {"codes": list(codes)}, then=forgotten),
    ):
        TraceEvent.objects.of(unit).filter(kind=kind, code__in=codes).update(**VOIDED)


def some_change(dice: Random, makers: Sequence[Unit], traders: Sequence[Unit]) -> None:
    """One upload or voiding of a few codes."""
    maker, trader = dice.choice(makers), dice.choice(traders)
    mine = makers.index(maker) * 12
    serials = sorted(dice.sample(range(mine, mine + 12), 4))
    anything = [*map(small, serials), box(serials[0] // 3, 2), box(serials[1] // 6, 3)]
    some = dice.sample(anything, 3)
    match dice.randrange(7):
        case 0 | 1:
            where = dice.random() < 0.8
            store_codes(
                maker,
                {
                    small(n): (
                        f"SN{dice.randrange(2)}",
                        box(n // 3, 2) if where else None,
                        box(n // 6, 3) if where else None,
                    )
                    for n in serials
                },
                day=dice.randrange(3),
            )
        case 2:
            void_codes(maker, [small(n) for n in serials])
        case 3 | 4:
            kind = dice.choice([EventKind.CIRCULATION_IN, EventKind.CIRCULATION_OUT])
            batch = dice.choice(["L0", "L1", None])
            to = dice.choice([*traders, None])
            store_events(trader, kind, some, to=to, batch=batch, day=dice.randrange(3))
        case 5:
            store_events(maker, EventKind.SHIPMENT, some, to=dice.choice([*traders, None]))
        case 6:
            kind = dice.choice([EventKind.SHIPMENT, EventKind.CIRCULATION_IN])
            void_events(dice.choice([maker, trader]), kind, some)


def counted() -> tuple[Counter[Any], Counter[Any]]:
    """What the counters say, without the empty ones."""
    days = DayCount.everything.values_list("unit_id", "kind", "day", "codes")
    batches = BatchCount.everything.values_list(
        "unit_id", "kind", "trac_codg_sn", "batch", "owner", "codes"
    )
    return _counter(days), _counter(batches)


def _counter(rows: Iterable[tuple[Any, ...]]) -> Counter[Any]:
    return Counter({tuple(key): count for *key, count in rows if count})


def there() -> tuple[Counter[Any], Counter[Any]]:
    """What is there, counted one by one."""
    days: Counter[Any] = Counter()
    batches: Counter[Any] = Counter()
    for code in TraceCode.everything.filter(voided_at=None):
        days[code.unit_id, "maker", timezone.localdate(code.uploaded_at)] += 1
        batches[code.unit_id, "maker", code.trac_codg_sn, "", code.unit_id] += 1
    for row in UnitCode.everything.filter(voided_at=None):
        days[row.unit_id, "distributor", timezone.localdate(row.uploaded_at)] += 1
        linked = (row.trac_codg_sn or "", row.batch or "", row.owner_id or 0)
        batches[row.unit_id, "distributor", *linked] += 1
    return days, batches


def orders() -> tuple[dict[Any, Any], Counter[Any]]:
    """The orders that are kept, and how many codes they have of each batch."""
    key = ("unit_id", "kind", "document", "partner")
    kept = Order.everything.values_list(*key, "codes", "status_first", "status_last", "last_at")
    batches = OrderBatch.everything.values_list(*key, "batch", "codes")
    return {row[:4]: row[4:] for row in kept}, _counter(batches)


def true_orders() -> tuple[dict[Any, Any], Counter[Any]]:
    """The orders that ought to be: put together event by event."""
    told: dict[Any, list[TraceEvent]] = {}
    batches: Counter[Any] = Counter()
    for event in TraceEvent.everything.filter(voided_at=None).select_related("unit"):
        if event.kind not in ORDERS:
            continue
        other = event.receiver_uscc != event.unit.uscc
        partner = (event.receiver_uscc if other else event.sender_uscc) or ""
        key = (event.unit_id, event.kind, event.document, partner)
        told.setdefault(key, []).append(event)
        details = event.details
        batches[*key, details.get("trac_codg_sn") or details.get("manu_lotnum") or ""] += 1
    return {key: _order(events) for key, events in told.items()}, batches


def _order(events: Sequence[TraceEvent]) -> tuple[Any, ...]:
    said = sorted(event.status for event in events if event.status is not None)
    status = (said[0], said[-1]) if said else (None, None)
    return len(events), *status, max(event.happened_at for event in events)


def links() -> dict[tuple[str, int], tuple[int, str] | None]:
    """The links that are kept."""
    return {
        (row.code, row.unit_id): (row.owner_id, row.trac_codg_sn) if row.owner_id else None
        for row in UnitCode.everything.filter(voided_at=None)
        if row.trac_codg_sn or not row.owner_id
    }


def true_links() -> dict[tuple[str, int], tuple[int, str] | None]:
    """The links that ought to be: worked out code by code."""
    found: dict[tuple[str, int], tuple[int, str] | None] = {}
    for row in UnitCode.everything.filter(voided_at=None).select_related("unit"):
        chain = chains([row.code])[row.code]
        batches: set[tuple[int, str]] = set()
        for column in ("code", "lv2_trac_code", "lv3_trac_code"):
            packs = TraceCode.everything.filter(voided_at=None, **{column: row.code})
            batches |= set(
                packs.values_list("unit_id", "trac_codg_sn")
                .annotate(Count("code"))
                .values_list("unit_id", "trac_codg_sn")
            )
        told = chain.open_to(row.unit) and len(batches) == 1
        found[row.code, row.unit_id] = batches.pop() if told else None
    return found
