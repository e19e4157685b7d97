"""The MA check digit on published codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.records import ma


@pytest.mark.parametrize(
    ("payload", "digit"),
    [
        ("MA.156.M0.100472.1110331", "6"),
        ("MA.156.M0.100204.1335176", "4"),
        (".SLMSAGAAAC.M210628.LAY21062803.E220628.V220627", "3"),
        ("中", None),
        ("MA_1", None),
    ],
)
def test_published_payloads(payload: str, digit: str | None) -> None:
    assert ma.ma_check_digit(payload) == digit


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("MA.156.M0.100472.11103316", None),
        ("MA.156.M0.100204.13351764", None),
        (
            "MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3",
            None,
        ),
        (
            "MA.156.M0.100011.2cscp023.Ste002.M200206.L343432.D555555.E200228.V200307.C9",
            None,
        ),
        ("MA.156.M0.100472.11103317", ("7", "6")),
        ("MA.156.M0.100472.11103316.S1.C9", ("9", ma.ma_check_digit(".S1"))),
        ("MA.156.M0.100472.11103316.S1", None),
    ],
)
def test_di_and_pi_are_checked(code: str, wrong: tuple[str, str] | None) -> None:
    assert ma.wrong_check_digit(code) == wrong


@given(st.text(max_size=60))
def test_any_payload_gives_a_digit_or_nothing(text: str) -> None:
    digit = ma.ma_check_digit(text)
    assert digit is None or digit in "0123456789"
