"""Where the rows of a correction belong, for whatever was done to its 原行号."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.uploads.corrected_rows import CorrectedRows

KNOWN = frozenset(range(2, 10))
FAILING = frozenset({3, 5, 7, 8, 9})


@dataclass(frozen=True)
class Row:
    """A row of a correction: the failing row it was made from, if any, and its 原行号."""

    origin: int | None
    number: int | str


def places(rows: list[Row]) -> CorrectedRows:
    owners = [() if row.origin is None else (row.origin,) for row in rows]
    return CorrectedRows([row.number for row in rows], KNOWN, owners)


NUMBERS: st.SearchStrategy[int | str] = st.sampled_from([*sorted(KNOWN), "", "x", 9999])


@st.composite
def corrections(draw: st.DrawFn) -> list[Row]:
    """Any of the failing rows in any order, some twice, with any numbers; and rows more, whose
    number is none or that of a row that is there.
    """
    origins = draw(st.lists(st.sampled_from(sorted(FAILING)), max_size=8))
    rows = [Row(origin, origin if draw(st.booleans()) else draw(NUMBERS)) for origin in origins]
    for _ in range(draw(st.integers(0, 3))):
        choices: list[int | str] = ["", 9999, *origins]
        number = draw(st.sampled_from(choices))
        rows.insert(draw(st.integers(0, len(rows))), Row(None, number))
    return rows


@given(corrections())
def test_no_failing_row_gives_way_to_another(rows: list[Row]) -> None:
    found = places(rows)
    passing = {row.origin for n, row in enumerate(rows) if n not in found.strays}
    for failing in FAILING - passing:
        # It is as it was, or what was typed in it stands there to be looked at.
        holder = found.holders.get(failing)
        assert holder is None or (rows[holder].origin == failing and holder in found.strays)


@given(corrections())
def test_every_row_has_a_place_of_its_own_or_is_a_stray(rows: list[Row]) -> None:
    found = places(rows)
    assert set(found.holders) <= KNOWN
    placed = list(found.holders.values())
    assert len(placed) == len(set(placed))
    assert set(range(len(rows))) == {*placed, *found.strays}
    assert {fault.row for fault in found.faults(list(range(len(rows))))} == found.strays
    for number, index in found.holders.items():
        assert number == (rows[index].origin if index in found.strays else rows[index].number)


@given(corrections())
def test_a_row_with_its_own_number_is_no_stray(rows: list[Row]) -> None:
    found = places(rows)
    for number in FAILING:
        own = [n for n, row in enumerate(rows) if row == Row(number, number)]
        assert not own or found.holders[number] == own[0]
        assert not found.strays.intersection(own[:1])


@pytest.mark.parametrize(
    ("rows", "numbers", "codes"),
    [
        # Filled down: 3, 4, 5 ... over 3, 5, 7, 8, 9.
        (
            [Row(3, 3), Row(5, 4), Row(7, 5), Row(8, 6), Row(9, 7)],
            [3, 5, 7, 8, 9],
            dict.fromkeys(range(1, 5), "of_another"),
        ),
        # Two that changed places: it may be their keys that were mended, and has to be looked at.
        ([Row(3, 5), Row(5, 3)], [3, 5], dict.fromkeys(range(2), "of_another")),
        # A key that is none of the failing rows' was mended.
        ([Row(None, 3), Row(5, 5)], [3, 5], {}),
        # A row more takes the number of a row whose own is gone.
        ([Row(None, 3), Row(3, "")], [None, 3], {0: "of_another", 1: "unknown"}),
        # Of two with one number it is the one whose key the failing row has.
        ([Row(3, 5), Row(5, 5)], [3, 5], {0: "repeated"}),
        # A copy does not take what was left for another part.
        ([Row(3, 3), Row(3, 5)], [3, None], {1: "of_another"}),
    ],
)
def test_places(rows: list[Row], numbers: list[int | None], codes: dict[int, str]) -> None:
    found = places(rows)
    stand = {index: number for number, index in found.holders.items()}
    assert [stand.get(index) for index in range(len(rows))] == numbers
    faults = {fault.row: fault.code for fault in found.faults(list(range(len(rows))))}
    assert faults == {row: f"original_row_{code}" for row, code in codes.items()}


def test_a_key_of_several_failing_rows_says_only_whose_it_is_not() -> None:
    found = CorrectedRows([5, "", 7], KNOWN, [(3, 9), (3, 9), ()])
    assert (found.holders, found.strays) == ({7: 2}, {0, 1})
