"""A page of codes whose lists are counted, walked by segments from the nearer end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet, Value

from tracing.core.paging import Page, fitting
from tracing.stores.models_codes import TraceCode, UnitCode
from tracing.stores.models_events import TraceEvent
from tracing.traces.selections import Segment, total

C = TypeVar("C", TraceCode, UnitCode, TraceEvent)
CODE = ("code",)


def page_of_segments(
    rows: QuerySet[C],
    segments: Sequence[Segment],
    order: Sequence[str],
    number: int,
    size: int,
    key: Sequence[str] = CODE,
) -> Page[C]:
    """One page of codes whose segments are counted; a number past either end is mended. `key` are
    the fields that tell rows apart, the code first.

    Only the segments that the page touches are walked, each in its index and from its nearer
    end, all by one query; then the page's own rows are read.
    """
    size = fitting(size)
    empty: Page[C] = Page((), total(segments), 1, size)
    if not empty.total:
        return empty
    number = min(max(number, 1), empty.pages)
    start = (number - 1) * size
    stop = min(start + size, empty.total)
    fields = list(dict.fromkeys((*order, *key)))
    walks = [
        _walk(rows, segment, order, fields, first=first, last=last, place=place)
        for place, (segment, first, last) in enumerate(_touched(segments, start, stop))
    ]
    walked = [dict(zip(fields, one, strict=True)) for _, *one in sorted(_joined(walks))]
    keys = [tuple(one[name] for name in key) for one in walked]
    there = rows.filter(code__in=list(dict.fromkeys(code for code, *_ in keys)))
    found = {tuple(getattr(row, name) for name in key): row for row in there}
    return Page([found[one] for one in keys if one in found], empty.total, number, size)


def _joined(walks: Sequence[QuerySet[C, tuple[Any, ...]]]) -> QuerySet[C, tuple[Any, ...]]:
    return walks[0].union(*walks[1:], all=True)


def _touched(
    segments: Sequence[Segment], start: int, stop: int
) -> Iterator[tuple[Segment, int, int]]:
    """The segments that hold the places from `start` to `stop`, with the places inside each."""
    for segment in segments:
        if start < segment.count and stop > 0:
            yield segment, max(start, 0), min(stop, segment.count)
        start, stop = start - segment.count, stop - segment.count


def _walk(
    rows: QuerySet[C],
    segment: Segment,
    order: Sequence[str],
    fields: Sequence[str],
    *,
    first: int,
    last: int,
    place: int,
) -> QuerySet[C, tuple[Any, ...]]:
    """The rows of a segment from one place to another, as `place`, what sorts them and the key."""
    chosen = rows.filter(segment.chosen).annotate(place=Value(place)).order_by(*order)
    sorting = chosen.values_list("place", *fields)
    if first <= segment.count // 2:
        return sorting[first:last]
    return sorting.reverse()[segment.count - last : segment.count - first]
