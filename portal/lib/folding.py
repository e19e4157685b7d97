"""Folding: the one place where text from outside is brought to NFKC, measured before it is folded.

    fold("Ａ１", 64)            "A1"
    fold("ﷺ" * 9, 64)          raises Unfoldable: 9 characters would become 162
    folded_or_none("ﷺ" * 9, 64)   None

`unicodedata.normalize` lets no other thread run, and sorts each run of combining marks in time that
grows with the square of the run. So the length comes first, then what each character turns into,
and only what passed both is folded: the work grows as the text does, and so does what comes out.
Looking at a text once is quick, since nearly all texts are ASCII or hold nothing that grows.
"""

import re
from collections import Counter
from enum import StrEnum
from functools import cache, lru_cache
from unicodedata import combining, normalize

# As in the Stream-Safe Text Format of UAX #15: far more than any language puts on one letter.
MOST_MARKS = 30
# U+FDFA becomes so many; nothing in Unicode becomes more.
MOST_GROWN = 18
# All marks of Unicode stand between these two.
MARKS_STAND_IN = range(0x300, 0x1F000)


class Reason(StrEnum):
    """Why a text is not folded."""

    LONG = "long"
    MARKS = "marks"
    GROWS = "grows"


class Unfoldable(ValueError):
    """A text that is too long or too wild to be folded.

    `length`: its characters. `most`: how many there may be, before and after folding; 0 where only
    the marks were counted. `place`: of the letter that bears too many marks, counted from 1; else
    0. `grown`: the character that becomes the most others; else empty.
    """

    def __init__(
        self, reason: Reason, text: str, most: int, *, place: int = 0, grown: str = ""
    ) -> None:
        super().__init__(f"a text of {len(text)} characters is not folded: {reason}")
        self.reason, self.length, self.most = reason, len(text), most
        self.place, self.grown = place, grown


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


def flaw_of(text: str, most: int | None = None) -> Unfoldable | None:
    """Return why a text is not folded, or None. Without `most` only its marks are counted."""
    if most is not None and len(text) > most:
        return Unfoldable(Reason.LONG, text, most)
    if text.isascii() or _is_harmless(text, most):
        return None
    letters = set(text)
    if any(map(is_mark, letters)):
        for run in _marks().finditer(text):
            if run.end() - run.start() > MOST_MARKS:
                return Unfoldable(Reason.MARKS, text, most or 0, place=max(run.start(), 1))
    if most is None or all(_length(letter) <= 1 for letter in letters):
        return None
    return _growth(text, most)


def _is_harmless(text: str, most: int | None) -> bool:
    """Whether a text is too short for anything in it to do harm, as most cells are."""
    return len(text) <= MOST_MARKS and (most is None or len(text) * MOST_GROWN <= most)


def _growth(text: str, most: int) -> Unfoldable | None:
    """Return the flaw of a text whose characters become more than `most`."""
    if sum(times * _length(letter) for letter, times in Counter(text).items()) <= most:
        return None
    return Unfoldable(Reason.GROWS, text, most, grown=max(set(text), key=_length))


@lru_cache(maxsize=1 << 14)
def _length(letter: str) -> int:
    return len(normalize("NFKC", letter))


@lru_cache(maxsize=1 << 14)
def is_mark(letter: str) -> bool:
    """Whether folding sorts a character among the marks around it. Some that Unicode calls no
    marks become some: the half-width sound marks of kana, and vowels of Tibetan."""
    return combining(normalize("NFKD", letter)[0]) != 0


@cache
def _marks() -> re.Pattern[str]:
    """What finds runs of marks; made when the first text needs it, which takes a moment."""
    ranges: list[list[str]] = []
    for number in MARKS_STAND_IN:
        letter = chr(number)
        if not is_mark.__wrapped__(letter):
            continue
        if ranges and ord(ranges[-1][1]) == number - 1:
            ranges[-1][1] = letter
        else:
            ranges.append([letter, letter])
    return re.compile(f"[{''.join('-'.join(both) for both in ranges)}]+")
