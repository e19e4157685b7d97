"""Fictitious consumables: products, packings, pieces and lots with their UDI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.lib.identifiers import gtin_check_digit
from tracing.records import udi
from tracing.records.ma import ma_check_digit
from tracing.records.terms import Cell
from tracing.synthetic import codes
from tracing.synthetic.codes import SERIALS, STEP, number
from tracing.synthetic.products import Batch, Maker
from tracing.synthetic.rows import Columns, Packing, boxed, in_columns, stored

# Their GTINs are none of the maker's drugs.
FIRST_PRODUCT = 1_000
# One product in so many has an MA code, the others one of GS1.
MA_TURN = 10
# One row in so many is a lot, of so many pieces.
LOT_TURN, PIECES = 50, 100
NAMES = ("导管", "缝合线", "支架", "敷料", "注射器", "输液器", "导丝", "球囊", "吻合器", "引流管")


@dataclass(frozen=True)
class Device:
    """What a maker makes: consumable `index` of its `enterprise` number."""

    index: int
    enterprise: int

    @property
    def mcs_code(self) -> str:
        """医保耗材代码."""
        return codes.consumable(self.enterprise, self.index)

    @property
    def name(self) -> str:
        """单件产品名称."""
        return f"一次性使用某某{NAMES[self.index % len(NAMES)]}"

    @property
    def certificate(self) -> str:
        """A registration whose number no device has."""
        return f"国械注准2019399{self.index % 10_000:04}"

    def identifier(self, level: int) -> str:
        """The DI of a pack level, 1 (small) to 3 (large), as it is printed."""
        if self.index % MA_TURN == MA_TURN - 1:
            payload = f"MA.156.M0.999999.{level}{self.enterprise:03}{self.index % 100_000:05}"
            return f"{payload}{ma_check_digit(payload)}"
        item = codes.gtin(self.enterprise, (FIRST_PRODUCT + self.index) % 100_000)
        payload = f"{level - 1}{item[:-1]}"
        return payload + gtin_check_digit(payload)

    def printed(self, level: int, lot: Lot, serial: str) -> str:
        """The UDI on a pack of a lot; without a `serial` that of the whole lot."""
        identifier, made, expires = self.identifier(level), lot.day(lot.made), lot.day(lot.expires)
        if identifier.startswith("MA"):
            parts = (f".S{serial}" if serial else "", f".M{made}.L{lot.number}.E{expires}")
            production = "".join(parts)
            return f"{identifier}{production}.C{ma_check_digit(production)}"
        dates = f"(11){made}(17){expires}(10){lot.number}"
        return f"(01){identifier}{dates}{f'(21){serial}' if serial else ''}"


@dataclass(frozen=True)
class Lot:
    """What is made at a time, under one 生产批号."""

    number: str
    made: datetime
    expires: datetime

    @classmethod
    def of(cls, batch: Batch, turn: int = 0) -> Lot:
        """The lot of a batch; further ones of the same days have numbers of their own."""
        return cls(f"{batch.lot}{turn:04}" if turn else batch.lot, batch.made, batch.expires)

    def day(self, moment: datetime) -> str:
        """A day as a UDI writes it."""
        return f"{moment:%y%m%d}"


def device_of(batch: Batch) -> Device:
    """The consumable that a maker made in place of the drug of a batch."""
    return Device(batch.product.index, batch.product.enterprise)


def item_columns(maker: Maker, count: int) -> Columns:
    """医用耗材单件信息 of `count` consumables."""
    enterprise = codes.enterprise(maker.uscc)
    return in_columns([_item(maker, Device(index, enterprise)) for index in range(count)])


def _item(maker: Maker, device: Device) -> dict[str, Cell]:
    return {
        "mcs_code": device.mcs_code,
        "udi": device.identifier(1),
        "reg_fil_no": device.certificate,
        "mcs_name": device.name,
        "spec": f"{device.index % 7 + 1}号",
        "mol": "标准型" if device.index % 3 else None,
        "min_unt": "支",
        "dspo_used_flag": "是",
        "prodentp_name": maker.name,
        "prodentp_uscc": maker.uscc,
    }


def spec_columns(maker: Maker, count: int) -> Columns:
    """医用耗材规格信息: the middle box of each of `count` consumables."""
    enterprise = codes.enterprise(maker.uscc)
    rows = []
    for index in range(count):
        device = Device(index, enterprise)
        item = _item(maker, device)
        rows.append(
            {
                "mcs_code": device.mcs_code,
                "udi_di": device.identifier(2),
                "spec": item["spec"],
                "mol": item["mol"],
                "pacspec": "10支/盒",
                "convrat": 10,
                "pacunt": "盒",
                "prod_code": codes.gtin(enterprise, (FIRST_PRODUCT + index) % 100_000),
            }
        )
    return in_columns(rows)


def udi_columns(maker: Maker, batch: Batch, seed: int, count: int, packing: Packing) -> Columns:
    """医用耗材追溯码信息: `count` pieces of a batch packed in order, and among them lots."""
    device, lot = device_of(batch), Lot.of(batch)

    def printed(level: int, length: int) -> list[str]:
        salt = number("udi", seed, maker.uscc, batch.trac_codg_sn, level) % SERIALS
        return [
            device.printed(level, lot, f"{(place * STEP + salt) % SERIALS:013}")
            for place in range(length)
        ]

    middle, large = packing.per_middle, packing.per_middle * packing.per_large
    columns: Columns = {
        "mcs_code": [device.mcs_code] * count,
        "lv1_trac_code": list(printed(1, count)),
        "lv2_trac_code": boxed(count, middle, lambda boxes: printed(2, boxes)),
        "lv3_trac_code": boxed(count, large, lambda boxes: printed(3, boxes)),
        "manu_lotnum": [lot.number] * count,
        "manu_date": [f"{lot.made:%Y-%m-%d}"] * count,
        "expy_end": [f"{lot.expires:%Y-%m-%d}"] * count,
        "cnt": [None] * count,
        "stoin_time": stored(batch.made, count, large or middle or count),
    }
    for place in range(LOT_TURN - 1, count, LOT_TURN):
        whole = Lot.of(batch, seed * 1_000 % 9_000 + place // LOT_TURN + 1)
        columns["lv1_trac_code"][place] = device.printed(1, whole, "")
        columns["lv2_trac_code"][place] = columns["lv3_trac_code"][place] = None
        columns["manu_lotnum"][place], columns["cnt"][place] = whole.number, PIECES
    return columns


def counted(codes_: Sequence[Cell]) -> list[Cell]:
    """数量 of codes that events are told of: one piece of a lot, nothing else."""
    return [1 if isinstance(code, str) and udi.stands_for_lot(code) else None for code in codes_]
