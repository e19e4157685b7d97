"""报送提醒: what a unit still owes of what the families ask for.

Families whose product stands in a list of batches are looked at batch by batch, by the counters of
codes and of orders. Of consumables, items and their codes are looked at by 医保耗材代码, what was
sent of them lot by lot, as their codes name it; all else by what was uploaded at all. What is
looked at has an end: the newest batches of the last days. Silence where something is owed is less
bad than a false alarm, so whatever is not known owes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.core.kinds import CodeList
from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import sorted_by_index
from tracing.records.bindings import BINDINGS, USUAL_FAMILY, of_family, record_of
from tracing.records.duties import DUTIES, By, Duty
from tracing.records.event_kinds import EventKind
from tracing.records.orders import ORDERS
from tracing.records.shapes import Binding, Shape
from tracing.reminders.models import Silence
from tracing.reminders.owed_sql import BATCHES, ITEMS, LAST, LOTS, PENDING, PENDING_ITEMS
from tracing.uploads.models import SubmissionState

# Batches and uploads of so many days, and of the batches no more than the newest.
DAYS = 90
MOST_BATCHES = 2_000
# Batches with codes and without a product that are looked at.
MOST_PENDING = 200


class Owing(NamedTuple):
    """A batch, or a 医保耗材代码, of which a record is owed. `since` is when what asks for it was
    uploaded; `codes` how many codes wait for it, where it is they that wait."""

    batch: str
    since: datetime
    codes: int = 0


class Reminder(NamedTuple):
    """A duty that a unit has not done: of the batches, the oldest first; or, without any, of all.

    `last` is the day of the last upload of the record, or of what asks for it.
    """

    duty: Duty
    batches: list[Owing]
    last: date | None = None

    @property
    def late(self) -> bool:
        """Whether nothing but the upload can be right."""
        return self.duty.by is By.SAME_DAY


# Papers of a lot, and uploads of a record, that are looked at.
MOST_PAPERS = MOST_UPLOADS = 100
# By what is owed of consumables.
OF_ITEMS = {Shape.UDI: (ITEMS, MOST_BATCHES), Shape.ITEM: (PENDING_ITEMS, MOST_PENDING)}


def reminders(unit: Unit, business: str, today: date) -> list[Reminder]:
    """What the unit owes by a business on a local day, in the order of its records."""
    # The newest of what there is are taken out of an index.
    with sorted_by_index():
        return _reminders(unit, business, today)


def _reminders(unit: Unit, business: str, today: date) -> list[Reminder]:
    bound = [b for b in BINDINGS.values() if b.business == business]
    families = dict.fromkeys(b.record.family for b in bound)
    duties = [
        duty
        for family in families
        for duty in DUTIES.get(family, ())
        if duty.record in BINDINGS and (not duty.after or duty.after in BINDINGS)
    ]
    asked = {shape: [d for d in duties if goods_of(d) is shape] for shape in map(goods_of, duties)}
    silenced = set(Silence.objects.of(unit).values_list("record_code", "batch"))
    found: dict[Duty, Reminder] = {}
    for duty, owing in (
        *_of_batches(unit, asked.get(Shape.PRODUCT, ()), today),
        *_of_items(unit, asked.get(Shape.ITEM, ()), today),
        *_of_lots(unit, asked.get(Shape.UDI, ()), today),
    ):
        if left := [each for each in owing if (duty.record, each.batch) not in silenced]:
            oldest_first = sorted(left, key=lambda each: (each.since, each.batch))
            found[duty] = Reminder(duty, oldest_first)
    found |= {r.duty: r for r in _of_uploads(unit, asked.get(None, ()), today)}
    return [found[duty] for duty in duties if duty in found]


def has_batches(family: str) -> bool:
    """Whether the products of a family stand in a list of batches, so that each is looked at."""
    return any(b.shape is Shape.PRODUCT for b in of_family(family))


def goods_of(duty: Duty) -> Shape | None:
    """The shape of the goods one by one of which a duty is looked at; None where it is not."""
    if not duty.after:
        return None
    if has_batches(BINDINGS[duty.record].record.family):
        return Shape.PRODUCT
    shapes = {BINDINGS[code].shape for code in (duty.record, duty.after)}
    if shapes == set(OF_ITEMS):
        return Shape.ITEM
    return Shape.UDI if shapes <= {Shape.UDI, Shape.EVENT} else None


def _asked(unit: Unit, today: date) -> dict[str, Any]:
    """What the statements are told."""
    start, _ = local_day_bounds(today - timedelta(days=DAYS), today)
    kinds = [kind.value for kind in ORDERS]
    return {"unit": unit.pk, "made": CodeList.MADE.value, "since": start, "kinds": kinds}


def _rows(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor)


def _of_items(
    unit: Unit, duties: Collection[Duty], today: date
) -> Iterator[tuple[Duty, list[Owing]]]:
    """By 医保耗材代码, of which duties something is missing."""
    for duty in duties:
        statement, most = OF_ITEMS[BINDINGS[duty.record].shape]
        yield duty, [Owing(*row) for row in _rows(statement, {**_asked(unit, today), "most": most})]


def _of_lots(
    unit: Unit, duties: Collection[Duty], today: date
) -> Iterator[tuple[Duty, list[Owing]]]:
    """Lot by lot of consumables: what was not sent, and what was sent and not delivered."""
    if not duties:
        return
    asked = {
        **_asked(unit, today),
        "most": MOST_BATCHES,
        "papers": MOST_PAPERS,
        "shipment": EventKind.SHIPMENT.value,
        "delivery": EventKind.DELIVERY.value,
    }
    lots = _rows(LOTS, asked)
    for duty in duties:
        after_sending = BINDINGS[duty.after].shape is Shape.EVENT
        yield (
            duty,
            [
                Owing(lot, since)
                for lot, since, sent, delivered in lots
                if sent == after_sending and not (after_sending and delivered)
            ],
        )


def _of_batches(
    unit: Unit, duties: Collection[Duty], today: date
) -> Iterator[tuple[Duty, list[Owing]]]:
    """Batch by batch, of which duties something is missing."""
    if not duties:
        return
    owing: dict[Duty, list[Owing]] = {duty: [] for duty in duties}
    asked = _asked(unit, today)
    for family, serial, since, has_codes, kinds in _rows(BATCHES, {**asked, "most": MOST_BATCHES}):
        there = _Batch(family, has_codes, {EventKind(kind) for kind in kinds})
        for duty in filter(there.owes, duties):
            owing[duty].append(Owing(serial, since))
    found = _rows(PENDING, {**asked, "most": MOST_PENDING})
    for serial, codes, since, record_code, family in found:
        reported = record_code or record_of(Shape.CODES, family or USUAL_FAMILY).code
        for duty in duties:
            if _waits(duty, reported):
                owing[duty].append(Owing(serial, since, codes))
    yield from owing.items()


class _Batch(NamedTuple):
    """A batch whose product is there, and what else there is of it."""

    family: str
    has_codes: bool
    told: set[EventKind]

    def owes(self, duty: Duty) -> bool:
        """Whether what asks for a record is there, and the record is not."""
        record = BINDINGS[duty.record]
        if record.record.family != self.family:
            return False
        return self._has(BINDINGS[duty.after]) and not self._has(record)

    def _has(self, binding: Binding) -> bool:
        if binding.event is not None:
            return bool(self.told & set(binding.event.kinds))
        return self.has_codes if binding.shape is Shape.CODES else True


def _waits(duty: Duty, record_code: str) -> bool:
    """Whether codes of a record without a batch wait for the record of a duty."""
    return duty.after == record_code and BINDINGS[duty.record].shape is Shape.PRODUCT


def _of_uploads(unit: Unit, duties: Collection[Duty], today: date) -> Iterator[Reminder]:
    """Duties of which nothing was uploaded though something asks for it, or not today."""
    if not duties:
        return
    last = _last_uploads(unit, {code for d in duties for code in (d.record, d.after) if code})
    start = today - timedelta(days=DAYS)
    for duty in duties:
        done = last.get(duty.record)
        if duty.by is By.DAILY:
            if done is None or done < today:
                yield Reminder(duty, [], done)
        elif (asked := last.get(duty.after)) and asked >= start and (not done or done < start):
            yield Reminder(duty, [], asked)


def _last_uploads(unit: Unit, records: Collection[str]) -> Mapping[str, date]:
    """The local day on which each record was last stored; none for one that never was."""
    asked = {
        "unit": unit.pk,
        "records": list(records),
        "stored": SubmissionState.STORED.value,
        "most": MOST_UPLOADS,
    }
    return {code: timezone.localdate(at) for code, at in _rows(LAST, asked) if at is not None}


def silences(unit: Unit, business: str) -> list[Silence]:
    """What the unit wants to hear no more of, of a business's records, the newest first."""
    records = [b.record.code for b in BINDINGS.values() if b.business == business]
    found = Silence.objects.of(unit).filter(record_code__in=records)
    return list(found.select_related("agent").order_by("-at"))
