"""Sending rows as an interface does, and what a test compares of an upload."""

from __future__ import annotations

from typing import Any

from accounts.agents.models import Agent
from accounts.core.origin import COMMAND
from accounts.units.models import Unit
from tracing.uploads.actions_rows import submit_rows
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store


def enter(unit: Unit, agent: Agent, record_code: str, rows: Any, **more: Any) -> Submission:
    """Take rows in without checking them."""
    return send(unit, agent, record_code, rows, work_elsewhere=False, **more)


def send(unit: Unit, agent: Agent, record_code: str, rows: Any, **more: Any) -> Submission:
    """Take rows in as a request does."""
    return submit_rows(
        unit=unit,
        agent=agent,
        record_code=record_code,
        name="数据接口",
        rows=rows,
        source=Submission.Source.API,
        origin=COMMAND,
        **more,
    ).submission


def check(unit: Unit, agent: Agent, record_code: str, rows: Any, **more: Any) -> Submission:
    """Take rows in and check them, however many there are; returns the submission reached."""
    entered = enter(unit, agent, record_code, rows, **more)
    return Submission.everything.get(pk=check_and_store(entered.pk))
