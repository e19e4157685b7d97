"""Rules across columns and across the rows of one file.

A rule skips what is missing: an empty or faulty cell is None and has its own fault already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import time
from typing import Any, Generic, TypeVar

from tracing.records import gs1
from tracing.records.base import Rule
from tracing.records.code_kinds import GTIN_14, gtin_spellings
from tracing.records.dates import written
from tracing.records.terms import Context, Fault, Table
from tracing.records.trace_codes import kind_of_pack

_Word = TypeVar("_Word")


def expires_after_production(table: Table, _: Context) -> Iterator[Fault]:
    """An expiry date lies on a later day than the production date."""
    pairs = zip(table["manu_date"], table["expy_end"], strict=True)
    for row, (made, expires) in enumerate(pairs):
        if made is not None and expires is not None and expires.date() <= made.date():
            detail = (written(expires), written(made))
            yield Fault(row, "expy_end", "expiry_not_after_production", detail)


def received_after_shipping(table: Table, _: Context) -> Iterator[Fault]:
    """Goods are received after they were sent; a day without a time may be any time of it."""
    pairs = zip(table["shp_time"], table["shpp_time"], strict=True)
    for row, (sent, received) in enumerate(pairs):
        if sent is None or received is None or received >= sent:
            continue
        if received.date() < sent.date() or received.time() != time.min:
            detail = (written(received), written(sent))
            yield Fault(row, "shpp_time", "received_before_shipping", detail)


def names_the_product(code: str, product: str) -> Rule:
    """The GTIN in the element string of a smallest pack is the row's 商品码. Only bracketed strings
    are sure of theirs.
    """

    def rule(table: Table, _: Context) -> Iterator[Fault]:
        for row, (pack, own) in enumerate(zip(table[code], table[product], strict=True)):
            if pack is None or own is None or not pack.startswith("(01)"):
                continue
            if (printed := gs1.gtin_of(pack)) != own.zfill(GTIN_14):
                yield Fault(row, code, "code_product_differs", (printed, own))

    return rule


def levels_differ(labels: Mapping[str, str]) -> Rule:
    """A row's codes of the pack levels differ. `labels` are the level columns, smallest first."""
    names = list(labels)

    def rule(table: Table, _: Context) -> Iterator[Fault]:
        for upper, name in enumerate(names):
            for lower in names[:upper]:
                pairs = zip(table[lower], table[name], strict=True)
                for row, (inner, outer) in enumerate(pairs):
                    if outer is not None and inner == outer:
                        detail = (outer, labels[lower])
                        yield Fault(row, name, "trace_codes_equal", detail)

    return rule


def boxes_are_larger(labels: Mapping[str, str]) -> Rule:
    """A box is of another kind of pack than what lies in it, where their codes say the kind.

    Told once for each kind, with the number of rows. `labels` as above.
    """
    names = list(labels)

    def rule(table: Table, _: Context) -> Iterator[Fault]:
        for upper, name in enumerate(names):
            for lower in names[:upper]:
                for kind, rows in _of_one_kind(table[lower], table[name]).items():
                    outer, inner = table[name][rows[0]], table[lower][rows[0]]
                    detail = (outer, labels[lower], inner, kind, str(len(rows)))
                    yield Fault(rows[0], name, "box_not_larger", detail)

    return rule


def _of_one_kind(inner: Sequence[Any], outer: Sequence[Any]) -> dict[str, list[int]]:
    """The rows whose two codes are of one kind of pack, by that kind; not those of one code."""
    found: dict[str, list[int]] = {}
    for row, (content, box) in enumerate(zip(inner, outer, strict=True)):
        # The first seven characters tell most rows apart by themselves.
        if content is None or box is None or content[:7] != box[:7] or content == box:
            continue
        kind = kind_of_pack(box)
        if kind is not None and kind == kind_of_pack(content):
            found.setdefault(kind, []).append(row)
    return found


def not_the_product_code(names: Sequence[str]) -> Rule:
    """No trace code of a row is its 商品码, however that is written."""

    def rule(table: Table, _: Context) -> Iterator[Fault]:
        products = table["prod_code"]
        spellings = {product: gtin_spellings(product) for product in set(products) - {None}}
        every = set().union(*spellings.values())
        for name in names:
            if every.isdisjoint(table[name]):
                continue
            for row, (code, product) in enumerate(zip(table[name], products, strict=True)):
                if product is not None and code in spellings[product]:
                    yield Fault(row, name, "trace_code_equals_prod_code", (code,))

    return rule


def one_outer_box(inner: str, outer: str) -> Rule:
    """A box lies in one larger box within the file, or in none throughout.

    Nobody can tell which row of a contradiction is wrong, so all rows of such a box have the fault,
    each with a row that says otherwise.
    """

    def rule(table: Table, context: Context) -> Iterator[Fault]:
        refused = table.refused[outer]
        said: _Said[str | None] = _Said()
        pairs = list(zip(table[inner], table[outer], strict=True))
        for row, (box, larger) in enumerate(pairs):
            if box is not None and row not in refused:
                said.take(box, larger, row)
        for row, (box, larger) in enumerate(pairs if said.others else ()):
            if box in said.others and row not in refused:
                other, where = said.against(box, larger)
                detail = (larger or "", box, other or "", context.row_number(where))
                yield Fault(row, outer, "box_in_two_boxes", detail)

    return rule


def one_level(labels: Mapping[str, str]) -> Rule:
    """A code stands at one pack level throughout the file; otherwise all its rows have the fault,
    as with boxes. One that stands twice in a row is left to the fault that it has there.
    """
    names = list(labels)

    def rule(table: Table, context: Context) -> Iterator[Fault]:
        sets = {name: set(table[name]) - {None} for name in names}
        shared = {
            code for i, name in enumerate(names) for n in names[:i] for code in sets[name] & sets[n]
        }
        if not shared:
            return
        said: _Said[str] = _Said()
        used = list(_used_once(table, names, shared))
        for row, name, code in used:
            said.take(code, name, row)
        for row, name, code in used:
            if code in said.others:
                other, where = said.against(code, name)
                detail = (code, labels[other], context.row_number(where))
                yield Fault(row, name, "code_at_two_levels", detail)

    return rule


def _used_once(
    table: Table, names: Sequence[str], shared: Set[str]
) -> Iterator[tuple[int, str, str]]:
    """Row, column and code of those codes, where a code stands once in its row."""
    for row, codes in enumerate(zip(*(table[name] for name in names), strict=True)):
        for name, code in zip(names, codes, strict=True):
            if code in shared and codes.count(code) == 1:
                yield row, name, code


class _Said(Generic[_Word]):
    """What rows say of codes: of each the first word with its row, and of the codes in `others`
    the first word that differs from it."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[_Word, int]] = {}
        self.others: dict[str, tuple[_Word, int]] = {}

    def take(self, code: str, word: _Word, row: int) -> None:
        """Hear a row."""
        if self._first.setdefault(code, (word, row))[0] != word:
            self.others.setdefault(code, (word, row))

    def against(self, code: str, word: _Word) -> tuple[_Word, int]:
        """The first that says otherwise than this word, with its row."""
        first = self._first[code]
        return self.others[code] if first[0] == word else first
