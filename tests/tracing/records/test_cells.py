"""What a cell says, by its type."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given

from portal.lib import folding
from portal.lib.sheets import guarded
from tests.tracing.records.build import ANY_CELL
from tracing.records import cells
from tracing.records.base import ColumnKind
from tracing.records.code_kinds import Trace
from tracing.records.column_kinds import Choice, Code, Date, Moment, Number, Text
from tracing.records.terms import Bad, Cell, ErrorCell
from tracing.records.values import YES_NO

CODE = Code(50)
TEXT = Text(50)
EVERY_KIND = (CODE, TEXT, Date(), Moment(), Number(precision=10, scale=2), Choice(values=YES_NO))


@pytest.mark.parametrize(
    "typed",
    [
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"),
        *("#GETTING_DATA", "#N/A!", "#名称?", "#溢出!", "Err:502"),
        *(" #n/a ", "＃Ｎ／Ａ", "#REF！", "#N/A\u200b"),
    ],
)
@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.type)
def test_an_error_that_came_as_a_text_is_one(kind: ColumnKind, typed: str) -> None:
    found = kind.parse(typed)
    assert isinstance(found, Bad)
    assert found.code == "error_cell"


@pytest.mark.parametrize(
    "typed", ["#", "#1", "#3 楼", "3#", "#A区", "A#REF!", "ERR-502", "E1", "#N/AB", "N/A"]
)
def test_what_only_looks_a_little_like_an_error_is_a_text(typed: str) -> None:
    assert TEXT.parse(typed) == typed


@pytest.mark.parametrize("sign", ["=1+1", "+1", "-甲", "@a", "＝1", "＋", "－", "＠"])
@pytest.mark.parametrize("around", ["{}", " {} ", "'{}", "\u200b{}"])
def test_the_guard_of_our_csv_files_is_no_part_of_a_text(sign: str, around: str) -> None:
    typed = around.format(guarded(sign))
    assert TEXT.parse(typed) == TEXT.parse(sign) == sign
    assert TEXT.rewrites(typed)
    assert not TEXT.rewrites(sign)


@pytest.mark.parametrize("text", ["'", "'甲", "''", "甲'=1", "5'-核苷酸", "'1", "' =1"])
def test_any_other_apostrophe_stays_in_a_text(text: str) -> None:
    assert TEXT.parse(text) == text
    assert not TEXT.rewrites(text)


@pytest.mark.parametrize(
    ("kind", "typed", "quoted"),
    [
        (Date(), 32.0, "32"),
        (Date(), 0.0, "0"),
        (Date(), 12.5, "12.5"),
        (Choice(values=YES_NO), 7.0, "7"),
        (Choice(values=YES_NO), 1.5, "1.5"),
        (CODE, 8.352616025261235e19, "8.352616025261235e+19"),
    ],
)
def test_a_number_is_quoted_as_it_stands_in_the_file(
    kind: ColumnKind, typed: Cell, quoted: str
) -> None:
    found = kind.parse(typed)
    assert isinstance(found, Bad)
    assert found.detail[0] == quoted


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ab12", "AB12"),
        ("８３５２６１６", "8352616"),
        (" 8352616\n", "8352616"),
        ("\u30008352616\u3000", "8352616"),
        ("835\u200b2616\ufeff", "8352616"),
        ("835 2616", "8352616"),
        ("835\u00a02616", "8352616"),
        ("ｚａ04\uff0d1", "ZA04-1"),
        ("000123", "000123"),
        ("1E5", "1E5"),
        ("\u200b", None),
        ("  ", None),
        ("", None),
        (None, None),
        (123, "123"),
        (123.0, "123"),
        (0, "0"),
        (0.0, "0"),
        (-5.0, "-5"),
        (999_999_999_999_999, "999999999999999"),
        (999_999_999_999_999.0, "999999999999999"),
        (6916194000426.0, "6916194000426"),
    ],
)
def test_a_code_is_folded(typed: Cell, code: str | None) -> None:
    assert CODE.parse(typed) == code


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (8.352616025261235e19, "number_lost_digits"),
        (83526160252612345678, "number_lost_digits"),
        (1_000_000_000_000_000, "number_lost_digits"),
        (1e15, "number_lost_digits"),
        (-1e15, "number_lost_digits"),
        (float("nan"), "number_lost_digits"),
        (float("inf"), "number_lost_digits"),
        (12.5, "number_with_fraction"),
        (1e-7, "number_with_fraction"),
        (True, "cell_is_boolean"),
        (False, "cell_is_boolean"),
        (datetime(2024, 12, 1), "cell_is_date"),  # noqa: DTZ001
        (date(2024, 12, 1), "cell_is_date"),
        (time(16, 15), "cell_is_date"),
        (timedelta(hours=30), "cell_is_date"),
        (ErrorCell("#N/A"), "error_cell"),
        (ErrorCell("formula"), "formula_without_value"),
        ("8352616\n8352617", "code_characters"),
        ("835\x002616", "code_characters"),
        ("835\x1d2616", "code_characters"),
        ("835二616", "code_characters"),
        ("835é616", "code_characters"),
        ("835\ud8002616", "code_characters"),
        ("1" * 51, "too_long"),
    ],
)
def test_a_cell_that_is_no_code(typed: Cell, fault: str) -> None:
    found = CODE.parse(typed)
    assert isinstance(found, Bad)
    assert found.code == fault


def test_strange_characters_are_named_with_their_place() -> None:
    found = CODE.parse("83二5\x0b四五六")
    assert found == Bad("code_characters", ("第 3 位“二”、第 5 位“<U+000B>”、第 6 位“四”等 5 个",))


def test_lengths_count_characters() -> None:
    assert Text(4).parse("某某制药") == "某某制药"
    assert Text(4).parse("某某制药厂") == Bad("too_long", ("5", "4"))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("某某制药（集团）有限公司", "某某制药（集团）有限公司"),
        ("ＡＢＣ１２３", "ＡＢＣ１２３"),
        (" 每盒6支 ", "每盒6支"),
        ("\ufeff某某\u200b制药\u00ad", "某某制药"),
        ("某某路1号\n2楼", "某某路1号 2楼"),
        ("a  b", "a  b"),
        ("某\x00某", "某某"),
        ("某\ud800某", "某某"),
        ("\ue000", "\ue000"),
        ("\u200b \u200b", None),
        (20241201.0, "20241201"),
        (20241201, "20241201"),
        (0.5, "0.5"),
        ("1E5", "1E5"),
    ],
)
def test_a_text_loses_only_what_cannot_be_seen(typed: Cell, text: str | None) -> None:
    assert TEXT.parse(typed) == text


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (2024120100000001.0, "number_lost_digits"),
        (datetime(2024, 12, 1), "cell_is_date"),  # noqa: DTZ001
        (True, "cell_is_boolean"),
        (ErrorCell("#REF!"), "error_cell"),
    ],
)
def test_a_cell_that_is_no_text(typed: Cell, fault: str) -> None:
    found = TEXT.parse(typed)
    assert isinstance(found, Bad)
    assert found.code == fault


@pytest.mark.parametrize("text", ["８35", "8\u200b35", "\ufeff835", "２０２４年"])
def test_what_nfkc_changes_is_counted(text: str) -> None:
    assert cells.is_folded(text)


@pytest.mark.parametrize("text", ["835", " 835 ", "国药准字Z20123084", "a  b", "是", ""])
def test_what_nfkc_leaves_alone_is_not_counted(text: str) -> None:
    assert not cells.is_folded(text)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [("a\nb", "a<U+000A>b"), ("中" * 61, "中" * 60 + "…"), (8.3e19, "8.3e+19"), ("x", "x")],
)
def test_a_quoted_value_is_one_short_line(value: object, quoted: str) -> None:
    assert cells.shown(value) == quoted


@given(ANY_CELL)
def test_any_cell_can_be_read_as_a_code_and_once_is_enough(cell: Cell) -> None:
    value = CODE.parse(cell)
    assert isinstance(value, Bad) or CODE.parse(value) == value


@given(ANY_CELL)
def test_any_cell_can_be_read_as_a_text_and_once_is_enough(cell: Cell) -> None:
    value = TEXT.parse(cell)
    assert isinstance(value, Bad) or TEXT.parse(value) == value


WILD = "a" + "\u0315" * 150_000 + "\u0316" * 150_000


@pytest.mark.parametrize("kind", [CODE, Date(), Number(10, 2), Choice((("1", "是"),)), Trace()])
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (WILD, "cell_too_long"),
        ("8" * 501, "cell_too_long"),
        ("8 " * 251 + "8", "cell_too_long"),
        ("8" + "\u0315\u0316" * 16, "too_many_marks"),
        ("\ufdfa" * 28, "grows_too_long"),
    ],
)
def test_a_text_is_measured_before_it_is_folded(
    kind: ColumnKind, text: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red before: the first of these took a minute and a half."""
    monkeypatch.setattr(folding, "normalize", _of_one_character)
    found = kind.parse(text)
    assert isinstance(found, Bad)
    assert found.code == fault
    assert all(len(detail) <= 61 for detail in found.detail)
    assert not cells.is_folded(text)


def _of_one_character(form: Literal["NFKC", "NFKD"], text: str) -> str:
    assert len(text) == 1, "a text was folded that is too long or too wild"
    return normalize(form, text)


def test_a_name_is_measured_too() -> None:
    assert TEXT.parse(WILD) == Bad("cell_too_long", ("300001", "32767"))
    assert TEXT.parse("中" * 32_767) == Bad("too_long", ("32767", "50"))


def test_a_text_that_the_reader_left_in_the_file_says_how_long_it_is() -> None:
    for kind in (TEXT, CODE, Date()):
        cell = ErrorCell("too_long 300001")
        assert kind.parse(cell) == Bad("cell_too_long", ("300001", "32767"))


def test_the_longest_cell_that_excel_writes_is_read() -> None:
    assert CODE.parse("8" * 500) == Bad("too_long", ("500", "50"))
    assert CODE.parse(" " * 16_000 + "8" + " " * 16_000) == "8"
    assert CODE.parse(" " * 32_767) is None


def test_a_quoted_value_is_not_looked_through_to_its_end() -> None:
    class Counted(str):
        __slots__ = ()

        def __str__(self) -> str:
            return self

        def isprintable(self) -> bool:
            raise AssertionError("the whole text was looked through")

    assert cells.shown(Counted("\n" * 100_000)) == ("<U+000A>" * 8)[:60] + "…"
