"""What is typed to sign in comes to one canonical name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.core.names import AccountKind, canonical, is_name, mask_mobile
from tests.factories import uscc

CODE = uscc(7)


@pytest.mark.parametrize(
    "typed",
    ["maker1", "MAKER1", " Maker1 ", "ｍａｋｅｒ１", "ma ker1", "maker1\u200b", "\ufeffmaker1\t"],
)
def test_a_unit_account_is_the_same_in_any_case_and_with_blanks(typed: str) -> None:
    assert canonical(typed) == ("maker1", False)


@pytest.mark.parametrize(
    "typed",
    [
        "19900000001",
        "+8619900000001",
        "+86 199 0000 0001",
        "0086-199-0000-0001",
        "8619900000001",
        "（+86）19900000001",
        "１９９０００００００１",
    ],
)
def test_a_mobile_number_may_carry_the_country_and_separators(typed: str) -> None:
    assert canonical(typed) == ("19900000001", False)


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), f" {CODE[:8]} {CODE[8:]} "])
def test_a_credit_code_is_told_from_a_name(typed: str) -> None:
    assert canonical(typed) == (CODE, True)


@pytest.mark.parametrize("typed", ["", " ", "no-such", "1990000000", "12345678901", "ma.ker-1"])
def test_what_nobody_can_hold_keeps_a_tidy_form(typed: str) -> None:
    name, is_uscc = canonical(typed)
    assert name == typed.strip()
    assert not is_uscc


@given(st.one_of(st.text(max_size=80), st.text(alphabet="aZ1９+- .", max_size=30)))
def test_a_canonical_name_stays_as_it_is(typed: str) -> None:
    first = canonical(typed)
    # Only ASCII names can be held; letters with accents may combine anew when blanks are gone.
    assert not first.name.isascii() or canonical(first.name) == first


@given(st.text(alphabet="abcxyz0123456789+- ._A", max_size=20))
def test_no_name_fits_both_a_unit_and_an_agent(typed: str) -> None:
    name = canonical(typed).name
    assert not (is_name(AccountKind.UNIT, name) and is_name(AccountKind.AGENT, name))


def test_a_newline_at_the_end_is_not_a_name() -> None:
    assert is_name(AccountKind.UNIT, "maker1")
    assert not is_name(AccountKind.UNIT, "maker1\n")


def test_a_masked_mobile_keeps_three_and_four_digits() -> None:
    assert mask_mobile("19900001234") == "199****1234"
