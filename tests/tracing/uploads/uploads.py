"""Uploading and confirming as a command does: in this process, without a worker."""

from __future__ import annotations

from pathlib import Path

from accounts.agents.models import Agent
from accounts.core.origin import COMMAND
from accounts.units.models import Unit
from tracing.uploads import actions
from tracing.uploads.models import USUAL_TERMS, Submission, Terms
from tracing.uploads.turn import check_and_store


def submit(
    unit: Unit, agent: Agent, record_code: str, path: Path, terms: Terms = USUAL_TERMS
) -> actions.Submitted:
    """Take a file in without checking it."""
    return actions.submit(
        unit=unit,
        agent=agent,
        record_code=record_code,
        name=path.name,
        chunks=[path.read_bytes()],
        source=Submission.Source.COMMAND,
        origin=COMMAND,
        work_elsewhere=False,
        terms=terms,
    )


def upload(unit: Unit, agent: Agent, record_code: str, path: Path) -> Submission:
    """Take a file in and check it; returns the submission where that led."""
    submitted = submit(unit, agent, record_code, path)
    return Submission.everything.get(pk=check_and_store(submitted.submission.pk))


def confirm(submission: Submission) -> Submission:
    """确认, and store."""
    actions.confirm(
        submission=submission, agent=submission.agent, origin=COMMAND, work_elsewhere=False
    )
    check_and_store(submission.pk)
    return Submission.everything.get(pk=submission.pk)


def cancel(submission: Submission) -> Submission:
    """取消, and what a worker then does."""
    actions.cancel(
        submission=submission, agent=submission.agent, origin=COMMAND, work_elsewhere=False
    )
    check_and_store(submission.pk)
    return Submission.everything.get(pk=submission.pk)


def counts(submission: Submission) -> dict[str, int | str | None]:
    """The numbers that the page shows."""
    names = ("state", "total", "accepted", "rejected", "created", "replaced", "unchanged")
    return {name: getattr(submission, name) for name in names}
