"""Check digits against published numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import identifiers
from portal.lib.identifiers import IdNumberFlaw, UsccFlaw

DIGITS = "0123456789"


@pytest.mark.parametrize(
    "code",
    [
        "6916194000426",
        "6924561884074",
        "6925614221174",
        "06916194000426",
        "06972253600013",
        "06975737431158",
        "16975737430493",
        "26975737430209",
        "86902551000259",
        "86979478000013",
        "86904879000126",
        "86905437000183",
    ],
)
def test_published_gtins_are_right(code: str) -> None:
    assert identifiers.is_gtin(code)


@pytest.mark.parametrize(
    "code",
    [
        "6916194000427",
        "06972253600014",
        "06941234567891",
        "86902551000250",
        # Two official 本位码 really end in the wrong digit.
        "86978427000026",
        "86978427000019",
        "",
        "6",
        "691619400042X",
        "６９１６１９４００0426",
    ],
)
def test_wrong_gtins_are_found(code: str) -> None:
    assert not identifiers.is_gtin(code)


@given(st.text(DIGITS, min_size=1, max_size=17))
def test_one_wrong_digit_never_passes_as_a_gtin(payload: str) -> None:
    right = identifiers.gtin_check_digit(payload)
    passing = [d for d in DIGITS if identifiers.is_gtin(payload + d)]
    assert passing == [right]


def uscc(first_8: str, organisation: str) -> str:
    whole = first_8 + organisation + identifiers.organisation_check_digit(organisation)
    return whole + identifiers.uscc_check_digit(whole)


def test_a_made_credit_code_has_no_flaw() -> None:
    code = uscc("91990000", "MA000000")
    assert code == "91990000MA0000007X"
    assert identifiers.uscc_flaw(code) is None


def test_bodies_that_are_no_companies_have_letters_in_front() -> None:
    assert identifiers.uscc_flaw(uscc("N2990000", "MF000000")) is None


@pytest.mark.parametrize(
    ("code", "flaw"),
    [
        ("91990000MA0000007", UsccFlaw.LENGTH),
        ("", UsccFlaw.LENGTH),
        ("9199000OMA0000007E", UsccFlaw.CHARACTERS),
        ("91990000ma0000007E", UsccFlaw.CHARACTERS),
        ("９1990000MA0000007E", UsccFlaw.CHARACTERS),
    ],
)
def test_the_first_flaw_of_a_credit_code_is_named(code: str, flaw: UsccFlaw) -> None:
    assert identifiers.uscc_flaw(code) is flaw


def test_a_wrong_last_character_is_a_check_digit() -> None:
    code = uscc("91990000", "MA000000")
    others = [c for c in identifiers.USCC_ALPHABET if c != code[-1]]
    flaws = {identifiers.uscc_flaw(code[:17] + other) for other in others}
    assert flaws == {UsccFlaw.CHECK_DIGIT}


def test_a_wrong_organisation_code_is_found_under_a_right_check_digit() -> None:
    organisation = "MA000000"
    right = identifiers.organisation_check_digit(organisation)
    wrong = "1" if right != "1" else "2"
    first_17 = "91990000" + organisation + wrong
    code = first_17 + identifiers.uscc_check_digit(first_17)
    assert identifiers.uscc_flaw(code) is UsccFlaw.ORGANISATION_DIGIT


def test_the_strange_place_is_counted_from_0() -> None:
    assert identifiers.uscc_strange_place("91I") == 2
    assert identifiers.uscc_strange_place("91A") is None


@given(st.text(max_size=20))
def test_flaws_are_found_in_any_text_without_an_error(text: str) -> None:
    identifiers.uscc_flaw(text)
    identifiers.id_number_flaw(text)
    identifiers.is_gtin(text)


@pytest.mark.parametrize(
    "number",
    [
        "360426199101010071",
        "44011320141005001X",
        "11010519491231002X",
        # A card of a resident of Hong Kong, and of a foreigner: outside the region table.
        "81000019900101001" + identifiers.id_number_check_digit("81000019900101001"),
        "91115619900101001" + identifiers.id_number_check_digit("91115619900101001"),
    ],
)
def test_id_numbers(number: str) -> None:
    assert identifiers.id_number_flaw(number) is None


@pytest.mark.parametrize(
    ("number", "flaw"),
    [
        ("421083198911111111", IdNumberFlaw.CHECK_DIGIT),
        ("42108319891111111", IdNumberFlaw.FORM),
        ("36042619910101007x", IdNumberFlaw.FORM),
        ("360426199113010071", IdNumberFlaw.BIRTHDAY),
        ("360426199102300071", IdNumberFlaw.BIRTHDAY),
    ],
)
def test_flaws_of_id_numbers(number: str, flaw: IdNumberFlaw) -> None:
    assert identifiers.id_number_flaw(number) is flaw
