"""The catalogue of findings is complete, used, and says in Chinese what to do."""

from __future__ import annotations

import re
import string

import pytest

from portal.lib.refused import catalogue
from tests.tracing.records.build import CIRCULATION, check, context
from tests.tracing.records.faulty import BY_OTHER_RULES, CELLS, ROWS
from tracing.checks import codes_mean_one_thing
from tracing.records import RECORDS
from tracing.records.base import Column, Record
from tracing.records.fault_kind import FaultKind, Severity
from tracing.records.faults import DATABASE_FAULTS, FAULTS, FILE_REMARKS
from tracing.records.messages import sentence, template_of
from tracing.records.reading import judge
from tracing.records.rule_checks import CHECKS

KINDS = list(FAULTS.values())
COLUMNS = [(record, column) for record in RECORDS.values() for column in record.columns]


def slots_of(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_message_has_its_slots(kind: FaultKind) -> None:
    for message in filter(None, (kind.message, kind.asked)):
        numbered = slots_of(message) - {"label"}
        assert numbered == {str(place) for place in range(len(kind.slots))}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_message_says_how_to_mend(kind: FaultKind) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.code)
    assert kind.message.endswith("。")
    assert "请" in kind.message or "可不改" in kind.message
    assert any(word in kind.message for word in ("应", "必填", "只能", "最多"))


def test_a_search_speaks_of_no_cell() -> None:
    """Whatever a cell of text can be refused for, should it be typed as a code to look for."""
    column = CIRCULATION.column("trac_code")
    typed = [cell for _, _, cell, _ in CELLS if isinstance(cell, str)]
    codes = {bad.code for cell in typed for bad in judge(column, cell, context())[1]}
    assert len(codes) > 8
    for code in codes:
        words = template_of(code, asked=True)
        assert not re.search("单元格|列(?!号)|公式|文本", words), code
        assert "应" in words or "最多" in words
        assert words.endswith("。")
    assert template_of("code_exponent") != template_of("code_exponent", asked=True)


def test_every_pure_finding_can_be_produced() -> None:
    produced = {case[3] for case in CELLS} | {case[2][2] for case in ROWS}
    assert produced == set(FAULTS) - DATABASE_FAULTS - FILE_REMARKS - BY_OTHER_RULES


def test_the_details_of_every_finding_fill_its_sentence() -> None:
    for record, name, cell, code in CELLS:
        column = record.column(name)
        for bad in judge(column, cell, context())[1]:
            words = sentence(bad.code, bad.detail, column.label)
            assert len(bad.detail) == len(FAULTS[code].slots), code
            assert "{" not in words
    for record, rows, _ in ROWS:
        checked = check(record, *rows)
        for fault in (*checked.faults, *checked.warnings):
            label = record.column(fault.column).label
            assert label in sentence(fault.code, fault.detail, label)
            assert len(fault.detail) == len(FAULTS[fault.code].slots), fault.code


# The faults that are remarks alone, and those that no setting forgives.
REMARKED = {
    "aprvno_old_form",
    "batch_differs_from_codes",
    "batch_not_of_code",
    "batch_of_other_family",
    "batch_unknown",
    "box_count_differs",
    "box_not_larger",
    "certificate_authority",
    "certificate_old_form",
    "certificate_year",
    "code_expiry_differs",
    "code_lot_differs",
    "code_unknown",
    "columns_ignored",
    "consumable_code_class",
    "correction_not_applied",
    "date_long_ago",
    "date_month_only",
    "drug_code_check_digit",
    "file_is_text",
    "event_before_earlier_step",
    "event_before_production",
    "gs1_ambiguous",
    "gtin_not_69",
    "gtin_packaging",
    "item_unknown",
    "lot_without_quantity",
    "ma_check_digit",
    "med_list_not_coded",
    "mended_row_fails_again",
    "prefix_of_other_level",
    "prefix_of_other_product",
    "received_before_shipping",
    "receiver_unknown",
    "regno_old_form",
    "rows_blank",
    "rows_hidden",
    "sheets_ignored",
    "sold_after_expiry",
    "stored_before_production",
    "time_in_future",
    "trace_code_own",
    "udi_differs",
    "udi_opaque",
    "udi_says_otherwise",
    "udi_without_pi",
    "trace_code_unrecognised",
    "uscc_organisation_digit",
    "batch_not_of_event",
    "codes_of_other_family",
    "codes_stored_before_production",
    "expiry_differs_from_codes",
    "lot_differs_from_codes",
    "ma_part",
    "sold_after_this_day",
    "told_before_production",
    "udi_dates",
    "batch_changes_family",
    "code_product_differs",
    "replaces_other_goods",
    "sent_of_all_batches",
    "told_as_other_goods",
}
ALWAYS = {
    "box_in_two_boxes",
    "code_characters",
    "code_decimal",
    "code_exponent",
    "duplicate_in_file",
    "expiry_not_after_production",
    "not_own_unit",
    "number_lost_digits",
    "required",
    "too_long",
    "trace_code_is_prod_code",
    "trace_code_several",
    "trace_codes_equal",
}


def test_levels_are_those_of_the_reference() -> None:
    assert {kind.code for kind in KINDS if kind.level is Severity.WARN} == REMARKED
    assert all(FAULTS[code].fixed and FAULTS[code].level is Severity.ERROR for code in ALWAYS)


def test_no_code_is_both_a_fault_and_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(FAULTS).isdisjoint(catalogue())
    assert codes_mean_one_thing(None) == []
    monkeypatch.setitem(FAULTS, "empty_file", FAULTS["required"])
    (error,) = codes_mean_one_thing(None)
    assert error.id == "tracing.E004"
    assert "empty_file" in error.msg


def test_a_sentence_names_the_column_and_what_was_found() -> None:
    assert sentence("number_lost_digits", ("8.3e+19",), "小包装追溯码") == (
        "小包装追溯码被 Excel 存成了数字（读到 8.3e+19），第16位起已丢失，无法还原。"
        "应为文本格式的完整编码，请先把列设为“文本”，再从赋码系统重新复制。"
    )
    assert sentence("duplicate_in_file", ("8001", "7"), "小包装追溯码").startswith(
        "小包装追溯码“8001”与第 7 行重复。"
    )


@pytest.mark.parametrize(
    "code", ["(01)06972253600013(11)261301(21)A1", "(01)06972253600013(17)271231(11)261301"]
)
def test_an_impossible_day_in_a_code_is_named_with_its_identifier(code: str) -> None:
    bad = CHECKS["gs1"].judge(code)
    assert bad is not None
    words = sentence(bad.code, bad.detail, "追溯码")
    assert "中（11）生产日期的“261301”不是日历上有的日期" in words


def test_a_day_that_can_be_told_from_the_month_is_not_said_to_be_none() -> None:
    words = sentence("date_year_last", ("15/12/2024",), "生产日期")
    assert words.startswith("生产日期“15/12/2024”没有把年写在最前，")
    assert "无法分辨" not in words


def test_an_empty_detail_is_shown_as_empty() -> None:
    words = sentence("box_in_two_boxes", ("", "M", "L", "2"), "大包装追溯码")
    assert words.startswith("大包装追溯码“（空）”与第 2 行不同")


def test_details_with_braces_stay_as_they_are() -> None:
    assert "“{0}{label}”" in sentence("number_form", ("{0}{label}",), "生产数量")


def test_missing_details_and_unknown_codes_are_errors_of_the_caller() -> None:
    with pytest.raises(ValueError, match="'number_form' needs more details"):
        sentence("number_form", (), "生产数量")
    with pytest.raises(KeyError):
        sentence("no_such_code")


@pytest.mark.parametrize(
    ("record", "column"), COLUMNS, ids=[f"{r.code}-{c.name}" for r, c in COLUMNS]
)
def test_every_column_has_a_label_a_note_and_an_example(record: Record, column: Column) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
    assert column.label
    assert column.example
    assert column.note.endswith("。")


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_no_two_columns_of_a_record_answer_to_one_heading(record: Record) -> None:
    headings = [h for column in record.columns for h in (column.label, *column.aliases)]
    assert len(headings) == len(set(headings))
    names = [column.name for column in record.columns]
    assert len(names) == len(set(names))
    assert set(record.key_columns) <= set(names)
    # What may be empty tells rows apart that are alike in the rest of the key.
    needed = [name for name in record.key_columns if record.column(name).required]
    assert needed == [*record.key_columns][: len(needed)]
    assert needed
    assert ("document" in record.key) <= (record.document is not None)


def test_a_label_means_one_identifier_throughout() -> None:
    by_label: dict[str, set[str]] = {}
    for _, column in COLUMNS:
        by_label.setdefault(column.label, set()).add(column.name)
    assert all(len(names) == 1 for names in by_label.values())


def test_an_identifier_has_one_label_in_a_family() -> None:
    by_name: dict[tuple[str, str], set[str]] = {}
    for record, column in COLUMNS:
        by_name.setdefault((record.family, column.name), set()).add(column.label)
    assert all(len(labels) == 1 for labels in by_name.values())


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_parts_and_conditions_name_columns_and_codes_that_exist(record: Record) -> None:
    document = record.document
    picked = [part for part in (record.own_unit, document and document.number) if part]
    for part in picked:
        codes = [code for code, _ in part.columns]
        if part.by:
            assert codes == [code for code, _ in record.column(part.by).kind.values]
            assert record.column(part.by).required
        else:
            assert codes == [""]
        assert all(record.column(name) for _, name in part.columns)
    assert document is None or record.column(document.time).required
    for column in record.columns:
        if column.required_when is not None:
            choice, code = column.required_when
            assert not column.required
            assert code in dict(record.column(choice).kind.values)


def test_records_are_listed_under_their_codes() -> None:
    assert all(code == record.code for code, record in RECORDS.items())
    titles = [record.title for record in RECORDS.values()]
    assert len(titles) == len(set(titles))
    # Excel allows 31 characters in the name of a sheet.
    assert all(len(title) <= 31 for title in titles)
