"""What is kept of calls holds no secret, no personal data and no whole code."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.keys.masking import masked
from accounts.keys.models_calls import TEXT_LENGTH

SK = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"trac_code":"81234567890123456789"}', '{"trac_code":"8123************6789"}'),
        ('{"delFlag":false,"data":[]}', '{"delFlag":false,"data":[]}'),
        ("(01)06901234567892(21)A1", "(01)0690******7892(21)A1"),
        ('{"manu_lotnum":"20241201"}', '{"manu_lotnum":"20241201"}'),
        ("给 19900000000 打电话", "给 199*****000 打电话"),
        ("11010519491231002X", "*" * 18),
        ('{"investigatedCertno": "AB123"}', '{"investigatedCertno": "*****"}'),
        ('{"PSN_NAME":"张某","code":"ok"}', '{"PSN_NAME":"**","code":"ok"}'),
        ('{"prodentp_name":"某某药业"}', '{"prodentp_name":"某某药业"}'),
        ("signature_wrong time_outside_window", "signature_wrong time_outside_window"),
        ("a\x00b", "ab"),
    ],
)
def test_what_is_kept(text: str, kept: str) -> None:
    assert masked(text) == kept


@given(st.integers(0, TEXT_LENGTH + 100), st.booleans())
def test_no_part_of_a_secret_is_kept_wherever_it_stands(place: int, upper: bool) -> None:
    secret = SK.upper() if upper else SK
    kept = masked("，" * place + secret + "。" * 3_000, [SK])
    assert len(kept) <= TEXT_LENGTH
    assert set(kept) <= {"，", "。", "*"}


@given(st.text(max_size=300))
def test_any_text_can_be_masked(text: str) -> None:
    assert len(masked(json.dumps(text, ensure_ascii=False), [SK])) <= TEXT_LENGTH
