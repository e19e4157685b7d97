"""Files of uploads as they are put in their private place."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from portal.lib.disk import NotKept, keep_new
from portal.lib.refused import Refused
from tracing.uploads.models import UNDO_NAME, Submission
from tracing.uploads.workbook.limits import sizes

NAME_LENGTH = 255
logger = logging.getLogger(__name__)


class Stored(NamedTuple):
    """A file on disk."""

    path: Path
    size: int
    sha256: str


def save(path: Path, chunks: Iterable[bytes], max_bytes: int) -> Stored:
    """Write an upload to its private place; raises `Refused` past the limit, and where it cannot
    be kept."""
    digest, size = hashlib.sha256(), 0

    def measured() -> Iterator[bytes]:
        nonlocal size
        for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise Refused("too_large", **sizes(size, max_bytes))
            digest.update(chunk)
            yield chunk

    try:
        keep_new(path, measured())
    except NotKept:
        remove(path)
        logger.exception("An upload was not kept")
        raise Refused("not_kept") from None
    except BaseException:
        remove(path)
        raise
    return Stored(path, size, digest.hexdigest())


def remove(path: Path) -> None:
    """Remove a file that leads to no submission, and the folder that was its own."""
    # What cannot be removed, on a disk that takes no changes for one, the nightly sweep finds.
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def shown_name(name: str) -> str:
    """A file name that can be kept: bytes that were no text and control characters are marked."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)[-NAME_LENGTH:]


def undo_workbook(submission: Submission) -> Path:
    """The workbook of what became of each row of an upload that was undone; it may not be there."""
    return submission.report_path.with_name(UNDO_NAME)
