"""Whole numbers that an address or a form asks for: the one place where they are read."""

from collections.abc import Mapping

# More than any list has pages, and no more than an integer column of PostgreSQL can hold.
MOST_DIGITS = 9


def whole(
    asked: Mapping[str, object], name: str, default: int, *, digits: int = MOST_DIGITS
) -> int:
    """Return the number that is asked for by this name; `default` for what is none or too long."""
    text = str(asked.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else default
