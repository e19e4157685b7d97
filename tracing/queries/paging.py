"""A page of a list: its rows, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from portal.lib.pager import Pager

R = TypeVar("R")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[R]):
    """The rows of one page; `pager` holds the exact total and the page's number."""

    rows: Sequence[R]
    pager: Pager


def page_of(rows: QuerySet[M], order: Sequence[str], asked: Pager, key: str = "pk") -> Page[M]:
    """One page of `rows` sorted by `order`; a number past the end means the last page.

    `key` names the field that tells the rows apart. The keys of the page are looked up first,
    which an index that holds `order` answers alone, and only the page's own rows are read.
    """
    pager = asked.within(rows.count())
    if not pager.total:
        return Page((), pager)
    keys = _keys(rows.order_by(*order).values_list(key, flat=True), pager)
    place = {found: index for index, found in enumerate(keys)}
    # A row that changed hands or was voided since its key was read is left out.
    found = rows.filter(**{f"{key}__in": keys})
    return Page(sorted(found, key=lambda row: place[getattr(row, key)]), pager)


def _keys(ordered: QuerySet[Any, Any], pager: Pager) -> list[Any]:
    """The page's keys, walked to from the nearer end of the list."""
    start, stop = pager.first - 1, pager.last
    if start <= pager.total // 2:
        return list(ordered[start:stop])
    return list(ordered.reverse()[pager.total - stop : pager.total - start])[::-1]


def mapped(page: Page[M], show: Callable[[Sequence[M]], Sequence[R]]) -> Page[R]:
    """The same page with its rows made into something else."""
    return Page(show(page.rows), page.pager)
