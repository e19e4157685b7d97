"""While an export runs: its lease is kept, and its row says how far it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from django.utils import timezone

from tracing.exports.models import Export
from tracing.jobs.models import LEASE
from tracing.jobs.running import LeaseLost, beating

T = TypeVar("T")
EVERY = timedelta(seconds=1)
# The writer asks for rows one by one; it looks up only now and then.
ROWS_PER_LOOK = 1_000


class Progress:
    """How many rows are written. `lost` says that another runner has the export."""

    def __init__(self) -> None:
        self.done = 0
        self.lost = False

    def through(self, rows: Iterable[T]) -> Iterator[T]:
        """Pass the rows on and count them; raises `LeaseLost`."""
        for number, row in enumerate(rows, start=1):
            if number % ROWS_PER_LOOK == 0:
                self.done = number
                if self.lost:
                    raise LeaseLost
            yield row


@contextmanager
def telling_progress(export_id: uuid.UUID, token: uuid.UUID) -> Iterator[Progress]:
    """Tell the progress and renew the lease once a second.

    That has its own connection, because the runner's stands in one long snapshot.
    """
    progress = Progress()

    def beat() -> bool:
        mine = _tell(export_id, token, progress.done)
        progress.lost = not mine
        return mine

    with beating(beat, EVERY, f"export-{export_id}"):
        yield progress


def _tell(export_id: uuid.UUID, token: uuid.UUID, done: int) -> bool:
    mine = Export.everything.filter(pk=export_id, lease_token=token)
    return mine.update(rows_done=done, lease_until=timezone.now() + LEASE) == 1
