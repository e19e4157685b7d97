"""What a row is: every record of the portal, declared once. Pure Python, without Django."""

from __future__ import annotations

from tracing.records.base import Record
from tracing.records.drugs import DOMESTIC_DRUG_CODES, DOMESTIC_DRUG_INFO
from tracing.records.events import (
    CIRCULATION,
    DOMESTIC_DRUG_DELIVERY,
    DOMESTIC_DRUG_RECEIPT,
    DOMESTIC_DRUG_RETAIL,
    DOMESTIC_DRUG_SHIPMENT,
)

__all__ = ["RECORDS"]

RECORDS: dict[str, Record] = {
    record.code: record
    for record in (
        DOMESTIC_DRUG_INFO,
        DOMESTIC_DRUG_CODES,
        DOMESTIC_DRUG_SHIPMENT,
        DOMESTIC_DRUG_DELIVERY,
        DOMESTIC_DRUG_RECEIPT,
        DOMESTIC_DRUG_RETAIL,
        CIRCULATION,
    )
}
