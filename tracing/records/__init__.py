"""What a row is: every record of the portal, declared once. Pure Python, without Django."""

from __future__ import annotations

from tracing.records.base import Record
from tracing.records.drugs import DOMESTIC_DRUG_CODES, DOMESTIC_DRUG_INFO

__all__ = ["RECORDS"]

RECORDS: dict[str, Record] = {
    record.code: record for record in (DOMESTIC_DRUG_INFO, DOMESTIC_DRUG_CODES)
}
