"""The faults that can be planted in the records of events."""

from __future__ import annotations

from collections.abc import Iterator

from portal.lib.no_value import FORMULA
from tracing.records.terms import ErrorCell
from tracing.records.values import INBOUND, INV_TYPE, OUTBOUND
from tracing.synthetic.codes import credit_code
from tracing.synthetic.spoilers import (
    Spoiler,
    as_exponent,
    as_number,
    become,
    changed,
    copied,
    cut,
    half_chinese,
    letter_for_digit,
    with_decimals,
    with_next,
)

STRANGER = credit_code("stranger")
DIRECTION = "inv_type"
INCOMING = (DIRECTION, dict(INV_TYPE)[INBOUND])
OUTGOING = (DIRECTION, dict(INV_TYPE)[OUTBOUND])


def _code_spoilers(*rest_of_key: str) -> Iterator[Spoiler]:
    """What can be wrong with the code; the same code twice only matters in the same document."""
    column = "trac_code"
    yield Spoiler(column, "required", become(None))
    yield Spoiler(column, "duplicate_in_file", copied(column), True, alike=rest_of_key)
    yield Spoiler(column, "number_lost_digits", as_number(column))
    yield Spoiler(column, "code_characters", half_chinese(column))
    # An EAN of somebody else.
    yield Spoiler(column, "trace_code_is_prod_code", become("6999999999994"))
    yield Spoiler(column, "trace_code_length", changed(column, lambda code: code[:7]))
    yield Spoiler(column, "code_exponent", as_exponent(column))
    yield Spoiler(column, "code_decimal", with_decimals(column))
    yield Spoiler(column, "trace_code_several", with_next(column, "、"))
    yield Spoiler(column, "trace_code_not_all_digits", letter_for_digit(column))
    yield Spoiler(column, "error_cell", become(ErrorCell("#N/A")))


def _firm_spoilers(name: str, uscc: str) -> Iterator[Spoiler]:
    """What can be wrong with a firm."""
    yield Spoiler(name, "required", become(None))
    yield Spoiler(uscc, "uscc_length", cut(uscc))


def _time_spoilers(column: str) -> Iterator[Spoiler]:
    """What can be wrong with the time of an event."""
    yield Spoiler(column, "date_impossible", become("2024-02-30 10:00:00"))
    yield Spoiler(column, "date_year_last", become("17/12/2024"))
    yield Spoiler(column, "required", become(None))


SHIPMENT_SPOILERS = (
    *_code_spoilers("shp_sin_no"),
    *_firm_spoilers("shpp_org_name", "shpp_org_uscc"),
    *_time_spoilers("shp_time"),
    Spoiler("shp_org_uscc", "not_own_unit", become(STRANGER)),
    Spoiler("shp_stas", "choice_unknown", become("运输中")),
    Spoiler("shp_sin_no", "too_long", changed("shp_sin_no", lambda number: number * 4)),
    Spoiler("trac_codg_sn", "formula_without_value", become(ErrorCell(FORMULA))),
)
DELIVERY_SPOILERS = (
    *_code_spoilers("shp_sin_no"),
    *_firm_spoilers("delv_emp", "delv_emp_uscc"),
    *_time_spoilers("delv_time"),
    Spoiler("shp_sin_no", "required", become(None)),
    Spoiler("delv_addr", "too_long", changed("delv_addr", lambda address: address * 50)),
)
RECEIPT_SPOILERS = (
    *_code_spoilers("shpp_sin_no"),
    *_firm_spoilers("shpp_org_name", "shpp_org_uscc"),
    *_time_spoilers("shpp_time"),
    Spoiler("shpp_org_type", "choice_unknown", become("药店")),
    Spoiler("shpp_stas", "required", become(None)),
)
RETAIL_SPOILERS = (
    *_code_spoilers("rtal_docno"),
    *_firm_spoilers("rtal_org_name", "rtal_org_uscc"),
    *_time_spoilers("rtal_time"),
    Spoiler("rtal_cnt", "number_form", changed("rtal_cnt", lambda count: f"{count}盒")),
    Spoiler("rtal_cnt", "number_not_above_zero", become(0)),
    Spoiler("trdn_flag", "choice_unknown", become("拆")),
)
CIRCULATION_SPOILERS = (
    *_code_spoilers(DIRECTION, "shp_sin_no", "shpp_sin_no"),
    *_time_spoilers("delv_time"),
    Spoiler("shpp_org_uscc", "not_own_unit", become(STRANGER), only=INCOMING),
    Spoiler("shp_org_uscc", "not_own_unit", become(STRANGER), only=OUTGOING),
    Spoiler("shpp_sin_no", "required_when", become(None), only=INCOMING),
    Spoiler("shpp_time", "required_when", become(None), only=INCOMING),
    Spoiler("med_list_codg", "goods_code_form", cut("med_list_codg")),
    Spoiler(DIRECTION, "choice_unknown", become("调拨")),
    *_firm_spoilers("delv_emp", "shpp_org_uscc"),
    Spoiler("cnt", "number_not_above_zero", become(-1)),
)
