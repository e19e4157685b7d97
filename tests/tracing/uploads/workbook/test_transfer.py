"""Columns arrive in the parent as they were in the child, whatever stands in their cells."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tracing.records.terms import ErrorCell
from tracing.uploads.workbook.transfer import SEPARATOR, ErrorText, receive, send

cell = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.sampled_from([SEPARATOR, f"a{SEPARATOR}", "\n", "\0", "0", "nan"]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.none(),
    st.builds(ErrorText, st.sampled_from(["#N/A", "formula", f"x{SEPARATOR}"])),
)


def carried(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    held = io.BytesIO()
    send({"blank_rows": 3}, {name: list(cells) for name, cells in columns.items()}, held)
    held.seek(0)
    answer = receive(held, ErrorCell)
    assert answer["blank_rows"] == 3
    found: dict[str, list[Any]] = answer["columns"]
    return found


def arrived(value: Any) -> Any:
    if type(value) is ErrorText:
        return ErrorCell(str(value))
    return None if value == "" and type(value) is str else value


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), st.lists(cell)))
def test_every_cell_arrives_with_its_type(columns: dict[str, list[Any]]) -> None:
    found = carried(columns)
    expected = {name: [arrived(value) for value in cells] for name, cells in columns.items()}
    assert found == expected
    for name, cells in expected.items():
        assert [type(value) for value in found[name]] == [type(value) for value in cells]


def test_numbers_that_are_none_arrive_as_errors() -> None:
    found = carried({"a": [1.5, float("nan"), float("inf")]})
    assert found == {"a": [1.5, ErrorCell("#NUM!"), ErrorCell("#NUM!")]}


def test_every_type_a_cell_can_have_is_carried() -> None:
    cells = ["x", 1.0, 2, True, datetime(2026, 1, 2, 3, 4, 5), date(2026, 1, 2), time(3), None]  # noqa: DTZ001
    assert carried({"a": [*cells, timedelta(1, 2, 3)]}) == {"a": [*cells, timedelta(1, 2, 3)]}
