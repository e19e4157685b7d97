"""Files that no row names: what killed processes and cut-off transactions left behind.

A file is put in place before its row is committed, so it may stand alone for a while; and it is
removed before or after its row is, so it may stand alone for ever.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import NamedTuple

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from accounts.messages.models import Document
from accounts.units.models import Qualification
from tracing.exports.models import Export
from tracing.uploads.models import Round, Submission

# Far longer than anything writes at a file. Whoever restores a database of yesterday has time to
# save what it does not know.
ALONE = timedelta(days=7)
# A request has long ended by then.
ARRIVING = timedelta(days=1)
BATCH = 500
UNFINISHED = ".part"

logger = logging.getLogger(__name__)


class Kept(NamedTuple):
    """A folder below PORTAL_FILES: the table whose rows name its files, and which of some names
    (paths within the folder) are named by a row."""

    model: type[Model] | None
    known: Callable[[set[str]], set[str]]
    alone: timedelta = ALONE


def _of_submissions(names: set[str]) -> set[str]:
    """Files of rounds by their name, others by the submission in whose folder they lie."""
    found = set(Round.objects.filter(stored_name__in=names).values_list("stored_name", flat=True))
    reports = {name: _id(PurePath(name).parent.name) for name in names - found}
    ids = [each for each in reports.values() if each]
    there = set(Submission.everything.filter(pk__in=ids).values_list("pk", flat=True))
    return found | {
        name for name, pk in reports.items() if pk in there and Submission.is_own(PurePath(name))
    }


def _of_exports(names: set[str]) -> set[str]:
    ids = {name: _id(PurePath(name).stem) for name in names}
    wanted = [each for each in ids.values() if each]
    there = set(Export.everything.filter(pk__in=wanted).values_list("pk", flat=True))
    return {name for name, pk in ids.items() if pk in there}


def _of_papers(names: set[str]) -> set[str]:
    rows = Qualification.everything.filter(stored_name__in=names)
    return set(rows.values_list("stored_name", flat=True))


def _of_documents(names: set[str]) -> set[str]:
    rows = Document.objects.filter(stored_name__in=names)
    return set(rows.values_list("stored_name", flat=True))


def _id(text: str) -> uuid.UUID | None:
    with suppress(ValueError):
        return uuid.UUID(text)
    return None


# Every folder below PORTAL_FILES; tests/tracing/test_strays.py holds it to the code.
FOLDERS: dict[str, Kept] = {
    "submissions": Kept(Submission, _of_submissions),
    "exports": Kept(Export, _of_exports),
    "qualifications": Kept(Qualification, _of_papers),
    "documents": Kept(Document, _of_documents),
    "arriving": Kept(None, lambda names: set(), ARRIVING),
}


def remove_strays() -> int:
    """Remove the files that no row names and that nobody has written to for long; returns how
    many. A folder whose table is empty is left alone: that database is not the one of the files.
    """
    removed = 0
    for name, kept in FOLDERS.items():
        folder = Path(settings.PORTAL_FILES) / name
        old = list(_old(folder, timezone.now() - kept.alone))
        if old and kept.model and not kept.model._base_manager.exists():
            logger.error("%s holds files, and the database not one row of them: kept", folder)
            continue
        for first in range(0, len(old), BATCH):
            removed += _remove_unknown(folder, set(old[first : first + BATCH]), kept)
    if removed:
        logger.warning("%s files that no row names were removed", removed)
    return removed


def _remove_unknown(folder: Path, names: set[str], kept: Kept) -> int:
    # Half a file may lie beside a row, and is no file of it.
    whole = {name for name in names if not name.endswith(UNFINISHED)}
    strays = names - kept.known(whole)
    for stray in strays:
        _remove(folder, stray)
    return len(strays)


def _old(folder: Path, before: datetime) -> Iterator[str]:
    """The files below the folder, as paths within it, that were last changed before then."""
    for path in folder.rglob("*") if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # Removed meanwhile by whoever it belongs to.
            if path.is_file() and path.lstat().st_mtime < before.timestamp():
                yield str(path.relative_to(folder))


def _remove(folder: Path, name: str) -> None:
    """Remove a file, and its own folder with the last one."""
    path = folder / name
    logger.info("removed %s", path)
    path.unlink(missing_ok=True)
    if path.parent != folder:
        with suppress(OSError):  # Another file lies there.
            path.parent.rmdir()
