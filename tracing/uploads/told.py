"""What webhooks are told of an upload: states, codes and counts, and no content of a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.keys.models_webhooks import Event
from accounts.keys.webhook_events import tell
from tracing.uploads.models import Submission

# Causes that one event names, those of most rows first.
CAUSES = 20


def tell_upload(submission: Submission, result: str, **facts: int | str) -> None:
    """Tell that an upload has come to something, in the transaction that writes it.

    `result`: waiting (for 确认), checked (and never stored, as was asked), stored, refused,
    not-stored (确认 came to nothing, and it waits again) or expired. `facts` are counts, and the
    `code` of a refusal.
    """
    named = {**_named(submission), "result": result, **_counted(submission)}
    tell(submission.unit, Event.UPLOAD, {**named, **facts})


def tell_checked(submission: Submission, code: str = "") -> None:
    """Tell that the check of an upload has ended, and that it is not stored by itself; the code
    says why not where 确认 had been given for it."""
    if code:
        tell_upload(submission, "not-stored", code=code)
    else:
        tell_upload(submission, "checked" if submission.check_only else "waiting")


def tell_failing(submission: Submission, causes: Iterable[Iterable[Any]]) -> None:
    """Tell that rows of an upload fail, and why, by the causes as the submission keeps them."""
    if not submission.rejected:
        return
    told = [
        {"column": column, "code": code, "rows": rows}
        for column, code, rows, *_ in list(causes)[:CAUSES]
    ]
    facts = {**_named(submission), **_counted(submission), "causes": told}
    tell(submission.unit, Event.ROWS, facts)


def tell_undo(submission: Submission, result: str, **facts: int | str) -> None:
    """Tell what became of 撤销: undone with its counts, or failed with the code of why."""
    tell(submission.unit, Event.UNDO, {**_named(submission), "result": result, **facts})


def _named(submission: Submission) -> dict[str, Any]:
    return {
        "submission": str(submission.pk),
        "record": submission.record_code,
        "source": submission.source,
    }


def _counted(submission: Submission) -> dict[str, Any]:
    return {
        "total": submission.total,
        "accepted": submission.accepted,
        "rejected": submission.rejected,
    }
