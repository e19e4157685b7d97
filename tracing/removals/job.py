"""Removing a batch or a consumable: queued → done, in one transaction, by who holds the lease."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.keys.models_webhooks import Event
from accounts.keys.webhook_events import tell
from accounts.log import writing
from accounts.messages.notices import notify
from portal.lib.refused import Refused
from tracing.jobs.models import MAX_ATTEMPTS, claim, release
from tracing.jobs.patience import patiently
from tracing.jobs.running import kept_alive, still_mine
from tracing.jobs.turns import Line, take_turn, waiting_rows
from tracing.removals.models import BatchRemoval, RemovalState
from tracing.removals.words import called
from tracing.stores.row_key import Key
from tracing.stores.whole_batches import void_whole
from tracing.uploads import row_keys

# Voided within a second or two, while whoever asked waits; no worker is asked, and nobody told.
SMALL_CODES = 5_000


def run(removal_id: uuid.UUID, token: uuid.UUID | None = None) -> None:
    """Remove a batch for which somebody asked.

    `token` is of a lease that was taken before; without one it is taken here, and nothing is done
    if another runner holds it. A runner that dies leaves nothing behind.
    """
    rows = BatchRemoval.everything.filter(pk=removal_id)
    token = token or claim(rows.filter(state=RemovalState.QUEUED))
    if token is None:
        return
    if rows.get().attempts > MAX_ATTEMPTS:
        _fail(rows, token, Refused("removal_gave_up", attempts=str(MAX_ATTEMPTS)))
        return
    with kept_alive(lambda: BatchRemoval.everything.filter(pk=removal_id), token):
        try:
            patiently(partial(_once, rows, token), "removal_too_slow")
        except Refused as refused:
            _fail(rows, token, refused)
        else:
            release(rows, token)


@transaction.atomic
def _fail(rows: models.QuerySet[BatchRemoval], token: uuid.UUID, refused: Refused) -> None:
    """queued → failed, with the reason; no row has changed."""
    done = release(
        rows,
        token,
        state=RemovalState.FAILED,
        done_at=timezone.now(),
        refusal_code=refused.code,
        refusal_detail=refused.first.kept,
    )
    removal = rows.select_related("unit", "agent__account").get()
    if done:
        _tell(removal, "failed", code=refused.code)
        words = {"goods": called(*_key(removal)), "why": refused.first.message}
        notify(removal.agent.account, "batch-not-removed", **words)


def _once(rows: models.QuerySet[BatchRemoval], token: uuid.UUID) -> None:
    """One try, in the caller's transaction."""
    removal = rows.select_related("unit", "agent__account").get()
    remove(removal)
    done = {name: getattr(removal, name) for name in ("state", "done_at", "codes")}
    still_mine(BatchRemoval.everything.filter(pk=removal.pk), token, **done)
    goods = called(*_key(removal))
    notify(removal.agent.account, "batch-removed", goods=goods, count=removal.codes)


def remove(removal: BatchRemoval) -> None:
    """queued → done, on the object alone, and the rows voided, in the caller's transaction.

    Raises `Refused` where there is nothing to remove.
    """
    now = timezone.now()
    record_code, key = _key(removal)
    codes = void_whole(record_code, removal.unit_id, key, removal.reason, now)
    if codes is None:
        raise Refused("batch_gone", goods=called(record_code, key))
    removal.state, removal.done_at, removal.codes = RemovalState.DONE, now, codes
    _tell(removal, "removed", codes=codes)
    writing.record(
        "batch-removed",
        origin=COMMAND.done_by(removal.agent.account),
        unit=removal.unit,
        target=" ".join(key),
        after={"record": record_code, "reason": removal.reason, "code_count": codes},
    )


def _tell(removal: BatchRemoval, result: str, **facts: Any) -> None:
    """Tell webhooks what became of a removal, in the transaction that writes it."""
    record_code, key = _key(removal)
    named = {"removal": str(removal.pk), "record": record_code, "key": list(key)}
    tell(removal.unit, Event.REMOVAL, {**named, "result": result, **facts})


def _key(removal: BatchRemoval) -> tuple[str, Key]:
    """The record and the key of the row that goes."""
    return removal.record_code, row_keys.read(removal.record_code, removal.key)


def is_large(codes: int) -> bool:
    """Whether a batch of so many codes is removed by a worker."""
    return codes > SMALL_CODES


def _rows() -> models.QuerySet[BatchRemoval]:
    """Those that wait or run."""
    large = Case(When(codes__gt=SMALL_CODES, then=Value(True)), default=Value(False))
    return BatchRemoval.everything.filter(state=RemovalState.QUEUED).annotate(large=large)


# One at a time is enough: they share the workers of uploads.
REMOVALS = Line[BatchRemoval]("removals", _rows, workers=lambda: 1, claimed=lambda removal: {})


def remove_in_turn() -> None:
    """Remove the batch whose turn it is, if any."""
    turn = take_turn(REMOVALS)
    if turn is not None:
        removal, token = turn
        run(removal.pk, token)


def abandoned() -> list[uuid.UUID]:
    """Removals that wait for a worker, and that no living runner holds."""
    return list(waiting_rows(REMOVALS).values_list("pk", flat=True))
