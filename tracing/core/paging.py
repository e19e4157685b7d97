"""A page of a list, as the pager shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet

R = TypeVar("R")

M = TypeVar("M", bound=Model)

SIZES = (10, 20, 50, 100)
# The largest page that a program may ask for.
MOST_ROWS = SIZES[-1]

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


def fitting(size: int) -> int:
    """How many rows a page has that is asked for with so many; pages ask for one of SIZES."""
    return min(max(size, 1), MOST_ROWS)


def page_of(
    rows: QuerySet[M],
    order: Sequence[str],
    number: int,
    size: int,
    key: str = "pk",
    read: Callable[[list[Any]], Iterable[M]] | None = None,
    *,
    few: bool = False,
) -> Page[M]:
    """One page of `rows` sorted by `order`; a number past either end is mended.

    `key` names the field that tells the rows apart. The keys of the page are looked up first,
    from the nearer end, which an index that holds `order` answers alone; only the page's own
    rows are read, by `read` where that knows a better way. Rows that are `few`, found by keys of
    something else, are sorted. A row that was voided in between is left out.
    """
    size = fitting(size)
    count = rows.count()
    empty: Page[M] = Page((), count, 1, size)
    if not count:
        return empty
    number = min(max(number, 1), empty.pages)
    start = (number - 1) * size
    stop = min(start + size, count)
    with nullcontext() if few else sorted_by_index():
        keys = _keys(rows.order_by(*order), key, start, stop, count)
    place = {found: index for index, found in enumerate(keys)}
    there = rows.filter(**{f"{key}__in": keys}) if read is None else read(keys)
    found = sorted(there, key=lambda row: place[getattr(row, key)])
    return Page(found, count, number, size)


@contextmanager
def sorted_by_index() -> Iterator[None]:
    """Take what is read within, and has an order, out of an index that has it, where there is one.

    A unit that nobody has counted is believed to have a few rows, so that it would seem cheaper to
    read and sort all of them than to take the first out of an index.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        yield
        cursor.execute("SET LOCAL enable_sort TO DEFAULT")


def _keys(ordered: QuerySet[Any], key: str, start: int, stop: int, total: int) -> list[Any]:
    keys = ordered.values_list(key, flat=True)
    if start <= total // 2:
        return list(keys[start:stop])
    return list(keys.reverse()[total - stop : total - start])[::-1]


def mapped(page: Page[M], show: Callable[[Sequence[M]], Sequence[R]]) -> Page[R]:
    """The same page with its rows made into something else."""
    return Page(show(page.rows), page.total, page.number, page.size, page.sizes)
