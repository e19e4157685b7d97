"""Keeping a file that somebody uploaded."""

import logging
from pathlib import Path

from accounts.refusals import Refused, refusal
from portal.lib.disk import NotKept, keep_new

logger = logging.getLogger(__name__)


def keep_file(path: Path, content: bytes) -> None:
    """Write it to its private place. Raises Refused: file_not_kept."""
    try:
        keep_new(path, [content])
    except NotKept:
        logger.exception("A file was not kept")
        raise Refused(refusal("file_not_kept")) from None
