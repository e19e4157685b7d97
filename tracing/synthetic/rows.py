"""Good rows of each record, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracing.records.terms import Cell
from tracing.synthetic.codes import SERIALS, number, prefix, trace_codes
from tracing.synthetic.products import Batch, Maker, Printed

Columns = dict[str, list[Cell]]

FOREIGN_MAKER = "某某海外制药公司"

_LEVELS = re.compile(r"([1-9][0-9]{0,5})(?:[xX×]([1-9][0-9]{0,5}))?")


@dataclass(frozen=True)
class Packing:
    """How many small packs a middle box holds, and how many middle boxes a large one; 0: none."""

    per_middle: int = 10
    per_large: int = 20

    @classmethod
    def parse(cls, text: str) -> Packing:
        """Read 10x20, 10 (no large boxes) or 0 (no boxes). Raises ValueError."""
        if text == "0":
            return cls(0, 0)
        found = _LEVELS.fullmatch(text)
        if not found:
            raise ValueError(f"packing {text!r}: expected 10x20, 10 (no large boxes) or 0 (none)")
        return cls(int(found[1]), int(found[2] or 0))


def info_columns(maker: Maker, batches: Sequence[Batch]) -> Columns:
    """国产药信息 of batches, one row each."""
    return in_columns([_info(maker, batch) for batch in batches])


def import_columns(importer: Maker, batches: Sequence[Batch]) -> Columns:
    """进口药信息 of batches, one row each, made abroad for the firm that uploads them."""
    return in_columns([{**_info(importer, batch), **_import(importer, batch)} for batch in batches])


# How the facts of batches are made up, by the kind of sample.
FACTS_OF: dict[str, Callable[[Maker, Sequence[Batch]], Columns]] = {
    "info": info_columns,
    "import": import_columns,
}


def in_columns(rows: Sequence[Mapping[str, Cell]]) -> Columns:
    """Rows column by column."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _info(maker: Maker, batch: Batch) -> dict[str, Cell]:
    product, form = batch.product, batch.product.form
    return {
        "trac_codg_sn": batch.trac_codg_sn,
        "med_list_codg": product.med_list_codg,
        "nat_drug_no": product.nat_drug_no,
        "drug_genname": product.name,
        "dosform": form.name,
        "spec": form.spec,
        "pacspec": form.pacspec,
        "convrat": form.convrat,
        "convrat_unt": form.unit,
        "manu_lotnum": batch.lot,
        "manu_date": _written(batch.made),
        "expy_end": _written(batch.expires),
        "aprvno": product.aprvno,
        "aprvno_date": "2022-01-11",
        "aprvno_enddate": "2027-01-10",
        "rx_flag": form.prescription,
        "bas_medn_flag": "是" if product.index % 2 else "否",
        "manu_cnt": batch.packs,
        "prodentp_name": maker.name,
        "prodentp_uscc": maker.uscc,
        "manu_addr": "某某省某某市某某路1号",
        "drug_lv": "西药" if form.letter == "X" else "中药",
        "prod_code": product.prod_code,
    }


def _import(importer: Maker, batch: Batch) -> dict[str, Cell]:
    """What is said otherwise, or besides, of a drug made abroad."""
    return {
        "aprvno": None,
        "drug_regno": batch.product.drug_regno,
        "impt_appv_no": f"JX{batch.lot}",
        "impt_entp_name": importer.name,
        "prodentp_name": FOREIGN_MAKER,
        "prodentp_uscc": None,
        "manu_addr": "某国某某市",
    }


def code_columns(
    maker: Maker, printed: Printed, seed: int, count: int, packing: Packing
) -> Columns:
    """国产药追溯码信息 of `count` packs of one batch, packed in order."""

    def stream(level: int, length: int) -> list[str]:
        salt = number("codes", seed, maker.uscc, printed.trac_codg_sn, level) % SERIALS
        return trace_codes(prefix(printed.product, level), salt, length)

    middle, large = packing.per_middle, packing.per_middle * packing.per_large
    return {
        "trac_codg_sn": [printed.trac_codg_sn] * count,
        "lv1_trac_code": list(stream(1, count)),
        "lv2_trac_code": boxed(count, middle, lambda boxes: stream(2, boxes)),
        "lv3_trac_code": boxed(count, large, lambda boxes: stream(3, boxes)),
        "med_list_codg": [printed.med_list_codg] * count,
        "prod_code": [printed.prod_code] * count,
        "stoin_time": stored(printed.made, count, large or middle or count),
    }


def boxed(count: int, size: int, stream: Callable[[int], list[str]]) -> list[Cell]:
    """The box of each of `count` packs, `size` to a box; none where size is 0."""
    if not size:
        return [None] * count
    boxes = stream(-(-count // size))
    return [boxes[i // size] for i in range(count)]


def stored(made: datetime, count: int, size: int) -> list[Cell]:
    """入库时间: a minute later for every box, within the day after production."""
    first = (made + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    minutes = 24 * 60
    times = [f"{first + timedelta(minutes=m):%Y-%m-%d %H:%M:%S}" for m in range(minutes)]
    return [times[i // size % minutes] for i in range(count)]


def _written(day: object) -> str:
    return f"{day:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
