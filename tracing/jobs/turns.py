"""Whose turn it is: which of the waiting rows a worker takes up next.

A message wakes a worker and names nothing. The worker chooses, and takes the lease in the same
transaction, one worker at a time, so that the limits below are exact; see
docs/adr/0017-workers-choose-whose-turn-it-is.md.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar, cast

from django.db import models, transaction
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.utils import timezone

from tracing.core.advisory_locks import Lock, take
from tracing.jobs.models import Leased, claim, waiting

# What has waited this long is no longer overtaken by what is small.
AGED = timedelta(minutes=2)

L = TypeVar("L", bound=Leased)


@dataclass(frozen=True)
class Line(Generic[L]):
    """The rows of one table that workers take up.

    `rows()`: those that wait or run, each with `large`, whether it takes long. `workers()`: how
    many there are for them. `claimed(row)` says what else changes when it is taken up.
    """

    name: str
    rows: Callable[[], models.QuerySet[L]]
    workers: Callable[[], int]
    claimed: Callable[[L], dict[str, Any]]


def take_turn(line: Line[L]) -> tuple[L, uuid.UUID] | None:
    """Choose a row and take its lease; None where nothing waits that may be taken up now."""
    with transaction.atomic():
        take(Lock.TURN, line.name)
        while chosen := _may_be_taken(line).first():
            # A command may have been first: it asks nobody.
            mine = line.rows().filter(pk=chosen.pk)
            token = claim(mine, taken_at=timezone.now(), **line.claimed(chosen))
            if token is not None:
                return chosen, token
    return None


def waits(line: Line[Any]) -> bool:
    """Whether a worker that asks now gets a turn."""
    return _may_be_taken(line).exists()


def is_small(line: Line[L], row: L) -> bool:
    """Whether a row is one that waits or runs, and takes nobody long."""
    return line.rows().filter(pk=row.pk, large=False).exists()


def waiting_rows(line: Line[L]) -> models.QuerySet[L]:
    """All that wait for a worker, the longest waiting first."""
    return line.rows().filter(waiting()).order_by("queued_at")


def _may_be_taken(line: Line[L]) -> models.QuerySet[L]:
    """What waits and may be taken up, in the order of the turns.

    Units with the least work running come first, then what is small or has waited long, then the
    unit whose last turn is longest ago, then the oldest. Of several workers one is always left to
    what is small, and one to other units than the busiest.
    """
    now = timezone.now()
    running = line.rows().filter(lease_until__gt=now, taken_at__isnull=False)
    held = list(running.values_list("unit_id", "large"))
    rows = line.rows().filter(waiting())
    busy = Counter(unit for unit, _ in held)
    if line.workers() > 1:
        most = line.workers() - 1
        if sum(large for _, large in held) >= most:
            rows = rows.filter(large=False)
        rows = rows.exclude(unit_id__in=[unit for unit, count in busy.items() if count >= most])
    mine = line.rows().model._base_manager.filter(unit_id=OuterRef("unit_id"))
    last_turn = mine.filter(taken_at__isnull=False).order_by("-taken_at").values("taken_at")[:1]
    ordered = rows.annotate(
        busy=Case(
            *(When(unit_id=unit, then=Value(count)) for unit, count in busy.items()),
            default=Value(0),
            output_field=models.IntegerField(),
        ),
        late=Case(When(large=True, queued_at__gt=now - AGED, then=Value(1)), default=Value(0)),
        last_turn=Subquery(last_turn),
    ).order_by("busy", "late", F("last_turn").asc(nulls_first=True), "queued_at")
    return cast("models.QuerySet[L]", ordered)
