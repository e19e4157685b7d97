"""What a unit told of its goods by document or by day: the rows of its orders.

The orders say how many rows there are, so that no list is counted; only an order some of whose rows
lie outside the days is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import Page
from tracing.records.event_kinds import EventKind
from tracing.stores.models_events import TraceEvent
from tracing.stores.models_orders import Order
from tracing.traces.paging import page_of_segments
from tracing.traces.selections import Segment

ORDER = ("code",)
KEY = ("code", "kind", "document")
# A kind of event and a number, by which orders to several partners are one.
Paper = tuple[str, str]


class Whole(NamedTuple):
    """All rows of a document: how many there are, and when the first and the last happened."""

    codes: int
    first_at: datetime
    last_at: datetime


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
    papers = _papers(unit, kinds, start, end)
    inside = Q(happened_at__gte=start, happened_at__lt=end)
    parted = {one for one, all_ in papers.items() if all_.first_at < start or all_.last_at >= end}
    counted = _counted(unit, parted, inside)
    segments = []
    for paper, whole in papers.items():
        if paper not in parted:
            segments.append(Segment(whole.codes, _of(*paper)))
        elif count := counted.get(paper):
            segments.append(Segment(count, _of(*paper) & inside))
    return _page(unit, segments, number, size)


def _papers(
    unit: Unit, kinds: Collection[EventKind], start: datetime, end: datetime
) -> dict[Paper, Whole]:
    """The documents some of whose rows may lie in a time, the latest first."""
    own = Order.objects.of(unit).filter(kind__in=list(kinds))
    within = own.filter(last_at__gte=start, first_at__lt=end)
    latest = within.order_by("-last_at", "kind", "document").values_list("kind", "document")
    papers: dict[Paper, Whole | None] = dict.fromkeys(latest)
    # Their rows to other partners may lie outside. No join: its plan would hang on statistics.
    same = own.filter(document__in={document for _, document in papers})
    for kind, document, *order in same.values_list("kind", "document", *Whole._fields):
        if (kind, document) in papers:
            papers[kind, document] = _joined(papers[kind, document], Whole(*order))
    return {paper: whole for paper, whole in papers.items() if whole is not None}


def _joined(whole: Whole | None, order: Whole) -> Whole:
    if whole is None:
        return order
    return Whole(
        whole.codes + order.codes,
        min(whole.first_at, order.first_at),
        max(whole.last_at, order.last_at),
    )


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
