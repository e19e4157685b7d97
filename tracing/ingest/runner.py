"""All the work that a submission waits for, whoever does it: a worker or a command."""

from __future__ import annotations

import uuid

from tracing.ingest import confirm, pipeline


def work(submission_id: uuid.UUID) -> uuid.UUID:
    """Check and store until nothing is left that this runner may do.

    Returns the submission where the work ended: another one, if the upload was a corrected
    error workbook.
    """
    while True:
        following = pipeline.check(submission_id)
        if following is not None:
            submission_id = following
        elif not confirm.store(submission_id):
            return submission_id
