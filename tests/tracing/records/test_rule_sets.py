"""The 识别规则 as data: what switching, ordering and adding changes, and what no rule set can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracing.records.build import ANY_CELL, CODES, context, good_row
from tracing.records.base import Column
from tracing.records.checking import check_rows
from tracing.records.code_kinds import Trace
from tracing.records.code_parts import WAYS, recognised
from tracing.records.reading import judge
from tracing.records.rule_checks import CHECKS
from tracing.records.rule_sets import BUILT_IN, RuleLine, RuleSet, rule_set
from tracing.records.safe_patterns import LARGEST_PROGRAM, SafePattern, UnsafePattern
from tracing.records.terms import Cell
from tracing.records.trace_codes import RULES, System

COLUMN = Column("lv1_trac_code", "小包装追溯码", Trace())
LINES = [RuleLine(rule.name) for rule in RULES]
PLATFORM = RuleLine(
    "made-1", title="某某平台", pattern=r"ABC/(?P<serial>[0-9]{5,20})", system="某某平台"
)


def off(*names: str) -> list[RuleLine]:
    """The built-in lines, some of them switched off."""
    return [line._replace(enabled=line.name not in names) for line in LINES]


def judged(cell: Cell, rules: RuleSet) -> tuple[Any, list[str], str]:
    """The value of a cell under a rule set, what was found, and the system."""
    value, found = judge(COLUMN, cell, replace(context(), rules=rules))
    system = rules.system_of(value) if isinstance(value, str) else ""
    return value, [bad.code for bad in found], system


CODES_OF_SYSTEMS = {
    "83526160252612345678": System.MSFX,
    "00106901234567890128": System.SSCC,
    "12345678901234567890": System.TWENTY_DIGITS,
    "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234": System.GS1,
    "010690123456789210A213B1211234": System.GS1,
    "MA.156.M0.100472.11103316": System.MA,
    "ABC-12345": System.OWN,
}


def test_the_built_in_lines_are_the_built_in_rules() -> None:
    same = rule_set(LINES)
    for code, system in CODES_OF_SYSTEMS.items():
        assert judged(code, same) == judged(code, BUILT_IN)
        assert judged(code, same)[2] == system


def test_a_rule_of_staff_takes_what_none_built_in_does() -> None:
    assert judged("ABC/12345678", BUILT_IN)[:2] == (None, ["trace_code_form"])
    added = rule_set([*LINES, PLATFORM])
    assert judged("ABC/12345678", added) == ("ABC/12345678", [], "某某平台")
    # Both halves would read as codes of their own.
    halves = rule_set([*LINES, PLATFORM._replace(pattern="[A-Z]{8}[0-9]/[0-9]{8}")])
    assert judged("ABCDEFGH1/12345678", BUILT_IN)[1] == ["trace_code_several"]
    assert judged("ABCDEFGH1/12345678", halves) == ("ABCDEFGH1/12345678", [], "某某平台")
    # One letter among digits is a slip, unless a rule says that it is none.
    letter = rule_set([PLATFORM._replace(pattern="[0-9]{6}O[0-9]{13}"), *LINES])
    assert judged("123456O1234567890123", BUILT_IN)[1] == ["trace_code_not_all_digits"]
    assert judged("123456O1234567890123", letter) == ("123456O1234567890123", [], "某某平台")


def test_the_first_rule_that_claims_a_code_names_its_system() -> None:
    digits = PLATFORM._replace(pattern="8000099[0-9]{13}")
    code = "80000991234567890123"
    assert judged(code, rule_set([digits, *LINES]))[2] == "某某平台"
    assert judged(code, rule_set([*LINES, digits]))[2] == System.MSFX
    assert judged(code, rule_set([digits._replace(enabled=False), *LINES]))[2] == System.MSFX


@pytest.mark.parametrize(
    ("code", "switched_off", "system", "found"),
    [
        ("83526160252612345678", ["msfx"], System.TWENTY_DIGITS, []),
        ("83526160252612345678", ["msfx", "digits20"], System.OWN, ["trace_code_own"]),
        (
            "83526160252612345678",
            ["msfx", "digits20", "own"],
            System.UNKNOWN,
            ["trace_code_unrecognised"],
        ),
        ("00106901234567890128", ["sscc"], System.TWENTY_DIGITS, []),
        ("(01)06901234567892(21)1", ["gs1"], System.UNKNOWN, ["trace_code_unrecognised"]),
        ("MA.156.M0.100472.11103316", ["ma"], System.OWN, ["trace_code_own"]),
        ("MA.156.M0.100472.11103316", ["ma", "own"], System.UNKNOWN, ["trace_code_unrecognised"]),
        ("ABC-12345", ["own"], System.UNKNOWN, ["trace_code_unrecognised"]),
    ],
)
def test_what_no_rule_claims_is_kept_and_labelled_so(
    code: str, switched_off: list[str], system: System, found: list[str]
) -> None:
    assert judged(code, rule_set(off(*switched_off))) == (code, found, system)


ALWAYS_WRONG: dict[Any, str] = {
    "": "required",
    "8" * 101: "too_long",
    "8352616025261234567码": "code_characters",
    "83526160252612\x1d345678": "code_characters",
    "6916194000426": "trace_code_is_prod_code",
    8.352616025261235e19: "number_lost_digits",
    "1234567": "trace_code_length",
    "80000991000000000001,80000991000000000002": "trace_code_several",
    "80000991000000000001-20241201": "trace_code_within",
    "=8": "trace_code_length",
}


@pytest.mark.parametrize(("cell", "fault"), ALWAYS_WRONG.items())
def test_what_is_wrong_whatever_the_rules_say(cell: Cell, fault: str) -> None:
    needed = replace(COLUMN, required=True)
    everything = rule_set([PLATFORM._replace(pattern=r"[\x01-\xff]+", system="msfx"), *LINES])
    nothing = rule_set(off(*(rule.name for rule in RULES)))
    for rules in (BUILT_IN, everything, nothing):
        value, found = judge(needed, cell, replace(context(), rules=rules))
        assert (value, [bad.code for bad in found]) == (None, [fault])


def test_fixed_rules_cannot_be_switched_off() -> None:
    rules = rule_set(off("msfx-url", "prod-code"))
    assert [rule.name for rule in rules.every if rule.fixed and rule.enabled] == [
        "msfx-url",
        "prod-code",
    ]
    assert judged("https://a.example/83526160252612345678", rules)[0] == "83526160252612345678"


def test_a_check_of_a_rule_finds_faults_or_leaves_the_code_to_the_next() -> None:
    line = PLATFORM._replace(pattern=r"P(?P<gtin>[0-9]{14})X[0-9]+", check="gtin")
    good, bad = "P06901234567892X1", "P06901234567891X1"
    assert judged(good, rule_set([line, *LINES])) == (good, [], "某某平台")
    assert judged(bad, rule_set([line, *LINES]))[:2] == (None, ["gs1_gtin_check_digit"])
    leaves = rule_set([line._replace(leaves=True), *LINES])
    assert judged(bad, leaves) == (bad, ["trace_code_own"], System.OWN)
    letters = rule_set([line._replace(pattern="P(?P<gtin>[A-Z]{3})[0-9]{8}"), *LINES])
    assert judged("PABC12345678", letters)[:2] == (None, ["trace_code_form"])


def test_a_version_goes_along_with_a_new_release_of_the_product() -> None:
    """It lists the built-in rules of its time: one that came later stands where it is built in,
    one that is gone is left out."""
    known = [line for line in LINES if line.name != "ma"]
    names = [rule.name for rule in rule_set([PLATFORM, *known, RuleLine("gone")]).every]
    assert "gone" not in names
    assert names.index("ma") == names.index("gs1-raw") + 1


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "a" * 201,
        "追溯码[0-9]+",
        "(",
        "(?=a)b12345",
        r"(a)\1",
        "((a{100}){100}){100}",
        "([!-~]{1,100}){1,9}x",
        "[0-9]*",
        "(?P<who>[0-9]{8})",
        "a\nb",
    ],
)
def test_a_pattern_that_cannot_be_used_says_why_in_chinese(pattern: str) -> None:
    with pytest.raises(UnsafePattern) as raised:
        SafePattern(pattern)
    assert any("\u4e00" <= character <= "\u9fff" for character in str(raised.value))


def test_a_pattern_that_would_never_end_elsewhere_is_bounded_by_its_program() -> None:
    """`(a+)+b` takes 2 to the power of the text's length where patterns go back."""
    pattern = SafePattern("(a+)+b")
    assert pattern._asked.programsize < LARGEST_PROGRAM
    assert pattern.fullmatch("a" * 100) is None
    assert pattern.fullmatch("a" * 99 + "b")
    with pytest.raises(UnsafePattern, match="展开后有"):
        SafePattern("(?:.*a.{14}){10}|b")


WRITTEN = st.sampled_from(
    [
        "8",
        "0",
        "69",
        "[0-9]",
        "[A-Z]",
        "[!-~]",
        ".",
        "\\(",
        "\\)",
        "/",
        "-",
        ",",
        "MA",
        "(?:ab|a|)",
        "x",
    ]
)
REPEATED = st.sampled_from(["", "", "+", "*", "?", "{1,9}", "{8}", "{2,}"])
PATTERNS = st.lists(st.tuples(WRITTEN, REPEATED), min_size=1, max_size=6).map(
    lambda parts: "".join(piece + often for piece, often in parts)
)
GROUPED = st.tuples(st.sampled_from(["product", "gtin", "serial", "lot", "expires"]), PATTERNS).map(
    lambda named: f"(?P<{named[0]}>{named[1]})[0-9]*"
)
MADE = st.builds(
    RuleLine,
    name=st.from_regex(r"\Amade-[0-9]{1,3}\Z"),
    enabled=st.booleans(),
    title=st.just("某"),
    pattern=PATTERNS | GROUPED,
    system=st.sampled_from(["msfx", "gs1", "own", "某某平台"]),
    check=st.sampled_from(sorted(CHECKS)),
    leaves=st.booleans(),
    parts=st.sampled_from(sorted(WAYS)),
)
STRANGE = st.one_of(
    ANY_CELL,
    st.sampled_from(list(CODES_OF_SYSTEMS)),
    st.text("0189AMX()/-,. 69ab", max_size=30),
    st.from_regex(r"\A(\(01\)|01|8|MA\.156\.M0\.)[0-9]{14,20}[!-~]{0,12}\Z"),
)


@settings(max_examples=150)
@given(
    st.lists(MADE, max_size=5),
    st.permutations(LINES),
    st.lists(st.booleans(), min_size=len(LINES), max_size=len(LINES)),
    st.lists(STRANGE, min_size=1, max_size=20),
    st.randoms(use_true_random=False),
)
def test_no_rule_set_crashes_a_check_or_takes_what_is_always_wrong(
    made: list[RuleLine],
    built_in: Sequence[RuleLine],
    on: list[bool],
    cells: list[Cell],
    random: Any,
) -> None:
    lines = [line._replace(enabled=is_on) for line, is_on in zip(built_in, on, strict=True)]
    for line in made:
        try:
            SafePattern(line.pattern)
        except UnsafePattern:
            continue
        lines.insert(random.randrange(len(lines) + 1), line)
    rules = rule_set(lines)
    world = replace(context(), rules=rules)
    cells = [*cells, *ALWAYS_WRONG]
    rows = {column: [cell] * len(cells) for column, cell in good_row(CODES).items()}
    checked = check_rows(CODES, rows | {"lv1_trac_code": cells}, world)
    values = checked.values["lv1_trac_code"]
    assert values[-len(ALWAYS_WRONG) :] == [None] * len(ALWAYS_WRONG)
    for value in filter(None, values):
        found = recognised(value, rules, world.today)
        assert found.system == rules.system_of(value)
        assert all(part.label and part.text for part in found.fields)
