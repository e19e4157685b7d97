"""What is kept of calls holds no secret, no personal data and no whole code."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.keys.masking import masked
from accounts.keys.models_calls import TEXT_LENGTH

SK = "0123456789abcdef" * 2


def escaped(text: str) -> str:
    """Each character as JSON may write it."""
    return "".join(f"\\u{ord(character):04x}" for character in text)


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
        # Escaped, in JSON that is a text of JSON, what is broken off or no JSON at all.
        (r'{"psn_name":"\u5f20\u67d0"}', '{"psn_name":"************"}'),
        (r'{"psn_name":"a\"b\\","code":"ok"}', '{"psn_name":"******","code":"ok"}'),
        (r'{"\u0070sn_name":"ab"}', r'{"\u0070sn_name":"**"}'),
        (f'{{"psn_name":"{"a" * 300}"}}', f'{{"psn_name":"{"*" * 300}"}}'),
        (
            json.dumps({"data": '[{"psn_name":"a\\"b","x":1}]'}),
            json.dumps({"data": '[{"psn_name":"MARKS","x":1}]'}).replace("MARKS", "******"),
        ),
        (r'{"psn_name":"张某', '{"psn_name":"**'),
        ('"a"b","psn_name":"张某"', '"a"b","psn_name":"**"'),
        # Below a personal name.
        (
            '{"person":{"name":"张某","age":30},"a":"b"}',
            '{"person":{"****":"**","***":**},"a":"b"}',
        ),
        ('{"mobile":["1990","]1"],"a":"b"}', '{"mobile":["****","]*"],"a":"b"}'),
        ('{"patient":[{"a":["b"', '{"patient":[{"*":["*"'),
        ('{"birth":19900101,"tel":null,"a":1}', '{"birth":********,"tel":null,"a":1}'),
        # Numbers with escaped digits, wide ones, and behind a letter of an escape.
        (escaped("19900000000"), escaped("199") + "*****" + escaped("000")),
        (r"\u0031990000000\u0030", r"\u003199*****00\u0030"),
        (escaped("11010519491231002X"), "*" * 18),
        ("１９９００００００００", "１９９*****０００"),
        (r"\n19900000000", r"\n199*****000"),
        (r"\u4e2d19900000000", r"\u4e2d199*****000"),
        ("n19900000000", "n19******000"),
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


@given(st.text(alphabet='psn_name"\\:{}[],u0031a 张', max_size=400))
def test_any_broken_json_can_be_masked(text: str) -> None:
    assert len(masked(text)) <= TEXT_LENGTH


@given(st.recursive(st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=8))
def test_no_personal_value_is_kept_however_it_is_written(value: object) -> None:
    for ascii_only in (False, True):
        before, after = masked(
            json.dumps({"psn_name": value, "end": "here"}, ensure_ascii=ascii_only)
        ).split('"end"')
        assert set(before.removeprefix('{"psn_name"')) <= set('*:,[]{}" ')
        assert after == ': "here"}'
