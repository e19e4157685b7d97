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
from accounts.core.kinds import KINDS, UnitKind
from accounts.core.origin import COMMAND
from accounts.core.queries import agent_for, unit_for
from accounts.rights.actions_granting import grant
from accounts.rights.queries import acting
from accounts.units.actions import create_unit
from accounts.units.models import Unit
from tracing.benchmarks import floor as laid
from tracing.benchmarks.bulk import BULK, read_dataset
from tracing.records.bindings import BINDINGS
from tracing.stores.registry import store_of
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


def prepare(units: list[dict[str, str]], uploads: list[dict[str, Any]]) -> dict[str, Any]:
    """Make the units, each with the business that uploads, and store what they uploaded before."""
    tables()
    for unit in units:
        kind = next(kind for kind in KINDS.values() if kind.uploads == unit["business"])
        made = unit_of(unit["account"], Firm(unit["name"], unit["uscc"]), kind)
        with_agent(made, unit["business"])
    for upload in uploads:
        ours(**upload)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
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
    """Make the agent, if it is not there, and let it do a business of the unit."""
    agent = agent_for(MOBILE) or create_agent(mobile=MOBILE, password=WORD, name="某某")
    add_member(unit, agent)
    grant(unit, agent, business)


def ours(record: str, path: str, rows: int, account: str = ACCOUNT) -> dict[str, Any]:
    """Submit, check, confirm and store, in this process; `rows` of the file's are good and new."""
    unit, agent = unit_and_agent(record, account)
    start = time.perf_counter()
    submission = _submitted(record, path, unit, agent)
    submitted = time.perf_counter()
    check_and_store(submission.pk)
    _stored(submission, agent)
    seconds = time.perf_counter() - start
    submission.refresh_from_db()
    if (submission.state, submission.created) != (SubmissionState.STORED, rows):
        raise WrongResult(f"{submission.state}, {submission.created} created of {rows}")
    steps = {"submit": submitted - start, **submission.seconds}
    return {"seconds": seconds, "steps": {**steps, "rest": seconds - sum(steps.values())}}


def _submitted(record: str, path: str, unit: Unit, agent: Agent) -> Submission:
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
    return submission


def _stored(submission: Submission, agent: Agent) -> None:
    submission.refresh_from_db()
    confirm(submission=submission, agent=agent, origin=COMMAND, work_elsewhere=False)
    check_and_store(submission.pk)


def lay_out(record: str, path: str, folder: str) -> dict[str, Any]:
    """Import in our way, and keep in the folder what the floor will have to write: `kept` counts
    its rows by table, `good` the file's that were stored, `bad` those that failed.
    """
    unit, agent = unit_and_agent(record)
    submission = _submitted(record, path, unit, agent)
    check_and_store(submission.pk)
    laid.note(record, submission.pk)
    _stored(submission, agent)
    kept = laid.keep(record, Path(folder))
    submission.refresh_from_db()
    return {**NOTHING, "kept": kept, "good": submission.created, "bad": submission.rejected}


def floor(record: str, path: str, folder: str, rows: int) -> dict[str, Any]:
    """Read by calamine and COPY into every table, durable, indexes in place, unchecked."""
    table = store_of(record).TARGET.table
    before = count_of(table)
    start = time.perf_counter()
    cells = laid.read(path)
    read = time.perf_counter()
    with transaction.atomic():
        laid.lay(Path(folder))
    seconds = time.perf_counter() - start
    del cells
    check_count(table, before + rows)
    return {"seconds": seconds, "steps": {"read": read - start, "copy": seconds - (read - start)}}


def import_export(record: str, path: str, rows: int, blind: bool) -> dict[str, Any]:
    """django-import-export in bulk mode, from the same file into the record's own table."""
    unit, _ = unit_and_agent(record)
    table = store_of(record).TARGET.table
    before = count_of(table)
    resource = BULK[record](unit.pk, blind=blind)
    start = time.perf_counter()
    dataset = read_dataset(path)
    read = time.perf_counter()
    resource.import_data(dataset, raise_errors=True, use_transactions=True)
    seconds = time.perf_counter() - start
    check_count(table, before + rows)
    return {"seconds": seconds, "steps": {"read": read - start, "save": seconds - (read - start)}}


def unit_and_agent(record: str, account: str = ACCOUNT) -> tuple[Unit, Agent]:
    """The unit that was prepared, and who uploads the record for it."""
    unit = unit_for(account)
    agent = acting(unit).get(BINDINGS[record].business) if unit else None
    if unit is None or agent is None:
        raise WrongResult("the database was not prepared")
    return unit, agent


def count_of(table: str) -> int:
    """The rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name of ours
        count: int = cursor.fetchone()[0]
    return count


def check_count(table: str, expected: int) -> None:
    """Raises WrongResult where a table holds another number of rows."""
    if (found := count_of(table)) != expected:
        raise WrongResult(f"{table} holds {found} rows, not {expected}")
