"""Planting faults: each spoils one cell of a good row so that exactly one finding results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tracing.records.base import Cell, ErrorCell
from tracing.synthetic.codes import number
from tracing.synthetic.rows import Columns

Row = Mapping[str, Cell]

HEADING_ROWS = 1


class Planted(NamedTuple):
    """A planted fault: the sheet's row number, the column's identifier, the fault's code."""

    row: int
    column: str
    code: str


@dataclass(frozen=True)
class Spoiler:
    """A fault that can be planted in `column`.

    `spoil` makes the bad cell from the good row and from a good row above it; a spoiler that
    `needs_earlier` cannot be used where there is none.
    """

    column: str
    code: str
    spoil: Callable[[Row, Row], Cell]
    needs_earlier: bool = False


def _become(cell: Cell) -> Callable[[Row, Row], Cell]:
    return lambda row, earlier: cell


def _text(row: Row, column: str) -> str:
    return str(row[column])


def _wrong_last_digit(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def _as_number(column: str) -> Callable[[Row, Row], Cell]:
    """What Excel makes of a code in a column that is not text."""
    return lambda row, earlier: float(_text(row, column))


def _half_chinese(column: str) -> Callable[[Row, Row], Cell]:
    return lambda row, earlier: _text(row, column)[:-2] + "某某"


CODE_SPOILERS = (
    Spoiler("prod_code", "gtin_check_digit", lambda r, e: _wrong_last_digit(_text(r, "prod_code"))),
    Spoiler("lv1_trac_code", "duplicate_in_file", lambda r, e: e["lv1_trac_code"], True),
    Spoiler("lv1_trac_code", "number_lost_digits", _as_number("lv1_trac_code")),
    Spoiler("lv2_trac_code", "number_lost_digits", _as_number("lv1_trac_code")),
    Spoiler("med_list_codg", "med_list_form", lambda r, e: _text(r, "med_list_codg")[:-1]),
    Spoiler("lv1_trac_code", "code_characters", _half_chinese("lv1_trac_code")),
    # An EAN of somebody else: the row's own 商品码 would be a second finding.
    Spoiler("lv1_trac_code", "trace_code_is_prod_code", _become("6999999999994")),
    Spoiler("lv1_trac_code", "required", _become(None)),
    Spoiler("trac_codg_sn", "required", _become(None)),
    Spoiler("lv2_trac_code", "trace_codes_equal", lambda r, e: r["lv1_trac_code"]),
    Spoiler("lv1_trac_code", "error_cell", _become(ErrorCell("#N/A"))),
    Spoiler("prod_code", "error_cell", _become(ErrorCell("#REF!"))),
    Spoiler("lv1_trac_code", "formula_without_value", _become(ErrorCell("formula"))),
    Spoiler("lv1_trac_code", "trace_code_length", lambda r, e: _text(r, "lv1_trac_code")[:7]),
    Spoiler("lv1_trac_code", "too_long", lambda r, e: _text(r, "lv1_trac_code") * 6),
    Spoiler("lv1_trac_code", "gs1_gtin_check_digit", _become("(01)06999000000017(21)0001")),
    Spoiler("stoin_time", "date_year_last", _become("16/12/2024")),
    Spoiler("stoin_time", "date_impossible", _become("2024-02-30")),
)
INFO_SPOILERS = (
    Spoiler("prod_code", "gtin_check_digit", lambda r, e: _wrong_last_digit(_text(r, "prod_code"))),
    Spoiler("trac_codg_sn", "duplicate_in_file", lambda r, e: e["trac_codg_sn"], True),
    Spoiler("drug_genname", "required", _become(None)),
    Spoiler("expy_end", "expiry_not_after_production", lambda r, e: r["manu_date"]),
    Spoiler("med_list_codg", "med_list_form", lambda r, e: _text(r, "med_list_codg")[:-1]),
    Spoiler("trac_codg_sn", "code_characters", _half_chinese("trac_codg_sn")),
    Spoiler("trac_codg_sn", "number_lost_digits", _become(8.00000012345679e19)),
    Spoiler("aprvno", "aprvno_form", lambda r, e: _text(r, "aprvno")[:-1]),
    Spoiler("prodentp_uscc", "uscc_length", lambda r, e: _text(r, "prodentp_uscc")[:-1]),
    Spoiler("rx_flag", "choice_unknown", _become("可能")),
    Spoiler("manu_cnt", "number_form", lambda r, e: f"{r['manu_cnt']}盒"),
    Spoiler("manu_cnt", "error_cell", _become(ErrorCell("#VALUE!"))),
    Spoiler("convrat", "formula_without_value", _become(ErrorCell("formula"))),
    Spoiler("convrat", "number_not_above_zero", _become(0)),
    Spoiler("manu_date", "date_impossible", _become("2024-02-30")),
    Spoiler("manu_date", "date_in_future", _become("2199-01-01")),
)
SPOILERS: dict[str, tuple[Spoiler, ...]] = {
    "domestic-drug-codes": CODE_SPOILERS,
    "domestic-drug-info": INFO_SPOILERS,
}


def plant(record: str, columns: Columns, seed: int, share: float) -> list[Planted]:
    """Spoil round(rows · share) of the rows in place, one cell each; returns what was done.

    The faults are spread over the whole table and take all kinds of the record in turn. Which
    rows are spoiled follows from the seed; all other cells stay as they were.
    """
    rows = len(next(iter(columns.values())))
    chosen = _spread(rows, round(rows * share), seed)
    bad = set(chosen)
    kinds = SPOILERS[record]
    without_earlier = [kind for kind in kinds if not kind.needs_earlier]
    planted = []
    for turn, index in enumerate(chosen, start=number("first kind", seed) % len(kinds)):
        earlier = _good_row_above(index, bad)
        kind = kinds[turn % len(kinds)]
        if earlier is None and kind.needs_earlier:
            kind = without_earlier[turn % len(without_earlier)]
        row = _row(columns, index)
        columns[kind.column][index] = kind.spoil(
            row, row if earlier is None else _row(columns, earlier)
        )
        planted.append(Planted(index + HEADING_ROWS + 1, kind.column, kind.code))
    return planted


def _spread(rows: int, count: int, seed: int) -> list[int]:
    """`count` different rows, one at some place of each of as many equal stretches."""
    bounds = [part * rows // count for part in range(count + 1)] if count else []
    return [
        first + number("faulty row", seed, first) % (after - first)
        for first, after in zip(bounds, bounds[1:], strict=False)
    ]


def _good_row_above(index: int, bad: set[int]) -> int | None:
    return next((i for i in range(index - 1, -1, -1) if i not in bad), None)


def _row(columns: Columns, index: int) -> dict[str, Cell]:
    return {name: cells[index] for name, cells in columns.items()}
