"""Fictitious numbers are valid, all different, and in ranges that nobody has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean
from stdnum.cn import uscc

from portal.lib.identifiers import uscc_flaw
from tracing.records import nhsa
from tracing.synthetic import codes
from tracing.synthetic.codes import LEVELS, PRODUCTS, SERIALS
from tracing.synthetic.products import Product


@given(st.text(max_size=30))
def test_credit_codes_have_both_check_digits(name: str) -> None:
    code = codes.credit_code(name)
    assert uscc.is_valid(code)
    assert uscc_flaw(code) is None
    assert code[2:8] == "990000"


@given(st.integers(0, 999), st.integers(0, PRODUCTS - 1))
def test_product_numbers_are_well_formed_and_fictitious(enterprise: int, index: int) -> None:
    product = Product(index, enterprise)
    assert ean.is_valid(product.prod_code)
    assert product.prod_code.startswith("6999")
    assert nhsa.is_med_list_code(product.med_list_codg)
    assert product.med_list_codg[-5:-3] == "99"
    assert nhsa.is_approval_number(product.aprvno)
    assert product.name.startswith("某某")


@given(st.integers(0, SERIALS - 1))
def test_trace_codes_of_a_stream_differ(salt: int) -> None:
    made = codes.trace_codes(codes.prefix(5, 1), salt, 3_000)
    assert len(set(made)) == 3_000
    assert all(len(code) == 20 and code.startswith("8000015") for code in made)


def test_the_step_visits_every_serial_number() -> None:
    assert codes.STEP % 2
    assert codes.STEP % 5


def test_every_product_and_level_has_a_prefix_of_its_own_among_the_hundred() -> None:
    prefixes = {codes.prefix(p, level) for p in range(PRODUCTS) for level in range(1, LEVELS + 1)}
    assert len(prefixes) == PRODUCTS * LEVELS
    assert min(prefixes) == 8_000_000
    assert max(prefixes) <= 8_000_099


def test_serial_numbers_differ_beyond_a_million() -> None:
    made = codes.serial_numbers(7, 20_000)
    assert len(set(made)) == 20_000
    assert {len(name) for name in made} == {14}


@pytest.mark.parametrize("parts", [("a", "b"), ("ab",), ("a", "b", 1)])
def test_numbers_follow_from_their_parts(parts: tuple[object, ...]) -> None:
    assert codes.number(*parts) == codes.number(*parts)
    assert codes.number(*parts) != codes.number(*parts, "")
