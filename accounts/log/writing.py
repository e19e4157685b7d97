"""Writing the operation log. Whoever changes something calls `record` in the same transaction."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import connection

from accounts.core.origin import Origin
from accounts.log.models import OperationLog
from accounts.log.operations import OPERATIONS
from accounts.units.models import Unit

# How many of many keys an entry names.
NAMED = 5


def brief(keys: Iterable[str]) -> dict[str, Any]:
    """Return what an entry keeps of any number of keys: how many, the first ones, and a digest.

    `sha256` is of all keys in their order, each followed by a line feed, so that a list kept
    elsewhere, as the before-images are, can be held against it.
    """
    ordered = sorted(keys)
    digest = hashlib.sha256("".join(f"{key}\n" for key in ordered).encode()).hexdigest()
    return {"count": len(ordered), "first": ordered[:NAMED], "sha256": digest}


def record(
    action: str,
    *,
    origin: Origin,
    unit: Unit | None = None,
    target: str = "",
    before: Any = None,
    after: Any = None,
) -> OperationLog:
    """Append one entry: whom `origin` names did `action` to `target` for `unit`.

    `before` and `after` are plain JSON values; they and `target` must hold no password, no full
    mobile number and no identity number. Raises KeyError for an operation that is not declared,
    RuntimeError outside a transaction: the entry must stand or fall with the change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() must run in the transaction of the change it records")
    OPERATIONS[action]
    return OperationLog.everything.create(
        unit=unit,
        account=origin.by,
        action=action,
        target=target,
        before=before,
        after=after,
        address=origin.address,
        request_id=origin.request_id,
    )
