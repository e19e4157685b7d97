"""Rows of consumables: items, specifications, pieces, lots, and what happens to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.people import Side
from tests.tracing.uploads.rows import example, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.uploads.models import RejectedRow, Submission

ITEM, SPEC, CODES = "consumable-item", "consumable-spec", "consumable-codes"
SHIPMENT, RETAIL = "consumable-shipment", "consumable-retail"
DI = "(01)06999000000018"
LOT = f"{DI}(10)20241201"
MCS = "C0101010010100199001"


def piece(serial: int) -> str:
    """The UDI of a piece."""
    return f"{LOT}(21){serial:04}"


def item(**changes: Any) -> dict[str, Any]:
    """A row of a consumable, without its maker's credit code."""
    return example(ITEM, **changes)


def code(udi: str, **changes: Any) -> dict[str, Any]:
    """A row of a piece or a lot in no box."""
    boxes = {"lv2_trac_code": None, "lv3_trac_code": None, "cnt": None}
    return example(CODES, **{"lv1_trac_code": udi, **boxes, **changes})


def sent(maker: Side, receiver: Side, udi: str, **changes: Any) -> dict[str, Any]:
    """A row by which `maker` tells that pieces went to `receiver`."""
    return example(
        SHIPMENT,
        **{
            "trac_code": udi,
            "shp_org_name": maker.unit.name,
            "shp_org_uscc": maker.unit.uscc,
            "shpp_org_name": receiver.unit.name,
            "shpp_org_uscc": receiver.unit.uscc,
            "cnt": None,
            **changes,
        },
    )


class Uploads:
    """What one unit uploads, file by file."""

    def __init__(self, who: Side, folder: Path) -> None:
        self.who, self.folder = who, folder

    def check(self, record: str, *rows: dict[str, Any]) -> Submission:
        """Upload rows and check them."""
        path = workbook(self.folder / f"{record}.xlsx", record, rows)
        return upload(*self.who, record, path)

    def store(self, record: str, *rows: dict[str, Any]) -> Submission:
        """Upload rows and confirm them."""
        return confirm(self.check(record, *rows))


def faults(submission: Submission) -> list[tuple[int, str]]:
    """The faults of the failing rows: the row's number and the code."""
    found = RejectedRow.objects.filter(submission=submission, mended_in=None).order_by("row")
    return [(row.row, fault[1]) for row in found for fault in row.faults]
