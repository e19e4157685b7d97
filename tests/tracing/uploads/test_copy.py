"""Values as COPY texts: what goes in comes out."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tracing.uploads.copy import copy_in, lines, text_of, texts_of

VALUES: list[tuple[str, list[Any]]] = [
    ("text", ["a", "制\\剂", "tab\there", "line\nbreak", "\r", "\\N", "", None]),
    ("text", ["8352616", "ABC"]),
    ("timestamptz", [datetime(2024, 12, 15, 16, 15, tzinfo=UTC), None]),
    ("numeric", [Decimal("33000.0001"), Decimal(0), None]),
    ("boolean", [True, False]),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "values"), VALUES)
def test_what_is_copied_in_is_read_back(kind: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied (place int, value {kind})")
        places = [str(place) for place in range(len(values))]
        copy_in("copied", {"place": places, "value": texts_of(values)})
        cursor.execute("SELECT value FROM copied ORDER BY place")
        assert [row[0] for row in cursor.fetchall()] == values
        cursor.execute("DROP TABLE copied")


@given(st.lists(st.one_of(st.none(), st.text())))
def test_a_column_is_its_values_one_by_one(values: list[str | None]) -> None:
    assert list(texts_of(values)) == [text_of(value) for value in values]


def test_a_type_without_copy_text_is_an_error() -> None:
    with pytest.raises(TypeError, match="list"):
        text_of([])


def test_columns_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(lines([["1", "2"], ["a"]]))
