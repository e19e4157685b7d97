"""A sample: rows of a record, faults planted in them, written as a filled-in template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.synthetic import devices, events
from tracing.synthetic.codes import number, serial_numbers
from tracing.synthetic.faults import Planted, plant
from tracing.synthetic.products import Batch, Firm, Maker, Printed, batch_of
from tracing.synthetic.rows import FACTS_OF, Columns, Packing, code_columns
from tracing.synthetic.trade import Goods, Pack, Trade, made_up
from tracing.synthetic.workbook import SheetData, write

NOTES_SHEET = "填写说明"
NOTE = "本文件由样例程序生成，其中的单位、药品和编码全部是虚构的。"


@dataclass(frozen=True)
class Order:
    """What is wanted: `rows` rows of the unit `maker`, `faults` (0 to 1) of them faulty.

    `batch` names the batch of the codes, or the first of the batches of information; `printed`
    says what is known of that batch, if more than its name. `packing` is for codes only.
    Events are told of `goods` first, then of codes made up, and are not later than `today`;
    `partner` is whom the unit sends to, if that is a firm of the portal.
    """

    maker: Maker
    rows: int
    seed: int = 1
    faults: float = 0.0
    batch: str = ""
    printed: Printed | None = None
    packing: Packing = Packing()
    goods: Goods | None = None
    partner: Firm | None = None
    today: date | None = None


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

    Raises KeyError for a code that no record has.
    """
    columns = _completed(record, WRITERS[BINDINGS[record].sample](order))
    return Sample(record, columns, plant(record, columns, order.seed, order.faults))


def sample_of(record: str, columns: Columns) -> Sample:
    """A sample of rows that were made otherwise, without faults."""
    return Sample(record, _completed(record, columns), [])


def _completed(record: str, columns: Columns) -> Columns:
    """The columns of a record. One that its samples do not know says what the record gives as an
    example where it must be said, and nothing else.
    """
    count = len(next(iter(columns.values()), []))
    return {
        column.name: columns[column.name]
        if column.name in columns
        else [column.example if column.required else None] * count
        for column in RECORDS[record].columns
    }


def _serial_numbers(order: Order, count: int) -> list[str]:
    return serial_numbers(number("batches", order.seed, order.maker.uscc), count)


def _facts(columns: Callable[[Maker, Sequence[Batch]], Columns]) -> Callable[[Order], Columns]:
    """The facts of batches of the unit."""

    def write(order: Order) -> Columns:
        names = _serial_numbers(order, order.rows)
        if order.batch:
            names[0] = order.batch
        return columns(order.maker, [batch_of(order.maker, name) for name in names])

    return write


def _codes(order: Order) -> Columns:
    printed = order.printed or batch_of(order.maker, serial_number(order)).printed
    return code_columns(order.maker, printed, order.seed, order.rows, order.packing)


def packs_of(record: str, rows: int) -> int:
    """How many packs `rows` rows of events tell of; 0 for the records that are no events."""
    binding = BINDINGS[record]
    if binding.event is None:
        return 0
    return events.circulated_packs(rows) if binding.event.lists_codes else rows


def _udi(order: Order, maker: Maker, count: int) -> Columns:
    batch = batch_of(maker, serial_number(order))
    return devices.udi_columns(maker, batch, order.seed, count, order.packing)


def _packs(order: Order, maker: Maker, count: int) -> Goods:
    """Packs of a batch of the maker's drugs."""
    batch = batch_of(maker, serial_number(order))
    printed = order.printed or batch.printed
    made = code_columns(maker, printed, order.seed, count, order.packing)["lv1_trac_code"]
    facts = (printed.trac_codg_sn, printed.med_list_codg, batch.lot, maker)
    return Goods([Pack(str(code), *facts) for code in made], printed.made + timedelta(days=1))


def _devices(order: Order, maker: Maker, count: int) -> Goods:
    """Pieces and lots of the maker's consumables."""
    batch = batch_of(maker, serial_number(order))
    made = _udi(order, maker, count)
    rows = zip(made["lv1_trac_code"], made["mcs_code"], made["manu_lotnum"], strict=True)
    packs = [Pack(str(code), "", str(mcs), str(lot), maker) for code, mcs, lot in rows]
    return Goods(packs, batch.made + timedelta(days=1))


MadeUp = Callable[[Order, Maker, int], Goods]


def _goods(order: Order, maker: Maker, count: int, made_up: MadeUp) -> Goods:
    """The first known packs, and as many more made up as are wanting."""
    known = list(order.goods.packs[:count]) if order.goods else []
    since = order.goods.since if order.goods else None
    if since is None or len(known) < count:
        made = made_up(order, maker, count)
        taken = {pack.code for pack in known}
        known += [pack for pack in made.packs if pack.code not in taken][: count - len(known)]
        since = since or made.since
    return Goods(known, since)


def _trade(order: Order, maker: Maker, count: int, packs: MadeUp = _packs) -> Trade:
    partner = order.partner or made_up("partner", "某某医药有限公司", order.maker)
    goods = _goods(order, maker, count, packs)
    return Trade(order.maker, partner, goods, order.seed, order.today)


def _of_the_maker(columns: Callable[[Trade], Columns]) -> Callable[[Order], Columns]:
    """Events that a maker tells of its own packs."""
    return lambda order: columns(_trade(order, order.maker, order.rows))


def _of_devices(columns: Callable[[Trade], Columns]) -> Callable[[Order], Columns]:
    """Events that a maker tells of its own consumables."""

    def write(order: Order) -> Columns:
        told = columns(_trade(order, order.maker, order.rows, _devices))
        return {**told, "cnt": devices.counted(told["trac_code"])}

    return write


def upstream_of(order: Order) -> Maker:
    """Who made the packs that a unit tells of though it did not make them."""
    upstream = made_up("upstream", "某某制药有限公司", order.maker)
    return Maker(upstream.name, upstream.uscc)


def _circulation(order: Order) -> Columns:
    """Events of packs that the unit did not make."""
    trade = _trade(order, upstream_of(order), events.circulated_packs(order.rows))
    return events.circulation_columns(trade, order.rows)


# How the rows of each kind of sample are made; the bindings say of which kind a record's are.
WRITERS: dict[str, Callable[[Order], Columns]] = {
    **{kind: _facts(columns) for kind, columns in FACTS_OF.items()},
    "codes": _codes,
    "shipment": _of_the_maker(events.shipment_columns),
    "delivery": _of_the_maker(events.delivery_columns),
    "receipt": _of_the_maker(events.receipt_columns),
    "retail": _of_the_maker(events.retail_columns),
    "item": lambda order: devices.item_columns(order.maker, order.rows),
    "spec": lambda order: devices.spec_columns(order.maker, order.rows),
    "udi": lambda order: _udi(order, order.maker, order.rows),
    "udi-shipment": _of_devices(events.shipment_columns),
    "udi-delivery": _of_devices(events.delivery_columns),
    "udi-receipt": _of_devices(events.receipt_columns),
    "udi-retail": _of_devices(events.retail_columns),
    "trade": _circulation,
}
