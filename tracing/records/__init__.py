"""What a row is: every record of the portal, declared once. Pure Python, without Django."""

from __future__ import annotations

from tracing.records.base import Record
from tracing.records.bindings import BINDINGS

RECORDS: dict[str, Record] = {code: binding.record for code, binding in BINDINGS.items()}
