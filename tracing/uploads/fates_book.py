"""The workbook of an undo: what became of each row that the upload wrote, and why."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from portal.lib.disk import NotKept, keeping
from portal.lib.sheets import Heading, write_xlsx
from tracing.records.base import Record
from tracing.stores.fates import Fate, fates
from tracing.stores.undoing import FAULT, Outcome, Undo
from tracing.uploads.shown_undo import why_it_stays

TITLE = "撤销结果"
COLUMNS = (
    Heading("key", "数据", 40.0),
    Heading("fate", "结果", 14.0),
    Heading("why", "原因", 60.0),
)
VOIDED, RESTORED, KEPT, FAILED = "作废", "恢复原数据", "保留", "未能恢复"

logger = logging.getLogger(__name__)


def write(path: Path, record: Record, undo: Undo, outcome: Outcome) -> None:
    """Write it beside the files of the upload; where there is no room, the undo goes on without."""
    rows = outcome.voided + outcome.restored + sum(outcome.stay.values())
    if not rows:
        return
    unfinished = path.with_suffix(".part")
    try:
        with keeping():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_xlsx(unfinished, TITLE, COLUMNS, _rows(record, fates(undo)), rows)
            unfinished.chmod(0o600)
            unfinished.replace(path)
    except NotKept:
        unfinished.unlink(missing_ok=True)
        logger.exception("What became of the rows of an undo was not kept")


def _rows(record: Record, told: Iterator[Fate]) -> Iterator[tuple[str, str, str]]:
    for fate in told:
        if fate.why is None:
            yield fate.key, RESTORED if fate.returns else VOIDED, ""
        else:
            kept = FAILED if fate.why == FAULT else KEPT
            yield fate.key, kept, why_it_stays(record, fate.why, fate.detail)
