"""Writing the operation log. Whoever changes something calls `record` in the same transaction."""

from typing import Any

from django.db import connection

from accounts.models import Account, OperationLog, Unit
from accounts.operations import OPERATIONS
from accounts.origin import Origin


def record(
    action: str,
    *,
    by: Account | None,
    origin: Origin,
    unit: Unit | None = None,
    target: str = "",
    before: Any = None,
    after: Any = None,
) -> OperationLog:
    """Append one entry: `by` did `action` to `target` for `unit`.

    `before` and `after` are plain JSON values; they and `target` must hold no password, no full
    mobile number and no identity number. Raises KeyError for an operation that is not declared,
    RuntimeError outside a transaction: the entry must stand or fall with the change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() must run in the transaction of the change it records")
    OPERATIONS[action]
    return OperationLog.everything.create(
        unit=unit,
        account=by,
        action=action,
        target=target,
        before=before,
        after=after,
        address=origin.address,
        request_id=origin.request_id,
    )
