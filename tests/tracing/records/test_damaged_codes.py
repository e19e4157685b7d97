"""What happens to codes on their way: quotes are taken off, the rest is refused with what was
probably meant."""

from __future__ import annotations

from typing import Any

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from tests.tracing.records.build import (
    CIRCULATION,
    CODES,
    INFO,
    SHIPMENT,
    check,
    context,
    judged,
    placed,
)
from tracing.records import damaged_codes
from tracing.records.base import Column, Record
from tracing.records.messages import sentence
from tracing.records.reading import judge
from tracing.records.terms import Cell
from tracing.records.trace_codes import OWN_SYMBOLS

CODE, NEXT = "80000991000000000001", "80000991000000000002"
GS1, NEXT_GS1 = "(01)06901234567892(21)A1", "(01)06901234567892(21)A2"
MA = "MA.156.M0.100472.11103316"
LEVELS = [(CODES, "lv1_trac_code"), (CODES, "lv2_trac_code"), (CODES, "lv3_trac_code")]
TRACE_COLUMNS = [*LEVELS, (SHIPMENT, "trac_code"), (CIRCULATION, "trac_code")]
# Codes of any system in their canonical form.
WHOLE = [CODE, GS1, MA, "00069012345600000015", "ABC-12345"]


def said(record: Record, column: str, cell: Cell) -> str:
    """The sentence about the one thing that is wrong with a cell."""
    found: Column = record.column(column)
    _, (bad,) = judge(found, cell, context())
    return sentence(bad.code, bad.detail, found.label)


@pytest.mark.parametrize(
    "wrapped",
    ["'{}", "'{}'", '"{}"', '="{}"', '"=""{}"""', '"\'{}"', '" {}\t"', "＇{}", "＂{}＂", ' ="{}" '],
)
@pytest.mark.parametrize("code", WHOLE)
def test_quotes_of_spreadsheets_and_csv_files_are_taken_off(wrapped: str, code: str) -> None:
    for record, column in TRACE_COLUMNS:
        value, found = judged(record, column, wrapped.format(code))
        assert (value, found) == judged(record, column, code)
        assert value == code


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("trac_codg_sn", "20241201_0001"),
        ("med_list_codg", "ZA04CAE0023010199001"),
        ("prod_code", "6999000000018"),
        ("prodentp_uscc", "91320000MA0000007Q"),
        ("aprvno", "国药准字Z20990001"),
    ],
)
def test_quotes_are_taken_off_in_every_code_column(column: str, code: str) -> None:
    assert judged(INFO, column, f"'{code}") == (code, [])
    assert judged(INFO, column, f'="{code}"') == (code, [])
    assert judged(INFO, column, "''")[1] == ["required"]


def test_what_was_taken_off_is_counted() -> None:
    rows = [{"lv1_trac_code": f"'{CODE}"}, {"lv1_trac_code": NEXT, "prod_code": '="6999000000018"'}]
    checked = check(CODES, *rows)
    assert (checked.faults, checked.warnings) == ([], [])
    assert checked.normalised == 2
    assert checked.values["lv1_trac_code"] == [CODE, NEXT]


def test_a_code_with_and_without_quotes_is_twice_the_same() -> None:
    checked = check(CODES, {"lv1_trac_code": CODE}, {"lv1_trac_code": f'="{CODE}"'})
    assert placed(checked.faults) == [(1, "lv1_trac_code", "duplicate_in_file")]


@pytest.mark.parametrize("cell", ["“{}”", "‘{}’", "「{}」", '"{}', '{}"', "{}'", "={}", "({})"])
def test_other_marks_around_a_code_are_refused(cell: str) -> None:
    value, found = judged(CODES, "lv1_trac_code", cell.format(CODE))
    assert value is None
    assert found in (["code_characters"], ["trace_code_form"], ["gs1_form"])


@pytest.mark.parametrize(
    "cell", ["8.35261602526123E+19", "8.35261602526123e19", "8E+19", "８.3526E+19", "'8.3526E+19"]
)
def test_an_exponent_is_refused_in_every_code_column(cell: str) -> None:
    for record, column in [*TRACE_COLUMNS, (INFO, "trac_codg_sn"), (SHIPMENT, "shp_sin_no")]:
        assert judged(record, column, cell) == (None, ["code_exponent"])


def test_decimals_are_refused_with_what_was_probably_meant() -> None:
    for record, column in TRACE_COLUMNS:
        assert judged(record, column, f"{CODE}.00") == (None, ["code_decimal"])
    assert judged(INFO, "trac_codg_sn", "20241201.0") == (None, ["code_decimal"])
    assert judged(CODES, "lv1_trac_code", "12345678.25") == (None, ["code_decimal"])
    assert f"可能是“{CODE}”" in said(CODES, "lv1_trac_code", f"{CODE}.00")


def test_a_document_number_may_hold_a_point() -> None:
    assert judged(SHIPMENT, "shp_sin_no", "FH.2024.10") == ("FH.2024.10", [])
    assert judged(INFO, "trac_codg_sn", "2024.10") == ("2024.10", [])
    assert judged(INFO, "trac_codg_sn", "1E5") == ("1E5", [])


@pytest.mark.parametrize(
    "between",
    [
        " ",
        "  ",
        "；",
        ";",
        "，",
        ",",
        "、",
        "/",
        "|",
        "\\",
        "&",
        "+",
        "\t",
        "\n",
        "\r\n",
        ", ",
        "／",
    ],
)
def test_two_codes_in_a_cell_never_become_one(between: str) -> None:
    for record, column in TRACE_COLUMNS:
        for first, second in [(CODE, NEXT), (GS1, NEXT_GS1), (MA, MA), (CODE, GS1)]:
            cell = first + between + second
            assert judged(record, column, cell) == (None, ["trace_code_several"]), cell


@pytest.mark.parametrize("between", [*OWN_SYMBOLS, "－", "：", " - "])
def test_the_symbols_of_own_codes_part_codes_as_well(between: str) -> None:
    other, raw, next_raw = "12345678901234567890", "010690123456789221A1", "010690123456789221A2"
    pairs = [
        (CODE, NEXT),
        (other, "22345678901234567890"),
        (CODE, "6916194000426"),
        ("6916194000426", f"{CODE}-{NEXT}"),
        (MA, MA),
        (MA, CODE),
        (CODE, MA),
        (raw, next_raw),
        (raw, CODE),
        (CODE, raw),
        (GS1, NEXT_GS1),
        (CODE, GS1),
    ]
    for record, column in TRACE_COLUMNS:
        for first, second in pairs:
            cell = first + between + second
            assert judged(record, column, cell) == (None, ["trace_code_several"]), cell


@pytest.mark.parametrize(
    "added",
    [
        *(
            "{} 12345",
            "{} LOT1",
            "{} 1",
            "{} x1",
            "1 {}",
            "No 1 {}",
            "{} 5",
            "{}-1",
            "{}:1",
            "{}*2",
        ),
        *(
            "{}#1",
            "{}HX",
            "{}E",
            "SN{}",
            "No.{}",
            "code:{}",
            "{}-20241201",
            "ABC-12345_{}",
            "{}－1",
        ),
    ],
)
def test_a_whole_code_with_something_added_is_no_own_code(added: str) -> None:
    cell = added.format(CODE)
    for record, column in TRACE_COLUMNS:
        assert judged(record, column, cell) == (None, ["trace_code_within"])
    assert f"可能是“{CODE}”" in said(CODES, "lv1_trac_code", cell)


@pytest.mark.parametrize("whole", ["12345678901234567890", MA, "010690123456789221A1"])
def test_codes_of_other_systems_are_found_between_symbols(whole: str) -> None:
    for cell in (f"AB12_{whole}", f"1 {whole}" if whole[0] != "M" else f"No.1 {whole}"):
        assert judged(CODES, "lv1_trac_code", cell) == (None, ["trace_code_within"])
        assert f"可能是“{whole}”" in said(CODES, "lv1_trac_code", cell)


def test_a_product_code_with_something_added_is_one() -> None:
    for cell in ("ABC-6916194000426", "1 6916194000426"):
        assert judged(CODES, "lv1_trac_code", cell) == (None, ["trace_code_is_prod_code"])
        assert "“6916194000426”" in said(CODES, "lv1_trac_code", cell)


@pytest.mark.parametrize(
    "code",
    [
        # A serial may be 20 digits, and digits may stand behind a symbol that ends nothing.
        f"(01)06901234567892(21){CODE}",
        "(01)06901234567892(17)251231(21)12345678901234",
        "(01)06901234567892(21)A-01-1234567890",
        "(01)06901234567892(21)A-12345678",
        "MA.156.M0.100472.80000990000000000001",
        f"MA.156.M0.100472.11103316.S{CODE}",
    ],
)
def test_digits_in_a_code_of_a_public_system_are_its_own(code: str) -> None:
    assert "trace_code_several" not in judged(CIRCULATION, "trac_code", code)[1]
    assert judged(CIRCULATION, "trac_code", code)[0] == code
    raw = code.replace("(", "").replace(")", "")
    assert judged(CIRCULATION, "trac_code", raw)[0] == code


@pytest.mark.parametrize(
    "cell",
    [
        CODE + NEXT,
        "1234567890123456789022345678901234567890",
        "010690123456789221A1010690123456789221A2",
        f"{CODE}\u200b{NEXT}",
        f'"{CODE}","{NEXT}"',
        f"ABC-12345；DEF-12345；{CODE}",
        f"https://a.cn/{CODE}?next={NEXT}",
        f"https://a.cn/{CODE};https://a.cn/{NEXT}",
        "010690123456789221A1 010690123456789221A2",
        "6916194000426 6999000000018",
    ],
)
def test_several_codes_are_found_however_they_were_joined(cell: str) -> None:
    assert judged(CODES, "lv1_trac_code", cell) == (None, ["trace_code_several"])


@pytest.mark.parametrize("between", [" ", "；", "、", " / "])
def test_several_codes_are_quoted_with_what_stands_between_them(between: str) -> None:
    cell = CODE + between + NEXT
    assert f"“{cell}”里有 2 个编码" in said(CODES, "lv1_trac_code", f" {cell}\t")


@pytest.mark.parametrize("cell", [f"{CODE};" * 1_500, "A/" * 15_000, GS1 * 1_300, "(01)" * 8_000])
def test_a_long_cell_is_refused_without_a_look_at_its_parts(
    cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(damaged_codes, "names_one_pack", looked)
    monkeypatch.setattr(GS1Message, "parse_hri", looked)
    assert judged(CODES, "lv1_trac_code", cell) == (None, ["cell_too_long"])


def test_how_many_codes_there_are_is_said() -> None:
    assert "有 3 个编码" in said(CODES, "lv1_trac_code", f"{CODE}、{NEXT}、{MA}")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("8000099 1000000000001", CODE),
        ("80000991 000000000001", CODE),
        ("(01) 06901234567892 (21) A1", GS1),
        ("(01)06901234567892(10)A/12345678(21)B,1", "(01)06901234567892(10)A/12345678(21)B,1"),
        ("MA.156.M0.100472.11103316.LA/12345678,B", "MA.156.M0.100472.11103316.LA/12345678,B"),
        (f"https://a.cn/{CODE}/{CODE}", CODE),
    ],
)
def test_blanks_and_symbols_inside_one_code_part_nothing(typed: str, code: str) -> None:
    assert judged(CODES, "lv1_trac_code", typed) == (code, [])


@pytest.mark.parametrize("cell", [f"{CODE}；", f",{CODE}", "ABC-12345,", "ABC/1", "ABC,1234,567"])
def test_a_stray_separator_is_refused(cell: str) -> None:
    assert judged(CODES, "lv1_trac_code", cell)[1] == ["trace_code_form"] or len(cell) < 8


def test_where_a_code_stops_reading_as_one_is_said() -> None:
    assert "第 4 位是“/”" in said(CODES, "lv1_trac_code", "ABC/12345")
    assert "第 9 位是“.”" in said(CODES, "lv1_trac_code", "ABC12345.")
    assert "第 5 位是“-”" in said(CODES, "lv1_trac_code", "ABC--12345")
    assert "没有数字" in said(CODES, "lv1_trac_code", "undefined")


@pytest.mark.parametrize(
    ("cell", "places", "meant"),
    [
        ("80000990000000000O01", "第 18 位“O”", "80000990000000000001"),
        ("8000099000000000A001", "第 17 位“A”", "8000099000000000?001"),
        ("8OO00990000000000l01", "第 2 位“O”、第 3 位“O”、第 18 位“l”", "80000990000000000101"),
        ("8000099-0000000000001", "第 8 位“-”", "80000990000000000001"),
        ("1234567890123456789O", "第 20 位“O”", "12345678901234567890"),
        ("0697573743115B", "第 14 位“B”", "06975737431158"),
        ("80000569829-47175328", "第 12 位“-”", "80000569829?47175328"),
        ("80000569829－47175328", "第 12 位“-”", "80000569829?47175328"),
        *(
            (f"8000062115606247{c}598", f"第 17 位“{c}”", "8000062115606247?598")
            for c in OWN_SYMBOLS.replace(".", "")
        ),
        ("8000O990-00000000001", "第 5 位“O”、第 9 位“-”", "80000990?00000000001"),
        (
            "8000099000000000OOOO",
            "第 17 位“O”、第 18 位“O”、第 19 位“O”",
            "80000990000000000000",
        ),
    ],
)
def test_what_is_no_digit_among_twenty_is_named(cell: str, places: str, meant: str) -> None:
    for record, column in TRACE_COLUMNS:
        assert judged(record, column, cell) == (None, ["trace_code_not_all_digits"])
    words = said(CODES, "lv1_trac_code", cell)
    assert f"但{places}不是数字" in words
    assert f"可能是“{meant}”" in words


@pytest.mark.parametrize(
    "code",
    [
        "AB345678901234567890",
        "8AB4CD78901234567EF0",
        "8352-6160-2526-1",
        "20241201-00012345678",
        "8A-B4-C7-8901-345678",
    ],
)
def test_letters_and_symbols_may_belong_to_an_enterprises_own_code(code: str) -> None:
    assert judged(CODES, "lv1_trac_code", code) == (code, ["trace_code_own"])


@pytest.mark.parametrize(
    "code",
    ["06975737431158", "16975737430493", "26975737430209", "06942221705071", "06972253600013"],
)
def test_a_bare_device_identifier_is_a_udi_in_circulation_only(code: str) -> None:
    assert judged(CIRCULATION, "trac_code", code) == (f"(01){code}", [])
    assert judged(CIRCULATION, "trac_code", f"(01){code}") == (f"(01){code}", [])
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert judged(CIRCULATION, "trac_code", wrong) == (None, ["gs1_gtin_check_digit"])
    assert judged(CIRCULATION, "trac_code", code[1:])[1] == ["trace_code_is_prod_code"]
    refused = code.startswith("0")
    expected = (None, ["trace_code_is_prod_code"]) if refused else (f"(01){code}", [])
    assert judged(SHIPMENT, "trac_code", code) == expected


def any_damage(code: str) -> st.SearchStrategy[str]:
    """A code of 20 digits with one thing done to it that makes it another text."""
    places = st.integers(1, len(code) - 1)
    short = st.from_regex(r"\A[A-Za-z0-9]{1,12}\Z")
    letter = st.sampled_from("OoIlZSBAx")
    return st.one_of(
        st.builds(lambda at, c: code[:at] + c + code[at + 1 :], places, letter),
        st.builds(
            lambda at, c: code[:at] + c + code[at + 1 :], places, st.sampled_from(OWN_SYMBOLS)
        ),
        st.builds(lambda c, more: f"{code}{c}{more}", st.sampled_from(OWN_SYMBOLS + " "), short),
        st.builds(lambda c, more: f"{more}{c}{code}", st.sampled_from(OWN_SYMBOLS + " "), short),
        st.builds(lambda at, c: code[:at] + c + code[at:], places, st.sampled_from("-._;,/|'\"=")),
        st.sampled_from([f"{code}.0", f"{float(code):.14E}", code * 2, f"{code},{code}"]),
    )


@given(st.from_regex(r"\A8[0-9]{19}\Z").flatmap(any_damage))
def test_a_damaged_code_is_never_taken(cell: str) -> None:
    value, found = judged(CODES, "lv1_trac_code", cell)
    assert value is None
    assert len(found) == 1


ANYTHING = st.text("0123456789ABab'\"=.,;/ -+Ee()[]{}<>^\x1d", max_size=60)


@given(ANYTHING)
def test_any_cell_is_read_once_and_stays(text: str) -> None:
    value: Any = judged(CIRCULATION, "trac_code", text)[0]
    assert value is None or judged(CIRCULATION, "trac_code", value)[0] == value
