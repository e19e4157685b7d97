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


@pytest.mark.parametrize(
    ("parts", "strange"),
    [
        (".Ste002.M200206.L343432.D555555.E200228.V200307.C9", None),
        (".M20210628.L1", None),
        (".M210600", None),
        (".M210640", "M210640"),
        (".M211306", "M211306"),
        (".S1.EA20628", "EA20628"),
        (".M2106288", "M2106288"),
        (".L1.C", "C"),
        (".L1.C33", "C33"),
        (".L1.A3", "A3"),
        (".L", "L"),
        (".L1.S1.L2", "L2"),
    ],
)
def test_parts_of_a_pi_are_known_by_their_letters(parts: str, strange: str | None) -> None:
    code = f"MA.156.M0.100472.11103316{parts}"
    assert ma.FORM.fullmatch(code)
    assert ma.strange_part(code) == strange


@given(st.text(max_size=60))
def test_any_payload_gives_a_digit_or_nothing(text: str) -> None:
    digit = ma.ma_check_digit(text)
    assert digit is None or digit in "0123456789"
