"""The key of a row as one text, by which what is kept about it is found: in Python and as SQL.

A key with one part is that part; the parts of any other stand in a JSON array, because every
character that could part them may stand in a cell. `tests/tracing/stores/test_row_key.py` holds
the two equal.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

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


def sql(parts: Sequence[str]) -> str:
    """SQL of `written`; the parts are SQL of texts."""
    return parts[0] if len(parts) == 1 else f"json_build_array({', '.join(parts)})::text"


def sql_once(parts: Sequence[str]) -> str:
    """SQL of `written_once`."""
    return " || ' ' || ".join(parts)
