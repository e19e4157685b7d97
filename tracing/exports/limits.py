"""How much one export holds, and how long its file is kept."""

from __future__ import annotations

from datetime import timedelta

from portal.lib.refused import Refused

MOST_CODES = 100_000
KEPT = timedelta(days=7)


def refuse_size(codes: int) -> None:
    """Refuse an export of no codes or of too many, naming both numbers."""
    if not codes:
        raise Refused("export_empty")
    if codes > MOST_CODES:
        raise Refused("export_too_many", codes=str(codes), limit=str(MOST_CODES))
