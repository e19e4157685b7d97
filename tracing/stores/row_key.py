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


class InHistory:
    """What a table of rows with these key columns says of the keys in its history, as SQL."""

    table: str
    key: dict[str, str]

    @property
    def key_text(self) -> str:
        """The key of the stored row `t` as history keeps it."""
        return sql([f"t.{name}" for name in self.key])

    @property
    def key_text_once(self) -> str:
        """The same in the form of entries before this one, which several rows may share."""
        return sql_once([f"t.{name}" for name in self.key])

    @property
    def image_key(self) -> str:
        """The key of the row whose before-image the entry `h` of the history is."""
        return sql([f"(h.before ->> '{name}')" for name in self.key])

    @property
    def in_history(self) -> str:
        """True where the entry `h` of the history is of the stored row `t`, whoever had it.

        It is found by its text, and told by its image: an old text may be of several rows.
        """
        named = f"""h."table" = '{self.table}' AND h.key"""
        if len(self.key) == 1:
            return f"{named} = {self.key_text}"
        return f"""{named} = ANY(ARRAY[{self.key_text}, {self.key_text_once}])
                   AND {self.image_key} = {self.key_text}"""
