"""Keys of rows as texts: no two rows share one, and PostgreSQL writes what Python writes."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracing.records.bindings import BINDINGS
from tracing.stores import row_key
from tracing.stores.registry import store_of
from tracing.stores.row_key import Key
from tracing.stores.target import Target

# What could be taken for the end of a part, beside letters: NUL alone may not stand in a text.
PARTS = st.text(st.sampled_from([*' "\\,[]{}:/|', *"\t\n\x1f\x7f\u2028é药", *"abu0"]), max_size=6)
MOST_PARTS = 3


def keys(count: int) -> st.SearchStrategy[list[Key]]:
    """Keys with so many parts, and what the parts would be if blanks parted them elsewhere."""
    return st.lists(st.tuples(*[PARTS] * count), min_size=1, max_size=8).map(
        lambda found: list(dict.fromkeys([*found, *chain(*map(near, found))]))
    )


def near(key: Key) -> list[Key]:
    """Other keys that say the same when their parts are joined by a blank."""
    words = " ".join(key).split(" ")
    if len(key) == 1:
        return []
    return [
        (*words[: len(key) - 2], " ".join(words[len(key) - 2 : cut]), " ".join(words[cut:]))
        for cut in range(len(key) - 1, len(words))
    ]


@given(st.integers(1, MOST_PARTS).flatmap(keys))
def test_a_text_is_of_one_key(found: list[Key]) -> None:
    texts = [row_key.written(key) for key in found]
    assert len(set(texts)) == len(found)
    assert [row_key.parts_of(text, len(found[0])) for text in texts] == found


@pytest.mark.parametrize("text", ["", "a b", "[", '["a"]', '["a", 1]', '{"a": "b"}', "[" * 5000])
def test_what_is_no_key_is_none(text: str) -> None:
    assert row_key.parts_of(text, 2) is None


def targets() -> list[Target]:
    """Where the records' rows are, each table once."""
    return list({store.table: store for store in (store_of(c).TARGET for c in BINDINGS)}.values())


@pytest.mark.django_db
@pytest.mark.parametrize("target", targets(), ids=lambda target: target.table)
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_writes_the_same(target: Target, data: st.DataObject) -> None:
    found = data.draw(keys(len(target.key)))
    assert sql_of(target, "t", target.key_text, found) == list(map(row_key.written, found))
    once = sql_of(target, "t", row_key.of_row_once(target.key), found)
    assert once == list(map(row_key.written_once, found))
    assert sql_of(target, "h", row_key.of_image(target.key), found) == list(
        map(row_key.written, found)
    )


def sql_of(target: Target, alias: str, text: str, found: list[Key]) -> list[Any]:
    """What the SQL says of rows with these keys, as rows `t` or as images of history `h`."""
    said = json.dumps([dict(zip(target.key, key, strict=True)) for key in found])
    columns = ["row AS before", *(f"row ->> '{name}' AS {name}" for name in target.key)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {text} FROM (
                    SELECT {", ".join(columns)} FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY
                           r (row, place) ORDER BY place) {alias}""",
            [said],
        )
        return [value for (value,) in cursor]
