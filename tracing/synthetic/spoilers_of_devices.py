"""The faults that can be planted in the records of consumables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.lib.no_value import FORMULA
from tracing.records.terms import ErrorCell
from tracing.synthetic.spoilers import (
    Spoiler,
    become,
    changed,
    copied,
    cut,
    half_chinese,
    wrong_last_digit,
)
from tracing.synthetic.spoilers_of_records import (
    DELIVERY_SPOILERS,
    RECEIPT_SPOILERS,
    RETAIL_SPOILERS,
    SHIPMENT_SPOILERS,
)


def _udi_spoilers(column: str) -> Iterator[Spoiler]:
    """What can be wrong with a UDI."""
    yield Spoiler(column, "required", become(None))
    yield Spoiler(column, "number_lost_digits", become(8.00000012345679e19))
    yield Spoiler(column, "code_exponent", become("6.99900000000180E+13"))
    yield Spoiler(column, "code_characters", half_chinese(column))
    yield Spoiler(column, "gs1_gtin_check_digit", become("(01)06999000000017(21)0001"))
    yield Spoiler(column, "gs1_day", become("(01)06999000000018(17)251340(21)0001"))
    yield Spoiler(column, "ma_form", become("MA.156.MO.999999.11103316"))
    yield Spoiler(column, "udi_form", become("6999000000"))
    yield Spoiler(column, "trace_code_length", changed(column, lambda code: code[:7]))
    yield Spoiler(column, "error_cell", become(ErrorCell("#N/A")))


def _event_spoilers(others: Iterable[Spoiler], document: str) -> tuple[Spoiler, ...]:
    """What can be wrong with an event of a consumable; `others` are those of drugs."""
    code = "trac_code"
    return (
        *_udi_spoilers(code),
        Spoiler(code, "duplicate_in_file", copied(code), True, alike=(document,)),
        *(spoiler for spoiler in others if spoiler.column not in (code, "trac_codg_sn")),
    )


ITEM_SPOILERS = (
    *_udi_spoilers("udi"),
    Spoiler("mcs_code", "consumable_code_form", cut("mcs_code")),
    Spoiler("mcs_code", "required", become(None)),
    Spoiler("reg_fil_no", "certificate_form", cut("reg_fil_no")),
    Spoiler("mcs_name", "required", become(None)),
    Spoiler("min_unt", "too_long", become("支" * 33)),
    Spoiler("dspo_used_flag", "choice_unknown", become("可能")),
    Spoiler("prodentp_uscc", "uscc_length", cut("prodentp_uscc")),
)
SPEC_SPOILERS = (
    *_udi_spoilers("udi_di"),
    Spoiler("mcs_code", "consumable_code_form", cut("mcs_code")),
    Spoiler("mcs_code", "duplicate_in_file", copied("mcs_code"), True, alike=("spec", "mol")),
    Spoiler("spec", "required", become(None)),
    Spoiler("convrat", "number_not_above_zero", become(0)),
    Spoiler("convrat", "number_form", become("10支")),
    Spoiler("prod_code", "gtin_check_digit", wrong_last_digit("prod_code")),
)
UDI_SPOILERS = (
    *_udi_spoilers("lv1_trac_code"),
    # What the row says of its lot must stay what its code says.
    Spoiler(
        "lv1_trac_code",
        "duplicate_in_file",
        copied("lv1_trac_code"),
        True,
        alike=("manu_lotnum", "cnt"),
    ),
    Spoiler("lv2_trac_code", "trace_codes_equal", changed("lv1_trac_code", str)),
    Spoiler("mcs_code", "consumable_code_form", cut("mcs_code")),
    Spoiler("manu_lotnum", "required", become(None)),
    Spoiler("manu_date", "date_impossible", become("2024-02-30")),
    Spoiler("manu_date", "date_in_future", become("2199-01-01")),
    Spoiler("cnt", "piece_quantity", become(2), only=("cnt", None)),
    Spoiler("cnt", "number_not_above_zero", become(-1)),
    Spoiler("cnt", "formula_without_value", become(ErrorCell(FORMULA))),
    Spoiler("stoin_time", "date_year_last", become("16/12/2024")),
)
UDI_SHIPMENT_SPOILERS = (
    *_event_spoilers(SHIPMENT_SPOILERS, "shp_sin_no"),
    Spoiler("cnt", "number_not_above_zero", become(0)),
)
UDI_DELIVERY_SPOILERS = _event_spoilers(DELIVERY_SPOILERS, "shp_sin_no")
UDI_RECEIPT_SPOILERS = _event_spoilers(RECEIPT_SPOILERS, "shpp_sin_no")
UDI_RETAIL_SPOILERS = _event_spoilers(RETAIL_SPOILERS, "rtal_docno")

DEVICE_SPOILERS: dict[str, tuple[Spoiler, ...]] = {
    "item": ITEM_SPOILERS,
    "spec": SPEC_SPOILERS,
    "udi": UDI_SPOILERS,
    "udi-shipment": UDI_SHIPMENT_SPOILERS,
    "udi-delivery": UDI_DELIVERY_SPOILERS,
    "udi-receipt": UDI_RECEIPT_SPOILERS,
    "udi-retail": UDI_RETAIL_SPOILERS,
}
