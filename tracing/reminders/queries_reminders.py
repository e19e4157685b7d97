"""报送提醒: what a unit still owes of what the families ask for.

Families whose product stands in a list of batches are looked at batch by batch, by the counters of
codes and of orders. Of consumables, items and their codes are looked at by 医保耗材代码; what was
sent of them nothing counts, so that is looked at by what was uploaded at all, as all else is. What
is looked at has an end: the newest batches of the last days. Silence where something is owed is
less bad than a false alarm, so whatever is not known owes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from accounts.core.kinds import CodeList
from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.records.bindings import BINDINGS, USUAL, of_family, record_of
from tracing.records.duties import DUTIES, By, Duty
from tracing.records.event_kinds import EventKind
from tracing.records.shapes import Binding, Shape
from tracing.reminders.models import Silence
from tracing.uploads.models import Submission, SubmissionState

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


# The newest live batches of a unit with what there is of each. What is counted is found by the
# batch, so a million codes cost no more than one.
BATCHES = """
    SELECT b.family, b.trac_codg_sn, b.uploaded_at,
           EXISTS (SELECT 1 FROM tracing_batchcount c
                   WHERE c.unit_id = %(unit)s AND c.kind = %(made)s
                     AND c.trac_codg_sn = b.trac_codg_sn AND c.codes > 0),
           ARRAY(SELECT DISTINCT o.kind::text FROM tracing_orderbatch o
                 WHERE o.unit_id = %(unit)s AND o.batch = b.trac_codg_sn)
    FROM (SELECT family, trac_codg_sn, uploaded_at FROM tracing_drugbatch
          WHERE unit_id = %(unit)s AND voided_at IS NULL AND uploaded_at >= %(since)s
          ORDER BY uploaded_at DESC, trac_codg_sn LIMIT %(most)s) b
    ORDER BY b.uploaded_at, b.trac_codg_sn"""
# Codes whose batch nobody uploaded, by the record that told of one of them. Codes that stayed when
# their upload was undone, or that staff moved, are of no upload: then by the family of a batch of
# the same product, if there is one. The lots of consumables have a blank in their name, which no
# 流水号 has.
PENDING = """
    WITH recent AS MATERIALIZED (
        SELECT family, prod_code FROM tracing_drugbatch
        WHERE unit_id = %(unit)s AND voided_at IS NULL
        ORDER BY uploaded_at DESC, trac_codg_sn LIMIT %(most)s)
    SELECT c.trac_codg_sn, c.codes, t.uploaded_at, s.record_code,
           (SELECT r.family FROM recent r
            WHERE s.id IS NULL AND r.prod_code = t.prod_code LIMIT 1)
    FROM (SELECT trac_codg_sn, codes FROM tracing_batchcount c
          WHERE unit_id = %(unit)s AND kind = %(made)s AND codes > 0
            AND trac_codg_sn NOT LIKE '%% %%'
            AND NOT EXISTS (SELECT 1 FROM tracing_drugbatch b
                            WHERE b.unit_id = %(unit)s AND b.trac_codg_sn = c.trac_codg_sn
                              AND b.voided_at IS NULL)
          LIMIT %(most)s) c
    CROSS JOIN LATERAL (
        SELECT t.uploaded_at, t.submission_id, t.prod_code FROM tracing_tracecode t
        WHERE t.unit_id = %(unit)s AND t.trac_codg_sn = c.trac_codg_sn AND t.voided_at IS NULL
        ORDER BY t.code LIMIT 1) t
    LEFT JOIN tracing_submission s ON s.id = t.submission_id
    ORDER BY t.uploaded_at, c.trac_codg_sn"""
# 医保耗材代码 of the newest live items that have no code.
ITEMS = """
    SELECT i.mcs_code, min(i.uploaded_at) AS since, 0
    FROM (SELECT mcs_code, uploaded_at FROM tracing_consumableitem
          WHERE unit_id = %(unit)s AND voided_at IS NULL AND uploaded_at >= %(since)s
          ORDER BY uploaded_at DESC, mcs_code LIMIT %(most)s) i
    WHERE NOT EXISTS (SELECT 1 FROM tracing_tracecode t
                      WHERE t.unit_id = %(unit)s AND t.med_list_codg = i.mcs_code
                        AND t.is_consumable AND t.voided_at IS NULL)
    GROUP BY i.mcs_code ORDER BY since, i.mcs_code"""
# 医保耗材代码 of lots, and how many codes there are of them, whose item nobody uploaded.
PENDING_ITEMS = """
    SELECT t.med_list_codg, min(t.uploaded_at) AS since, sum(c.codes)
    FROM (SELECT trac_codg_sn, codes FROM tracing_batchcount c
          WHERE unit_id = %(unit)s AND kind = %(made)s AND codes > 0
            AND trac_codg_sn LIKE '%% %%'
            AND NOT EXISTS (SELECT 1 FROM tracing_consumableitem i
                            WHERE i.unit_id = %(unit)s AND i.voided_at IS NULL
                              AND i.mcs_code = split_part(c.trac_codg_sn, ' ', 1))
          LIMIT %(most)s) c
    CROSS JOIN LATERAL (
        SELECT t.uploaded_at, t.med_list_codg FROM tracing_tracecode t
        WHERE t.unit_id = %(unit)s AND t.trac_codg_sn = c.trac_codg_sn AND t.voided_at IS NULL
        ORDER BY t.code LIMIT 1) t
    GROUP BY t.med_list_codg ORDER BY since, t.med_list_codg"""
# By what is owed of consumables.
OF_ITEMS = {Shape.UDI: (ITEMS, MOST_BATCHES), Shape.ITEM: (PENDING_ITEMS, MOST_PENDING)}


def reminders(unit: Unit, business: str, today: date) -> list[Reminder]:
    """What the unit owes by a business on a local day, in the order of its records."""
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
    ):
        if left := [each for each in owing if (duty.record, each.batch) not in silenced]:
            found[duty] = Reminder(duty, left)
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
    return Shape.ITEM if shapes == set(OF_ITEMS) else None


def _asked(unit: Unit, today: date) -> dict[str, Any]:
    """What the statements are told."""
    start, _ = local_day_bounds(today - timedelta(days=DAYS), today)
    return {"unit": unit.pk, "made": CodeList.MADE.value, "since": start}


def _of_items(
    unit: Unit, duties: Collection[Duty], today: date
) -> Iterator[tuple[Duty, list[Owing]]]:
    """By 医保耗材代码, of which duties something is missing."""
    for duty in duties:
        statement, most = OF_ITEMS[BINDINGS[duty.record].shape]
        with connection.cursor() as cursor:
            cursor.execute(statement, {**_asked(unit, today), "most": most})
            yield duty, [Owing(*row) for row in cursor]


def _of_batches(
    unit: Unit, duties: Collection[Duty], today: date
) -> Iterator[tuple[Duty, list[Owing]]]:
    """Batch by batch, of which duties something is missing."""
    if not duties:
        return
    owing: dict[Duty, list[Owing]] = {duty: [] for duty in duties}
    asked = _asked(unit, today)
    with connection.cursor() as cursor:
        cursor.execute(BATCHES, {**asked, "most": MOST_BATCHES})
        for family, serial, since, has_codes, kinds in cursor:
            there = _Batch(family, has_codes, {EventKind(kind) for kind in kinds})
            for duty in filter(there.owes, duties):
                owing[duty].append(Owing(serial, since))
        cursor.execute(PENDING, {**asked, "most": MOST_PENDING})
        for serial, codes, since, record_code, family in cursor:
            told = record_code or record_of(Shape.CODES, family or USUAL).code
            for duty in duties:
                if _waits(duty, told):
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
        if binding.shape is Shape.EVENT:
            return bool(self.told & set(binding.told.kinds))
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
    stored = Submission.objects.of(unit).filter(
        record_code__in=records, state=SubmissionState.STORED, accepted__gt=0
    )
    latest = stored.values_list("record_code").annotate(last=Max("stored_at"))
    return {code: timezone.localdate(at) for code, at in latest.order_by() if at is not None}


def silences(unit: Unit, business: str) -> list[Silence]:
    """What the unit wants to hear no more of, of a business's records, the newest first."""
    records = [b.record.code for b in BINDINGS.values() if b.business == business]
    found = Silence.objects.of(unit).filter(record_code__in=records)
    return list(found.select_related("agent").order_by("-at"))
