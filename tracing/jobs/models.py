"""The lease that a runner holds on a piece of work.

A state moves by compare-and-set only: `UPDATE … WHERE state = <the expected one>`. A running
row is claimed with a token and a lease; when its runner dies the lease ends, and whoever
claims the row next begins the step again. A runner writes its result only while the token
is still its own.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.core.scoping import ScopedModel

LEASE = timedelta(seconds=60)

# Whoever queues a row to work on it themselves, as commands do, begins at once. What failed waits
# as long before it is tried again.
OVERDUE = timedelta(seconds=60)

# A step that lost its runner this often is not tried again: the file itself may kill it.
MAX_ATTEMPTS = 5


class Leased(ScopedModel):
    """A piece of work that an agent asks for, and that one runner at a time may do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.Agent", on_delete=models.PROTECT, related_name="+")
    queued_at = models.DateTimeField(default=timezone.now)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # When it was handed to the workers; what a command will do itself is not.
    nudged_at = models.DateTimeField(null=True, editable=False)
    # When a worker last took its turn with it.
    taken_at = models.DateTimeField(null=True, editable=False)

    class Meta(ScopedModel.Meta):
        abstract = True


def queue_index(name: str, *states: str) -> models.Index:
    """Finds what is to be done, in the order of the queue: few rows of many."""
    return models.Index(fields=["queued_at"], name=name, condition=Q(state__in=states))


def turns_index(name: str) -> models.Index:
    """Finds when a unit last had its turn."""
    return models.Index(
        fields=["unit", "-taken_at"], name=name, condition=Q(taken_at__isnull=False)
    )


def waiting() -> Q:
    """Queued rows that a worker may take up.

    No living runner holds them, and they were handed to the workers since they were queued, or
    whoever wanted to work on them is gone.
    """
    handed = Q(nudged_at__gte=F("queued_at"))
    return free() & (handed | Q(queued_at__lt=timezone.now() - OVERDUE))


L = TypeVar("L", bound=Leased)


def free() -> Q:
    """Rows that no living runner holds."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=timezone.now())


def claim(rows: models.QuerySet[L], /, **changes: Any) -> uuid.UUID | None:
    """Take the lease of the one row in `rows` unless a living runner holds it.

    Returns the token that later writes must show, or None if another runner was first.
    """
    token = uuid.uuid4()
    taken = rows.filter(free()).update(
        lease_token=token,
        lease_until=timezone.now() + LEASE,
        attempts=F("attempts") + 1,
        **changes,
    )
    return token if taken == 1 else None


def renew(rows: models.QuerySet[L], token: uuid.UUID) -> bool:
    """Prolong a lease; False tells the runner that it has lost the row."""
    return rows.filter(lease_token=token).update(lease_until=timezone.now() + LEASE) == 1


def give_back(rows: models.QuerySet[L], token: uuid.UUID) -> bool:
    """Let a row wait again whose step failed; the attempt counts.

    It is taken up as late as one whose runner died, so that what failed has time to pass, but it
    is held by nobody meanwhile: what else the unit asked for has its turn.
    """
    held = rows.filter(lease_token=token)
    return held.update(lease_token=None, lease_until=None, queued_at=timezone.now()) == 1


def release(rows: models.QuerySet[L], token: uuid.UUID, /, **changes: Any) -> bool:
    """Write a result and give the lease back, if it is still held."""
    return (
        rows.filter(lease_token=token).update(
            lease_token=None, lease_until=None, attempts=0, **changes
        )
        == 1
    )
