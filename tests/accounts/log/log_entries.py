"""Entries of the operation log for tests."""

from django.db import transaction

from accounts.core.models import Account
from accounts.core.origin import Origin
from accounts.log import writing
from accounts.log.models import OperationLog
from tests.people import Side


def write(side: Side, times: int = 1, by: Account | None = None) -> OperationLog:
    """Append `times` entries for the unit, by its own account unless told; returns the last."""
    with transaction.atomic():
        entries = [
            writing.record(
                "permissions-saved",
                origin=Origin("192.0.2.1", "request-1").done_by(by or side.unit.account),
                unit=side.unit,
                target=f"第 {number} 次",
                before={"businesses": []},
                after={"businesses": ["maker-upload"]},
            )
            for number in range(times)
        ]
    return entries[-1]
