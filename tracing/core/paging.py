"""A page of a list, as the pager shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet, Value

from tracing.stores.models_codes import TraceCode, UnitCode
from tracing.traces.selections import Segment, total

R = TypeVar("R")
M = TypeVar("M", bound=Model)
C = TypeVar("C", TraceCode, UnitCode)

SIZES = (10, 20, 50, 100)
# Page numbers beside the current one, and at either end.
AROUND = 2


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page: its rows, and the exact total of the list. Numbers count from 1."""

    rows: Sequence[R]
    total: int
    number: int
    size: int
    sizes: Sequence[int] = SIZES

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first row in the list; 1 also for an empty one, shown as 显示1-0条."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The place of the last row in the list."""
        return min(self.number * self.size, self.total)

    @property
    def previous(self) -> int:
        """The number of the page before."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The number of the page after."""
        return self.number + 1

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to offer; None stands for a gap of more than one."""
        near = range(self.number - AROUND, self.number + AROUND + 1)
        offered = sorted({1, self.pages, *(n for n in near if 1 <= n <= self.pages)})
        numbers: list[int | None] = []
        for before, number in zip([0, *offered], offered, strict=False):
            if number - before > 1:
                numbers.append(number - 1 if number - before == 2 else None)
            numbers.append(number)
        return numbers


def page_of(
    rows: QuerySet[M], order: Sequence[str], number: int, size: int, key: str = "pk"
) -> Page[M]:
    """One page of `rows` sorted by `order`; a number past either end is mended.

    `key` names the field that tells the rows apart. The keys of the page are looked up first,
    from the nearer end, which an index that holds `order` answers alone; only the page's own
    rows are read. A row that was voided in between is left out.
    """
    size = size if size in SIZES else SIZES[0]
    count = rows.count()
    empty: Page[M] = Page((), count, 1, size)
    if not count:
        return empty
    number = min(max(number, 1), empty.pages)
    start = (number - 1) * size
    stop = min(start + size, count)
    keys = _keys(rows.order_by(*order), key, start, stop, count)
    place = {found: index for index, found in enumerate(keys)}
    found = sorted(rows.filter(**{f"{key}__in": keys}), key=lambda row: place[getattr(row, key)])
    return Page(found, count, number, size)


def _keys(ordered: QuerySet[Any], key: str, start: int, stop: int, total: int) -> list[Any]:
    keys = ordered.values_list(key, flat=True)
    if start <= total // 2:
        return list(keys[start:stop])
    return list(keys.reverse()[total - stop : total - start])[::-1]


def page_of_segments(
    rows: QuerySet[C], segments: Sequence[Segment], order: Sequence[str], number: int, size: int
) -> Page[C]:
    """One page of codes whose segments are counted; a number past either end is mended.

    Only the segments that the page touches are walked, each in its index and from its nearer
    end, all by one query; then the page's own rows are read.
    """
    size = size if size in SIZES else SIZES[0]
    empty: Page[C] = Page((), total(segments), 1, size)
    if not empty.total:
        return empty
    number = min(max(number, 1), empty.pages)
    start = (number - 1) * size
    stop = min(start + size, empty.total)
    walks = [
        _walk(rows, segment, order, first=first, last=last, place=place)
        for place, (segment, first, last) in enumerate(_touched(segments, start, stop))
    ]
    codes = [code for *_, code in sorted(walks[0].union(*walks[1:], all=True))]
    found = {row.code: row for row in rows.filter(code__in=codes)}
    return Page([found[code] for code in codes if code in found], empty.total, number, size)


def _touched(
    segments: Sequence[Segment], start: int, stop: int
) -> Iterator[tuple[Segment, int, int]]:
    """The segments that hold the places from `start` to `stop`, with the places inside each."""
    for segment in segments:
        if start < segment.count and stop > 0:
            yield segment, max(start, 0), min(stop, segment.count)
        start, stop = start - segment.count, stop - segment.count


def _walk(
    rows: QuerySet[C], segment: Segment, order: Sequence[str], *, first: int, last: int, place: int
) -> QuerySet[C, tuple[Any, ...]]:
    """The rows of a segment from one place to another, as `place` and what sorts them."""
    chosen = rows.filter(segment.chosen).annotate(place=Value(place)).order_by(*order)
    sorting = chosen.values_list("place", *order)
    if first <= segment.count // 2:
        return sorting[first:last]
    return sorting.reverse()[segment.count - last : segment.count - first]


def mapped(page: Page[M], show: Callable[[Sequence[M]], Sequence[R]]) -> Page[R]:
    """The same page with its rows made into something else."""
    return Page(show(page.rows), page.total, page.number, page.size, page.sizes)
