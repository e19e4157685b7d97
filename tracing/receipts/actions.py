"""Checking a receipt, so often and no more."""

from __future__ import annotations

from accounts.core.limits import HOUR, Limit, counted_address, spend
from accounts.core.origin import Origin
from tracing.receipts.receipts import is_genuine

AN_HOUR = 120


def check(token: str, *, origin: Origin) -> bool:
    """Whether a receipt is genuine; raises `Refused` where an address asks too often."""
    subject = counted_address(origin.address)
    spend("receipt_checks_too_many", Limit("receipts", subject, AN_HOUR, HOUR))
    return is_genuine(token)
