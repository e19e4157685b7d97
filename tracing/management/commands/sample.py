"""`sample`: a workbook of fictitious rows for a unit, with faults where they are asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.units.models import Unit
from portal.lib.clock import SHANGHAI
from portal.management.reporting import Exit, ReportingCommand, ended
from tracing.management.acting import name_unit, unit_named
from tracing.management.trading import goods_for, partner_of
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS, column_of, is_of_devices
from tracing.records.shapes import SERIAL, Shape
from tracing.stores.models import DrugBatch
from tracing.synthetic.products import Maker, Printed, product_index
from tracing.synthetic.rows import Packing
from tracing.synthetic.sample import Order, Sample, make, packs_of, serial_number

SERIAL_LABEL = column_of(Shape.PRODUCT, SERIAL).label
MOST_ROWS = 1_000_000


class Command(ReportingCommand):
    """Write a workbook of fictitious rows in the shape of the template."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        name_unit(parser)
        parser.add_argument("--record", required=True, choices=sorted(RECORDS))
        parser.add_argument("--rows", required=True, type=int)
        parser.add_argument("--out", required=True, type=Path, help="the workbook to write")
        parser.add_argument(
            "--batch",
            default="",
            help=f"{SERIAL_LABEL} of the codes, or of the first row of information; "
            "codes without it belong to a batch of the unit, or to one still to be uploaded; "
            "events are told of the unit's codes first, then of made-up ones",
        )
        parser.add_argument(
            "--levels", default="10x20", help="packs per middle box x middle boxes per large box"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same rows")
        parser.add_argument("--faults", type=float, default=0.0, help="share of faulty rows")
        parser.add_argument("--plant", type=Path, help="JSON file to list the faults in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make and write the sample. Exits 2 on wrong usage, 5 when there is no such unit."""
        unit = unit_named(options["unit"])
        order = _order(unit, options)
        sample = make(options["record"], order)
        try:
            sample.write(options["out"])
            if options["plant"]:
                options["plant"].write_text(json.dumps([p._asdict() for p in sample.planted]))
        except OSError as error:
            raise ended(Exit.USAGE, f"无法写入文件：{error}。请给出可写的路径。") from error
        self.report(options["json"], _result(unit, order, sample, options), _said(order, sample))


def _order(unit: Unit, options: dict[str, Any]) -> Order:
    if not 1 <= options["rows"] <= MOST_ROWS:
        raise ended(Exit.USAGE, f"--rows 应为 1 至 {MOST_ROWS} 的整数，收到 {options['rows']}。")
    if not 0 <= options["faults"] <= 1:
        raise ended(Exit.USAGE, f"--faults 应为 0 至 1 的比例，收到 {options['faults']}。")
    try:
        packing = Packing.parse(options["levels"])
    except ValueError:
        raise ended(
            Exit.USAGE,
            f"--levels 应写成 10x20（中包装装 10 盒，大包装装 20 个中包装）、10（没有大包装）"
            f"或 0（没有外包装），收到 {options['levels']}。",
        ) from None
    record, batch = options["record"], options["batch"].strip()
    binding = BINDINGS[record]
    of_own_codes = binding.shape is Shape.CODES or (
        binding.event is not None
        and not binding.event.lists_codes
        and not is_of_devices(binding.record.code)
    )
    return Order(
        maker=Maker(unit.name, unit.uscc),
        rows=options["rows"],
        seed=options["seed"],
        faults=options["faults"],
        batch=batch,
        printed=_printed(unit, batch) if of_own_codes else None,
        packing=packing,
        goods=goods_for(unit, record, options["rows"], batch),
        partner=partner_of(unit),
        today=timezone.localdate(),
    )


def _printed(unit: Unit, trac_codg_sn: str) -> Printed | None:
    """What the unit's batch of this 流水号 says, or its first batch where none is named."""
    batches = DrugBatch.objects.of(unit).filter(voided_at__isnull=True)
    if trac_codg_sn:
        batches = batches.filter(trac_codg_sn=trac_codg_sn)
    batch = batches.order_by("uploaded_at", "trac_codg_sn").first()
    if batch is None:
        return None
    return Printed(
        trac_codg_sn=batch.trac_codg_sn,
        med_list_codg=batch.med_list_codg,
        prod_code=batch.prod_code,
        product=product_index(batch.prod_code),
        made=batch.manu_date.astimezone(SHANGHAI),
    )


def _batch_name(order: Order) -> str:
    if order.goods is not None:
        return order.goods.packs[0].trac_codg_sn
    return order.printed.trac_codg_sn if order.printed else serial_number(order)


def _result(unit: Unit, order: Order, sample: Sample, options: dict[str, Any]) -> dict[str, Any]:
    return {
        "unit": unit.slug,
        "record": sample.record,
        "rows": order.rows,
        "seed": order.seed,
        "batch": _batch_name(order),
        "batch_known": order.printed is not None or order.goods is not None,
        "codes_known": _codes_known(order) if packs_of(sample.record, order.rows) else None,
        "faults": len(sample.planted),
        "out": str(options["out"]),
        "plant": str(options["plant"]) if options["plant"] else None,
    }


def _codes_known(order: Order) -> int:
    return len(order.goods.packs) if order.goods is not None else 0


def _said(order: Order, sample: Sample) -> list[str]:
    first = f"共 {order.rows} 行，其中 {len(sample.planted)} 行埋有错误。"
    if packs := packs_of(sample.record, order.rows):
        own = _codes_known(order)
        return [first, f"涉及 {packs} 个追溯码，其中 {own} 个平台上已有，其余是虚构的。"]
    shape = BINDINGS[sample.record].shape
    if shape is Shape.PRODUCT:
        return [first, f"首行的{SERIAL_LABEL}为 {_batch_name(order)}。"]
    if shape is not Shape.CODES:
        return [first]
    known = "已上传药品信息" if order.printed else "尚未上传药品信息，追溯码将待匹配"
    return [first, f"{SERIAL_LABEL}为 {_batch_name(order)}（{known}）。"]
