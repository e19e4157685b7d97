"""Folding: the one place where text from outside is brought to NFKC, measured before it is folded.

    fold("Ａ１", 64)            "A1"
    fold("ﷺ" * 9, 64)          raises Unfoldable: 9 characters would become 162
    folded_or_none("ﷺ" * 9, 64)   None

`unicodedata.normalize` lets no other thread run, and sorts each run of combining marks in time that
grows with the square of the run. So the length comes first, then what each character turns into,
and only what passed both is folded: the work grows as the text does, and so does what comes out.
Looking at a text once is quick, since nearly all texts are ASCII or hold nothing that grows.
"""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, normalize

# As in the Stream-Safe Text Format of UAX #15: far more than any language puts on one letter.
MOST_MARKS = 30
NO_LIMIT = 1 << 40


class Reason(StrEnum):
    """Why a text is not folded."""

    LONG = "long"
    MARKS = "marks"
    GROWS = "grows"


class Unfoldable(ValueError):
    """A text that is too long or too wild to be folded.

    `length`: its characters. `most`: how many there may be, before and after folding. `place`: of
    the letter that bears too many marks, counted from 1; else 0. `grown`: the character that
    becomes the most others; else empty.
    """

    def __init__(
        self, reason: Reason, text: str, most: int, *, place: int = 0, grown: str = ""
    ) -> None:
        super().__init__(f"a text of {len(text)} characters is not folded: {reason}")
        self.reason, self.length, self.most = reason, len(text), most
        self.place, self.grown = place, grown


class _Folding(NamedTuple):
    """What becomes of one character: how many, how many marks end it, whether it is marks alone."""

    length: int
    marks: int
    only_marks: bool


def fold(text: str, most: int) -> str:
    """Return the NFKC of a text that has at most `most` characters, before and after.

    Raises Unfoldable.
    """
    flaw = flaw_of(text, most)
    if flaw is not None:
        raise flaw
    return normalize("NFKC", text)


def folded_or_none(text: str, most: int) -> str | None:
    """Return the NFKC of a text, None for one that is not folded."""
    return None if flaw_of(text, most) is not None else normalize("NFKC", text)


def flaw_of(text: str, most: int = NO_LIMIT) -> Unfoldable | None:
    """Return why a text is not folded, or None. Without `most` only its marks are counted."""
    if len(text) > most:
        return Unfoldable(Reason.LONG, text, most)
    if text.isascii() or not any(map(_is_wild, set(text))):
        return None
    return _walk(text, most)


def _walk(text: str, most: int) -> Unfoldable | None:
    """Follow the marks and the length through the text, no further than to the first flaw."""
    size = run = first = 0
    for place, letter in enumerate(text, start=1):
        becomes = _folding(letter)
        size += becomes.length
        if becomes.only_marks:
            first, run = first or place, run + becomes.marks
        else:
            first, run = place, becomes.marks
        if run > MOST_MARKS:
            return Unfoldable(Reason.MARKS, text, most, place=first)
        if size > most:
            grown = max(set(text), key=lambda each: _folding(each).length)
            return Unfoldable(Reason.GROWS, text, most, grown=grown)
    return None


def _is_wild(letter: str) -> bool:
    """Whether a character can make a text grow, or a run of marks go on."""
    becomes = _folding(letter)
    return becomes.only_marks or becomes.length > 1


@lru_cache(maxsize=1 << 14)
def _folding(letter: str) -> _Folding:
    parts = normalize("NFKD", letter)
    marks = 0
    for part in reversed(parts):
        if not combining(part):
            break
        marks += 1
    return _Folding(len(normalize("NFKC", letter)), marks, marks == len(parts))
