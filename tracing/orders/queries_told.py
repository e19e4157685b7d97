"""What a unit told of its goods by document or by day: the rows of its orders.

The orders say how many rows there are, so that no list is counted; only an order some of whose rows
lie outside the days is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import Page
from tracing.records.event_kinds import EventKind
from tracing.stores.lookups import rows_by
from tracing.stores.models_events import TraceEvent
from tracing.stores.models_orders import Order
from tracing.traces.paging import page_of_segments
from tracing.traces.selections import Segment

ORDER = ("code",)
KEY = ("code", "kind", "document")
# A kind of event and a number, by which orders to several partners are one.
Paper = tuple[str, str]

_ALL = rows_by("tracing_order", unit_id="%(unit)s", kind="p.kind", document="p.document")
# The documents some of whose rows lie in a time, with all their rows and their first and last time.
PAPERS = f"""
    SELECT p.kind, p.document, sum(o.codes), min(o.first_at), max(o.last_at)
    FROM (SELECT DISTINCT kind, document FROM tracing_order
          WHERE unit_id = %(unit)s AND kind = ANY(%(kinds)s)
            AND last_at >= %(start)s AND first_at < %(end)s) p
    CROSS JOIN LATERAL {_ALL} o
    GROUP BY p.kind, p.document ORDER BY max(o.last_at) DESC, p.kind, p.document"""  # noqa: S608


def told_in(
    unit: Unit, papers: Collection[Paper], *, number: int = 1, size: int = 10
) -> Page[TraceEvent]:
    """One page of the rows of some documents, each with the kind of event that tells of it."""
    counted = [(paper, _codes(unit, *paper)) for paper in papers]
    segments = [Segment(codes, _of(*paper)) for paper, codes in counted if codes]
    return _page(unit, segments, number, size)


def told_within(
    unit: Unit,
    kinds: Collection[EventKind],
    first: date,
    last: date,
    *,
    number: int = 1,
    size: int = 10,
) -> Page[TraceEvent]:
    """One page of the rows of some kinds of event that happened on local days, both included; the
    latest documents first."""
    start, end = local_day_bounds(first, last)
    asked: dict[str, Any] = {"unit": unit.pk, "kinds": list(kinds), "start": start, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(PAPERS, asked)
        papers = cursor.fetchall()
    inside = Q(happened_at__gte=start, happened_at__lt=end)
    parted = {(k, d) for k, d, _, earliest, latest in papers if earliest < start or latest >= end}
    counted = _counted(unit, parted, inside)
    segments = []
    for kind, document, codes, *_ in papers:
        if (kind, document) not in parted:
            segments.append(Segment(int(codes), _of(kind, document)))
        elif count := counted.get((kind, document)):
            segments.append(Segment(count, _of(kind, document) & inside))
    return _page(unit, segments, number, size)


def _codes(unit: Unit, kind: str, document: str) -> int:
    """How many rows a document has, to whatever partner."""
    orders = Order.objects.of(unit).filter(kind=kind, document=document)
    return sum(orders.values_list("codes", flat=True))


def _counted(unit: Unit, papers: Collection[Paper], inside: Q) -> dict[Paper, int]:
    """How many rows of documents lie inside the days."""
    if not papers:
        return {}
    kinds, documents = ({paper[part] for paper in papers} for part in (0, 1))
    rows = _live(unit).filter(inside, kind__in=kinds, document__in=documents)
    counted = rows.order_by().values_list("kind", "document").annotate(Count("code"))
    return {(kind, document): count for kind, document, count in counted}


def _page(unit: Unit, segments: list[Segment], number: int, size: int) -> Page[TraceEvent]:
    return page_of_segments(_live(unit), segments, ORDER, number, size, KEY)


def _live(unit: Unit) -> QuerySet[TraceEvent]:
    return TraceEvent.objects.of(unit).filter(voided_at__isnull=True)


def _of(kind: str, document: str) -> Q:
    return Q(kind=kind, document=document)
