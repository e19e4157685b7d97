"""The three ways of an import, as they run in the measured process. Each checks that it did what
it was timed for."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from accounts.agents.actions import add_member, create_agent
from accounts.agents.models import Agent
from accounts.core.kinds import MAKER, UnitKind
from accounts.core.origin import COMMAND
from accounts.core.queries import unit_for
from accounts.rights.actions_granting import grant
from accounts.rights.queries import acting
from accounts.units.actions import create_unit
from accounts.units.models import Unit
from tracing.benchmarks.bare import BARE, Bare, copy_rows, read_rows
from tracing.benchmarks.bulk import BULK, read_dataset
from tracing.records.bindings import BINDINGS
from tracing.synthetic.products import Firm
from tracing.uploads.actions import confirm, submit
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.turn import check_and_store

ACCOUNT = "benchmark1"
MOBILE = "19900000099"
WORD = "benchmark-2026"
CHUNK = 1 << 20
NOTHING: dict[str, Any] = {"seconds": 0.0, "steps": {}}


class WrongResult(Exception):
    """A way did not store what it was given, so its time means nothing."""


def tables() -> dict[str, Any]:
    """Make the tables."""
    call_command("migrate", interactive=False, verbosity=0)
    return NOTHING


def people(name: str, uscc: str) -> dict[str, Any]:
    """Make the unit and its agent."""
    with_agent(unit_of(ACCOUNT, Firm(name, uscc), MAKER), "maker-upload")
    return NOTHING


def unit_of(account: str, firm: Firm, kind: UnitKind) -> Unit:
    """Make a unit of one kind."""
    return create_unit(
        account_name=account,
        password=WORD,
        name=firm.name,
        uscc=firm.uscc,
        kinds=frozenset({kind}),
    )


def with_agent(unit: Unit, business: str) -> None:
    """Make the agent, and let it do a business of the unit."""
    agent = create_agent(mobile=MOBILE, password=WORD, name="某某")
    add_member(unit, agent)
    grant(unit, agent, business)


def ours(record: str, path: str, rows: int) -> dict[str, Any]:
    """Submit, check, confirm and store, in this process."""
    unit, agent = _unit_and_agent(record)
    start = time.perf_counter()
    with Path(path).open("rb") as file:
        submission, _ = submit(
            unit=unit,
            agent=agent,
            record_code=record,
            name="rows.xlsx",
            chunks=iter(partial(file.read, CHUNK), b""),
            source=Submission.Source.COMMAND,
            origin=COMMAND,
            work_elsewhere=False,
        )
    submitted = time.perf_counter()
    check_and_store(submission.pk)
    submission.refresh_from_db()
    confirm(submission=submission, agent=agent, origin=COMMAND, work_elsewhere=False)
    check_and_store(submission.pk)
    seconds = time.perf_counter() - start
    submission.refresh_from_db()
    if (submission.state, submission.created) != (SubmissionState.STORED, rows):
        raise WrongResult(f"{submission.state}, {submission.created} created of {rows}")
    steps = {"submit": submitted - start, **submission.seconds}
    return {"seconds": seconds, "steps": {**steps, "rest": seconds - sum(steps.values())}}


def floor(record: str, path: str, rows: int) -> dict[str, Any]:
    """Read by calamine and COPY into every table, durable, indexes in place, unchecked."""
    unit, _ = _unit_and_agent(record)
    bare: Bare = BARE[record]
    before = _count(bare.table)
    start = time.perf_counter()
    cells = read_rows(path)
    read = time.perf_counter()
    with transaction.atomic():
        copy_rows(bare, cells, unit.pk)
    seconds = time.perf_counter() - start
    _check(bare.table, before + rows)
    return {"seconds": seconds, "steps": {"read": read - start, "copy": seconds - (read - start)}}


def import_export(record: str, path: str, rows: int, blind: bool) -> dict[str, Any]:
    """django-import-export in bulk mode, from the same file into the record's own table."""
    unit, _ = _unit_and_agent(record)
    table = BARE[record].table
    before = _count(table)
    resource = BULK[record](unit.pk, blind=blind)
    start = time.perf_counter()
    dataset = read_dataset(path)
    read = time.perf_counter()
    resource.import_data(dataset, raise_errors=True, use_transactions=True)
    seconds = time.perf_counter() - start
    _check(table, before + rows)
    return {"seconds": seconds, "steps": {"read": read - start, "save": seconds - (read - start)}}


def _unit_and_agent(record: str) -> tuple[Unit, Agent]:
    unit = unit_for(ACCOUNT)
    agent = acting(unit).get(BINDINGS[record].business) if unit else None
    if unit is None or agent is None:
        raise WrongResult("the database was not prepared")
    return unit, agent


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name of ours
        count: int = cursor.fetchone()[0]
    return count


def _check(table: str, expected: int) -> None:
    if (found := _count(table)) != expected:
        raise WrongResult(f"{table} holds {found} rows, not {expected}")
