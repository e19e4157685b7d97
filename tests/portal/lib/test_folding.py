"""Text is measured before it is folded, and what passed is folded as Unicode says."""

from __future__ import annotations

import sys
from unicodedata import combining, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import folding
from portal.lib.folding import (
    MARKS_STAND_IN,
    MOST_GROWN,
    MOST_MARKS,
    Reason,
    Unfoldable,
    flaw_of,
    fold,
    folded_or_none,
)

# The two marks of the attack: each run of the second must be sorted before the first.
AFTER, BELOW = "\u0315", "\u0316"
LIGATURE = "\ufdfa"  # one character that becomes 18
MOST = 1_000
LETTERS = st.text(st.sampled_from(f"aZ中é{AFTER}{BELOW}\u0344\u0f73Ａ㍿각가\uff9e{LIGATURE} "))


def longest_run(text: str) -> int:
    """The longest run of characters that are marks, by Unicode's own table."""
    longest = run = 0
    for letter in text:
        run = run + 1 if combining(normalize("NFKD", letter)[0]) else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("abc", "abc"),
        ("Ａ１", "A1"),
        ("e\u0301", "é"),
        ("㍿", "株式会社"),
        ("a" + AFTER + BELOW, "a" + BELOW + AFTER),
        ("中" * MOST, "中" * MOST),
    ],
)
def test_what_fits_is_folded(text: str, folded: str) -> None:
    assert fold(text, MOST) == folded_or_none(text, MOST) == folded


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a" * (MOST + 1), Reason.LONG),
        ("中" * (MOST + 1), Reason.LONG),
        ("a" + AFTER * 150_000 + BELOW * 150_000, Reason.LONG),
        (AFTER * (MOST_MARKS + 1), Reason.MARKS),
        ("a" + (AFTER + BELOW) * 16, Reason.MARKS),
        # Marks that come out of characters which are none, and half-width kana marks.
        ("\u0f73" * 31, Reason.MARKS),
        ("\u0344" * 31, Reason.MARKS),
        ("\uff9e" * 31, Reason.MARKS),
        ("ế" + AFTER * 31, Reason.MARKS),
        (LIGATURE * 56, Reason.GROWS),
        ("㍿" * 251, Reason.GROWS),
    ],
)
def test_what_is_too_long_or_too_wild_is_not(text: str, reason: Reason) -> None:
    with pytest.raises(Unfoldable) as caught:
        fold(text, MOST)
    assert (caught.value.reason, caught.value.most) == (reason, MOST)
    assert caught.value.length == len(text)
    assert folded_or_none(text, MOST) is None


def test_the_flaw_says_where_it_is() -> None:
    flaw = flaw_of("中é" + AFTER * 40, MOST)
    assert flaw is not None
    assert flaw.place == 2
    assert flaw_of("ab" + AFTER * 40, MOST).place == 2  # type: ignore[union-attr]
    assert flaw_of(AFTER * 40, MOST).place == 1  # type: ignore[union-attr]
    grown = flaw_of("中㍿" + LIGATURE * 60, MOST)
    assert grown is not None
    assert grown.grown == LIGATURE


def test_thirty_marks_are_taken_and_a_letter_begins_anew() -> None:
    text = ("a" + AFTER * 30) * 30
    assert fold(text, MOST) == text
    assert flaw_of("a" + AFTER * 31, MOST) is not None


def test_without_a_limit_the_marks_alone_are_counted() -> None:
    assert flaw_of(LIGATURE * 100_000) is None
    assert flaw_of("é" * 100_000) is None
    assert flaw_of("中" * 100_000 + AFTER * 31).reason is Reason.MARKS  # type: ignore[union-attr]


@given(LETTERS)
def test_the_marks_are_counted_as_unicode_has_them(text: str) -> None:
    flaw = flaw_of(text)
    assert (flaw is not None) == (longest_run(text) > MOST_MARKS)


@given(st.text(), st.integers(0, 30))
def test_what_comes_out_is_never_longer_than_allowed(text: str, most: int) -> None:
    folded = folded_or_none(text, most)
    assert folded is None or (len(folded) <= most and folded == normalize("NFKC", text))


def test_no_mark_of_unicode_is_left_out() -> None:
    """Nor does one bring more than a few, so that runs stay short once they are taken apart."""
    for number in range(sys.maxunicode + 1):
        parts = normalize("NFKD", chr(number))
        if combining(parts[0]):
            assert number in MARKS_STAND_IN, hex(number)
        if len(parts) > 1:
            assert sum(map(bool, map(combining, parts))) <= 4, hex(number)


@pytest.mark.parametrize("times", [1_000, 10_000, 100_000])
@pytest.mark.parametrize("part", [AFTER, f"a{AFTER}", LIGATURE, "㍿", "\u0f73", "中"])
def test_nothing_is_folded_that_was_not_measured(
    part: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the text, `normalize` sees single characters, or at most what is allowed."""
    seen: list[int] = []

    def counted(form: str, text: str) -> str:
        seen.append(len(text))
        return normalize(form, text)  # type: ignore[arg-type]

    flaw_of(AFTER * 1_000)  # the table of marks is made once, by the first text that needs it
    monkeypatch.setattr(folding, "normalize", counted)
    text = part * (times // len(part)) + AFTER * 2
    assert folded_or_none(text, MOST) is None or len(text) <= MOST
    flaw_of(text)
    assert max(seen, default=0) <= MOST
    assert len(seen) <= 4 * len(set(text)) + 1


def test_nothing_grows_more_than_a_short_text_is_trusted_for() -> None:
    assert max(len(normalize("NFKC", chr(n))) for n in range(sys.maxunicode + 1)) == MOST_GROWN


@pytest.mark.parametrize("most", [1, 17, 18, 35, 36, 500, None])
def test_a_short_text_is_measured_as_a_long_one(most: int | None) -> None:
    for text in (LIGATURE, LIGATURE * 2, f"a{BELOW}" * 15, f"é{LIGATURE}"):
        grown = len(normalize("NFKC", text))
        fits = most is None or (len(text) <= most and grown <= most)
        assert (flaw_of(text, most) is None) is fits
