"""A sample: rows of a record, faults planted in them, written as a filled-in template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tracing.records import RECORDS
from tracing.synthetic.codes import number, serial_numbers
from tracing.synthetic.faults import Planted, plant
from tracing.synthetic.products import Maker, Printed, batch_of
from tracing.synthetic.rows import Columns, Packing, code_columns, info_columns
from tracing.synthetic.workbook import SheetData, write

NOTES_SHEET = "填写说明"
NOTE = "本文件由样例程序生成，其中的单位、药品和编码全部是虚构的。"


@dataclass(frozen=True)
class Order:
    """What is wanted: `rows` rows of a maker, `faults` (0 to 1) of them faulty.

    `batch` names the batch of the codes, or the first of the batches of information; `printed`
    says what is known of that batch, if more than its name. `packing` is for codes only.
    """

    maker: Maker
    rows: int
    seed: int = 1
    faults: float = 0.0
    batch: str = ""
    printed: Printed | None = None
    packing: Packing = Packing()


@dataclass(frozen=True)
class Sample:
    """The rows, column by column, and the faults in them."""

    record: str
    columns: Columns
    planted: list[Planted]

    def write(self, path: Path) -> None:
        """Write the workbook."""
        record = RECORDS[self.record]
        headings = [c.label + ("*" if c.required else "") for c in record.columns]
        cells = [self.columns[c.name] for c in record.columns]
        data = SheetData(record.title, headings, cells)
        write(path, [data, SheetData(NOTES_SHEET, [NOTES_SHEET], [[NOTE]])])


def serial_number(order: Order) -> str:
    """The 流水号 of the codes, or of the first batch: the one asked for, or one of the seed's."""
    return order.batch or _serial_numbers(order, 1)[0]


def make(record: str, order: Order) -> Sample:
    """Make a sample. The same order gives the same rows; only `faults` decides which are spoiled.

    Raises KeyError for a record that has no samples.
    """
    columns = MAKERS[record](order)
    return Sample(record, columns, plant(record, columns, order.seed, order.faults))


def _serial_numbers(order: Order, count: int) -> list[str]:
    return serial_numbers(number("batches", order.seed, order.maker.uscc), count)


def _info(order: Order) -> Columns:
    names = _serial_numbers(order, order.rows)
    if order.batch:
        names[0] = order.batch
    return info_columns(order.maker, [batch_of(order.maker, name) for name in names])


def _codes(order: Order) -> Columns:
    printed = order.printed or batch_of(order.maker, serial_number(order)).printed
    return code_columns(order.maker, printed, order.seed, order.rows, order.packing)


MAKERS: dict[str, Callable[[Order], Columns]] = {
    "domestic-drug-info": _info,
    "domestic-drug-codes": _codes,
}
