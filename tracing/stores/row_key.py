"""The key of a row as one text, by which what is kept about it is found: in Python and as SQL.

A key with one part is that part; the parts of any other stand in a JSON array, because every
character that could part them may stand in a cell. `tests/tracing/stores/test_row_key.py` holds
the two equal.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

# A row's key: the parts that its table's key has beside the unit.
Key = tuple[str, ...]


def written(key: Key) -> str:
    """The key as text."""
    return key[0] if len(key) == 1 else json.dumps(key, ensure_ascii=False)


def parts_of(text: str, count: int) -> Key | None:
    """The key with `count` parts that was written so; None for any other text."""
    if count == 1:
        return (text,)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if (
        not isinstance(found, list)
        or len(found) != count
        or not all(isinstance(part, str) for part in found)
    ):
        return None
    return tuple(found)


def written_once(key: Key) -> str:
    """The key as entries of before this form have it. Several keys may share such a text."""
    return " ".join(key)


def of_row(names: Iterable[str]) -> str:
    """SQL of `written` for a stored row `t` whose table has these columns as its key."""
    return _sql([f"t.{name}" for name in names])


def of_row_once(names: Iterable[str]) -> str:
    """SQL of `written_once` for it."""
    return " || ' ' || ".join(f"t.{name}" for name in names)


def of_image(names: Iterable[str]) -> str:
    """SQL of `written` for the row whose before-image the entry `h` of the history is."""
    return _sql([f"(h.before ->> '{name}')" for name in names])


def in_history(names: Collection[str]) -> str:
    """True where the entry `h` of the history of its table is of the stored row `t`, whoever had
    it. It is found by its text, and told by its image: an old text may be of several rows.
    """
    text = of_row(names)
    if len(names) == 1:
        return f"h.key = {text}"
    return f"h.key = ANY(ARRAY[{text}, {of_row_once(names)}]) AND {of_image(names)} = {text}"


def _sql(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"json_build_array({', '.join(parts)})::text"
