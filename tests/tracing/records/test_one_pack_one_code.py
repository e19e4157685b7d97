"""Every spelling of a pack is one code, and two packs are never the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.lib.identifiers import gtin_check_digit
from tracing.records import trace_codes
from tracing.records.code_kinds import Trace
from tracing.records.terms import Bad

TRACE = Trace()
VALUE = st.text("!\"%&'*+,-./0123456789:;=?ABCXYZ_abcxyz", min_size=1, max_size=20)
DAY = st.builds(
    "{:02}{:02}{:02}".format, st.integers(0, 99), st.integers(1, 12), st.integers(0, 28)
)
GTIN = st.from_regex(r"\A[0-9]{13}\Z").map(lambda payload: payload + gtin_check_digit(payload))
SEPARATORS = [
    "\x1d",
    "<GS>",
    "<gs>",
    "{GS}",
    "[GS]",
    "^]",
    "<FNC1>",
    "{FNC1}",
    "_x001D_",
    "\\x1d",
    "␝",
]
SYMBOLOGIES = ["", "]d2", "]C1", "]Q3", "]e0", "]J1"]


@dataclass(frozen=True)
class Pack:
    """What an element string says; an empty part is not there."""

    gtin: str
    made: str
    expires: str
    batch: str
    serial: str

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The identifiers and values in the canonical order."""
        named = [
            ("01", self.gtin),
            ("11", self.made),
            ("17", self.expires),
            ("10", self.batch),
            ("21", self.serial),
        ]
        return [(name, value) for name, value in named if value]


MAYBE = st.just("")
PACKS = st.builds(Pack, GTIN, DAY | MAYBE, DAY | MAYBE, VALUE | MAYBE, VALUE | MAYBE)


@st.composite
def spelled(draw: st.DrawFn, pack: Pack) -> str:
    """One of the ways in which a pack may be written or scanned."""
    parts = draw(st.permutations(pack.parts))
    bracketed = draw(st.booleans())
    separator = draw(st.sampled_from(SEPARATORS))
    if bracketed:
        between = draw(st.sampled_from(["", " ", separator]))
        end = draw(st.sampled_from(["", separator]))
        return between.join(f"({name}){value}" for name, value in parts) + end
    if parts[0][0] != "01":
        parts = sorted(parts, key=lambda part: part[0] != "01")
    text = draw(st.sampled_from(SYMBOLOGIES))
    for name, value in parts:
        text += name + value + (separator if name in ("10", "21") else "")
    return text


def hides_nothing(pack: Pack) -> bool:
    """Whether the last part of a string without separators can be read in one way only."""
    last = pack.parts[-1]
    if last[0] == "10":
        return re.search(r".21.", last[1]) is None
    return last[0] != "21" or re.search(r".(11|13|15|17)[0-9]{6}", last[1]) is None


def code_of(text: str) -> str:
    code = TRACE.parse(text)
    assert not isinstance(code, Bad), (text, code)
    assert code is not None
    return code


@given(st.data(), PACKS)
def test_every_spelling_of_a_pack_is_one_code(data: st.DataObject, pack: Pack) -> None:
    canonical = "".join(f"({name}){value}" for name, value in pack.parts)
    assert code_of(data.draw(spelled(pack))) == canonical
    assert trace_codes.canonical(canonical) == canonical


@given(PACKS)
def test_a_string_without_separators_is_the_bracketed_one_where_it_can_be_split(pack: Pack) -> None:
    assume(not (pack.batch and pack.serial) and hides_nothing(pack))
    raw = "".join(name + value for name, value in pack.parts)
    assert code_of(raw) == "".join(f"({name}){value}" for name, value in pack.parts)


@given(st.data(), PACKS, PACKS)
def test_two_packs_are_never_one_code(data: st.DataObject, one: Pack, other: Pack) -> None:
    assume(one != other)
    assert code_of(data.draw(spelled(one))) != code_of(data.draw(spelled(other)))


@given(PACKS, st.sampled_from(["gtin", "made", "expires", "batch", "serial"]), PACKS)
def test_packs_that_differ_in_one_part_stay_apart(pack: Pack, part: str, other: Pack) -> None:
    changed = Pack(**{**vars(pack), part: getattr(other, part)})
    assume(changed != pack)
    texts = ["".join(name + value for name, value in each.parts) for each in (pack, changed)]
    codes = [TRACE.parse(text) for text in texts]
    assert codes[0] != codes[1]


@given(st.from_regex(r"\AMA\.156\.M0\.[0-9]{6}\.[0-9A-Za-z]{8}(\.[SLMEC][0-9A-Za-z]{1,6}){0,3}\Z"))
def test_an_ma_code_in_small_letters_at_its_head_is_the_same(code: str) -> None:
    assert code_of("ma.156.m0" + code[9:]) == code_of("Ma.156.m0" + code[9:]) == code


@given(st.from_regex(r"\A8[0-9]{19}\Z"))
def test_scanned_digits_are_the_printed_ones(code: str) -> None:
    for text in (f"]C0{code}", f"]d1{code}", f"https://a.cn/{code}", f"{code[:7]} {code[7:]}"):
        assert code_of(text) == code
