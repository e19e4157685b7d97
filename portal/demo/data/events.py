"""The demo's events: what happened to the codes after the maker stored them.

They come in as everybody's do: the maker tells of shipment, receipt and retail, the distributor of
what enters and leaves its store. The shipment names the distributor, so that it may see the trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from accounts.units.models import Unit
from portal.demo.data.uploads import PACKING, DemoBatch, upload
from tracing.records.bindings import telling
from tracing.records.event_kinds import EventKind
from tracing.records.values import INBOUND, OUTBOUND, PHARMACY, RECEIVED, SENT
from tracing.stores.models_events import TraceEvent
from tracing.synthetic.codes import credit_code
from tracing.synthetic.sample import sample_of

SHOP = "某某省某某市某某大药房"
SHOP_USCC = credit_code("demo", "pharmacy")
# Two middle boxes come to the pharmacy, which sells the packs of the first.
SOLD = PACKING.per_middle
ARRIVED = 2 * PACKING.per_middle
SHIPPED = PACKING.per_middle * PACKING.per_large

Row = dict[str, Any]


class _Told(NamedTuple):
    """Rows that one unit uploads, of the record that tells of a kind of event."""

    unit: Unit
    kind: EventKind
    rows: list[Row]


def seed(batch: DemoBatch, distributor: Unit) -> list[str]:
    """Upload the events of the first large box of a batch; returns the codes with all six nodes."""
    for told in _way(batch, distributor):
        codes = [row["trac_code"] for row in told.rows]
        known = TraceEvent.objects.of(told.unit).filter(code__in=codes, voided_at__isnull=True)
        if not set(codes) <= set(known.values_list("code", flat=True)):
            columns = {name: [row[name] for row in told.rows] for name in told.rows[0]}
            record = telling(told.kind, batch.family)
            upload(told.unit, sample_of(record.code, columns))
    return batch.packs(1)[:SOLD]


def _way(batch: DemoBatch, distributor: Unit) -> Iterator[_Told]:
    """The way of the codes, a day from step to step."""
    maker = batch.unit
    large = list(dict.fromkeys(batch.packs(3)[:SHIPPED]))
    middle = list(dict.fromkeys(batch.packs(2)[:ARRIVED]))
    yield _Told(maker, EventKind.SHIPMENT, [shipment(batch, distributor, c) for c in large])
    yield _Told(
        distributor,
        EventKind.CIRCULATION_IN,
        [inbound(batch, distributor, code) for code in large]
        + [_outbound(batch, distributor, code) for code in middle],
    )
    yield _Told(maker, EventKind.RECEIPT, [_receipt(batch, code) for code in middle])
    yield _Told(maker, EventKind.RETAIL, [_retail(batch, code) for code in batch.packs(1)[:SOLD]])


def _after(batch: DemoBatch, days: int) -> str:
    return f"{batch.stored + timedelta(days=days):%Y-%m-%d %H:%M:%S}"


def _document(kind: str, batch: DemoBatch) -> str:
    return f"{kind}-{batch.batch.trac_codg_sn}"


def _from(name: str, uscc: str) -> Row:
    return {"shp_org_name": name, "shp_org_uscc": uscc, "shp_stas": SENT}


def _to(name: str, uscc: str) -> Row:
    return {"shpp_org_name": name, "shpp_org_uscc": uscc, "shpp_stas": RECEIVED}


def _pack(batch: DemoBatch, code: str) -> Row:
    return {"trac_codg_sn": batch.batch.trac_codg_sn, "trac_code": code}


def _at_shop(batch: DemoBatch) -> Row:
    """What comes to the pharmacy, by its delivery note."""
    arrival = {"shpp_sin_no": _document("SH", batch), "shpp_time": _after(batch, 4)}
    return {**arrival, **_to(SHOP, SHOP_USCC)}


def shipment(batch: DemoBatch, distributor: Unit, code: str) -> Row:
    """The maker sends a pack to the distributor."""
    return {
        **_pack(batch, code),
        "shp_sin_no": _document("FH", batch),
        "shp_time": _after(batch, 1),
        **_from(batch.unit.name, batch.unit.uscc),
        **_to(distributor.name, distributor.uscc),
    }


def _circulation(batch: DemoBatch, distributor: Unit, code: str, days: int) -> Row:
    return {
        "trac_code": code,
        "med_list_codg": batch.med_list_codg,
        "manu_lotnum": batch.batch.lot,
        "delv_emp_no": distributor.slug.upper(),
        "delv_emp": distributor.name,
        "delv_time": _after(batch, days),
    }


def inbound(batch: DemoBatch, distributor: Unit, code: str) -> Row:
    """The distributor takes it in."""
    return {
        **_circulation(batch, distributor, code, 2),
        "inv_type": INBOUND,
        "shp_sin_no": _document("FH", batch),
        "shp_time": _after(batch, 1),
        **_from(batch.unit.name, batch.unit.uscc),
        "shpp_sin_no": _document("RK", batch),
        "shpp_time": _after(batch, 2),
        **_to(distributor.name, distributor.uscc),
    }


def _outbound(batch: DemoBatch, distributor: Unit, code: str) -> Row:
    return {
        **_circulation(batch, distributor, code, 3),
        "inv_type": OUTBOUND,
        "shp_sin_no": _document("CK", batch),
        "shp_time": _after(batch, 3),
        **_from(distributor.name, distributor.uscc),
        **_at_shop(batch),
    }


def _receipt(batch: DemoBatch, code: str) -> Row:
    return {
        **_pack(batch, code),
        "shp_sin_no": _document("CK", batch),
        "shpp_org_type": PHARMACY,
        **_at_shop(batch),
    }


def _retail(batch: DemoBatch, code: str) -> Row:
    return {
        **_pack(batch, code),
        "rtal_docno": _document("LS", batch),
        "rtal_org_name": SHOP,
        "rtal_org_uscc": SHOP_USCC,
        "rtal_time": _after(batch, 5),
        "rtal_cnt": "1",
        "trdn_flag": "0",
    }
