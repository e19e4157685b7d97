"""Making the file of an export: claimed, counted and read in one snapshot, put in place whole."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from accounts.core.kinds import kind_asking
from accounts.keys.models_webhooks import Event
from accounts.keys.webhook_events import tell
from portal.lib.disk import NotKept, keeping
from portal.lib.refused import Refused
from tracing.core.formats import FORMATS
from tracing.exports.columns import columns_of
from tracing.exports.limits import KEPT, refuse_size
from tracing.exports.models import RUNNING, Export, ExportState
from tracing.exports.progress import Progress, telling_progress
from tracing.exports.reading import Counted, Row
from tracing.exports.rows import count, rows
from tracing.jobs.models import MAX_ATTEMPTS, claim, release
from tracing.jobs.running import LeaseLost, given_back
from tracing.traces.selections import selection_of

logger = logging.getLogger(__name__)
CLAIMED: dict[str, Any] = {"state": ExportState.RUNNING, "rows_done": 0}


class _File(NamedTuple):
    path: Path
    counted: Counted
    as_of: datetime
    size: int
    sha256: str


def run(export_id: uuid.UUID, token: uuid.UUID | None = None) -> None:
    """Make the file: queued → running → ready, or failed with the reason.

    `token` is of a lease that was taken before; without one it is taken here, and nothing is done
    if a living runner holds the export. A runner that dies leaves the export running until its
    lease ends, one that hits a fault of the machine gives it back; then it is done again whole, at
    most five times.
    """
    mine = Export.everything.filter(pk=export_id)
    token = token or claim(mine.filter(state__in=RUNNING), **CLAIMED)
    if token is None:
        return
    with given_back(lambda: Export.everything.filter(pk=export_id), token):
        _run(mine.select_related("unit").get(), token)


def _run(export: Export, token: uuid.UUID) -> None:
    """Make the file of a claimed export, or say why there is none."""
    try:
        if export.attempts > MAX_ATTEMPTS:
            raise Refused("export_gave_up", attempts=str(MAX_ATTEMPTS))
        with telling_progress(export.pk, token) as progress:
            file = _make_or_remove(export, token, progress)
        _put_in_place(export, token, file)
    except Refused as refused:
        _fail(export, token, refused)
    except LeaseLost:
        # Another runner makes the file now; what this one wrote is nobody's.
        _unfinished(export, token).unlink(missing_ok=True)


@transaction.atomic
def _fail(export: Export, token: uuid.UUID, refused: Refused) -> None:
    """running → failed, with the reason."""
    done = release(
        Export.everything.filter(pk=export.pk),
        token,
        state=ExportState.FAILED,
        failure_code=refused.code,
        failure_detail=refused.first.kept,
        finished_at=timezone.now(),
    )
    if done:
        _tell(export, "failed", code=refused.code)


def _tell(export: Export, result: str, **facts: Any) -> None:
    """Tell webhooks what became of an export, in the transaction that writes it."""
    named = {"export": str(export.pk), "business": export.business, "format": export.format}
    tell(export.unit, Event.EXPORT, {**named, "result": result, **facts})


def _make_or_remove(export: Export, token: uuid.UUID, progress: Progress) -> _File:
    """Write the file; where it cannot be kept, half a file must not fill the disk for good."""
    try:
        with keeping():
            return _make(export, token, progress)
    except BaseException as error:
        with contextlib.suppress(OSError):
            _unfinished(export, token).unlink(missing_ok=True)
        if isinstance(error, NotKept):
            logger.exception("An export was not kept")
            raise Refused("export_not_kept") from None
        raise


def _make(export: Export, token: uuid.UUID, progress: Progress) -> _File:
    """Write the file beside its place."""
    path = _unfinished(export, token)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in path.parent.glob(f"{export.pk}.*.part"):
        left.unlink(missing_ok=True)
    selection, kind = selection_of(export.by, export.filter), kind_asking(export.business)
    # What is counted is what is written, whatever is stored or voided meanwhile.
    with transaction.atomic(durable=True):
        as_of = _begin_snapshot()
        counted = count(export.unit, kind, selection)
        refuse_size(counted.codes)
        found = rows(export.unit, kind, selection, devices=counted.devices)
        _write(export, path, progress.through(found), counted)
    size, sha256 = _seal(path)
    return _File(path, counted, as_of, size, sha256)


def _begin_snapshot() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
        return now


def _write(export: Export, path: Path, found: Iterable[Row], counted: Counted) -> None:
    columns = columns_of(devices=counted.devices)
    FORMATS[export.format].write(path, columns, found, counted.rows)


def _unfinished(export: Export, token: uuid.UUID) -> Path:
    return export.path.with_name(f"{export.pk}.{token}.part")


def _seal(path: Path) -> tuple[int, str]:
    """Bring the file safely to the disk; returns its size and SHA-256."""
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def _put_in_place(export: Export, token: uuid.UUID, file: _File) -> None:
    """The file and the row that describes it change together: the row stays locked meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        mine = Export.everything.filter(pk=export.pk, lease_token=token)
        if not mine.select_for_update().exists():
            raise LeaseLost
        file.path.replace(export.path)
        release(
            mine,
            token,
            state=ExportState.READY,
            codes=file.counted.codes,
            rows=file.counted.rows,
            rows_done=file.counted.rows,
            size=file.size,
            sha256=file.sha256,
            as_of=file.as_of,
            finished_at=now,
            expires_at=now + KEPT,
        )
        _tell(
            export,
            "ready",
            codes=file.counted.codes,
            rows=file.counted.rows,
            bytes=file.size,
            sha256=file.sha256,
        )
