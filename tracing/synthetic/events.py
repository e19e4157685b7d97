"""Good rows of the records of events, column by column."""

from __future__ import annotations

from collections.abc import Sequence

from tracing.records.terms import Cell
from tracing.records.values import (
    HOSPITAL,
    INBOUND,
    INV_TYPE,
    OUTBOUND,
    PHARMACY,
    RECEIVED,
    SENT,
    SHP_STAS,
    SHPP_ORG_TYPE,
    SHPP_STAS,
)
from tracing.synthetic.devices import counted
from tracing.synthetic.products import Firm
from tracing.synthetic.rows import Columns
from tracing.synthetic.trade import ROWS_OF_A_PAPER, Pack, Step, Trade, made_up

SHIPPED, ARRIVED = dict(SHP_STAS)[SENT], dict(SHPP_STAS)[RECEIVED]
AWAITED = next(word for code, word in SHPP_STAS if code != RECEIVED)
ADDRESS = "某某省某某市某某路2号"
# A patient takes a few packs at most.
PACKS_OF_A_SALE = 3


def shipment_columns(trade: Trade) -> Columns:
    """国产药发货信息: the unit sends its packs to its partner."""
    count = len(trade.goods.packs)
    return {
        **_packs(trade),
        "shp_sin_no": [*trade.papers("FH", count)],
        **_firm("shp_org", [trade.unit] * count),
        "shp_time": [*trade.times(Step.SHIPPED, count)],
        "shp_stas": [SHIPPED] * count,
        **_firm("shpp_org", [trade.partner] * count),
    }


def delivery_columns(trade: Trade) -> Columns:
    """国产药配送信息: a carrier brings what the shipments sent."""
    count = len(trade.goods.packs)
    carrier = made_up("carrier", "某某物流有限公司", trade.unit)
    return {
        **_packs(trade),
        "shp_sin_no": [*trade.papers("FH", count)],
        "delv_emp": [carrier.name] * count,
        "delv_emp_uscc": [carrier.uscc] * count,
        "delv_time": [*trade.times(Step.SHIPPED, count)],
        "shpp_org_name": [trade.partner.name] * count,
        "delv_addr": [ADDRESS] * count,
    }


def receipt_columns(trade: Trade) -> Columns:
    """国产药收货信息: pharmacies and hospitals in turn receive the packs."""
    count = len(trade.goods.packs)
    kinds = (
        (PHARMACY, made_up("pharmacy", "某某大药房", trade.unit)),
        (HOSPITAL, made_up("hospital", "某某医院", trade.unit)),
    )
    turns = [kinds[row // ROWS_OF_A_PAPER % len(kinds)] for row in range(count)]
    return {
        **_packs(trade),
        "shpp_sin_no": [*trade.papers("SH", count)],
        "shp_sin_no": [*trade.papers("FH", count)],
        **_firm("shpp_org", [firm for _, firm in turns]),
        "shpp_org_type": [dict(SHPP_ORG_TYPE)[kind] for kind, _ in turns],
        "shpp_time": [*trade.times(Step.RECEIVED, count)],
        "shpp_stas": [ARRIVED] * count,
    }


def retail_columns(trade: Trade) -> Columns:
    """国产药零售信息: a pharmacy sells the packs, whole."""
    count = len(trade.goods.packs)
    return {
        **_packs(trade),
        "rtal_docno": [*trade.papers("LS", count, PACKS_OF_A_SALE)],
        **_firm("rtal_org", [made_up("pharmacy", "某某大药房", trade.unit)] * count),
        "rtal_time": [*trade.times(Step.SOLD, count, PACKS_OF_A_SALE)],
        "rtal_cnt": [1] * count,
        "trdn_flag": ["否"] * count,
    }


def circulation_columns(trade: Trade, count: int) -> Columns:
    """流通企业药信息, `count` rows: every pack comes in, then all but at most one go out."""
    packs = trade.goods.packs
    arriving = _arriving(trade, packs)
    leaving = _leaving(trade, packs[: count - len(packs)])
    return {name: [*arriving[name], *leaving[name]] for name in arriving}


def circulated_packs(count: int) -> int:
    """How many packs `count` rows of circulation tell of."""
    return -(-count // 2)


def _arriving(trade: Trade, packs: Sequence[Pack]) -> Columns:
    count = len(packs)
    times = trade.times(Step.CIRCULATED_IN, count)
    return {
        **_goods(packs),
        **_circulated(trade, INBOUND, times, packs),
        "shp_sin_no": [*trade.papers("FH", count)],
        **_firm("shp_org", [pack.origin for pack in packs]),
        "shp_time": [*trade.times(Step.SHIPPED, count)],
        "shpp_sin_no": [*trade.papers("RK", count)],
        **_firm("shpp_org", [trade.unit] * count),
        "shpp_time": [*times],
        "shpp_stas": [ARRIVED] * count,
    }


def _leaving(trade: Trade, packs: Sequence[Pack]) -> Columns:
    count = len(packs)
    times = trade.times(Step.CIRCULATED_OUT, count)
    return {
        **_goods(packs),
        **_circulated(trade, OUTBOUND, times, packs),
        "shp_sin_no": [*trade.papers("CK", count)],
        **_firm("shp_org", [trade.unit] * count),
        "shp_time": [*times],
        "shpp_sin_no": [None] * count,
        **_firm("shpp_org", [trade.partner] * count),
        "shpp_time": [None] * count,
        "shpp_stas": [AWAITED] * count,
    }


def _circulated(
    trade: Trade, direction: str, times: Sequence[str], packs: Sequence[Pack]
) -> Columns:
    """What both directions say of themselves."""
    count = len(times)
    return {
        "inv_type": [dict(INV_TYPE)[direction]] * count,
        "delv_emp_no": [None] * count,
        "delv_emp": [trade.unit.name] * count,
        "delv_time": [*times],
        "shp_stas": [SHIPPED] * count,
        "cnt": counted([pack.code for pack in packs]),
    }


def _packs(trade: Trade) -> Columns:
    """The batch and code that open every row of a maker."""
    packs = trade.goods.packs
    return {
        "trac_codg_sn": [pack.trac_codg_sn for pack in packs],
        "trac_code": [pack.code for pack in packs],
    }


def _goods(packs: Sequence[Pack]) -> Columns:
    """The code, its product and its lot, as a distributor reads them off the box."""
    return {
        "trac_code": [pack.code for pack in packs],
        "med_list_codg": [pack.med_list_codg for pack in packs],
        "manu_lotnum": [pack.lot or None for pack in packs],
    }


def _firm(prefix: str, firms: Sequence[Firm]) -> dict[str, list[Cell]]:
    """The two columns of a firm."""
    return {
        f"{prefix}_name": [firm.name for firm in firms],
        f"{prefix}_uscc": [firm.uscc for firm in firms],
    }
