"""The two ways of rows by interface, as they run in the measured process: calls to a website of one
web process, and a bare COPY. Each checks that it did what it was timed for."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.core.origin import COMMAND
from accounts.keys.actions import issue
from accounts.keys.scopes import SELF_SERVICE
from accounts.rights.actions_granting import grant
from tracing.benchmarks import floor as laid
from tracing.benchmarks.calls import Target, call_all
from tracing.benchmarks.import_ways import (
    MOBILE,
    NOTHING,
    WrongResult,
    check_count,
    count_of,
    unit_and_agent,
)
from tracing.benchmarks.website import website
from tracing.records.bindings import BINDINGS
from tracing.stores.registry import store_of
from tracing.uploads.models import Submission


def issue_key(record: str) -> dict[str, Any]:
    """Make a key for the record's interface."""
    unit, agent = unit_and_agent(record)
    grant(unit, agent, SELF_SERVICE)
    key = issue(
        unit,
        agent,
        # No two live keys of a unit have the same name.
        name=f"benchmark {secrets.token_hex(4)}",
        scopes=[BINDINGS[record].business],
        contact_name="某某",
        contact_phone=MOBILE,
        origin=COMMAND,
    )
    return {**NOTHING, "ak": key.ak, "sk": key.sk}


def ours(record: str, path: str, rows: int, clients: int, ak: str, sk: str) -> dict[str, Any]:
    """Call a website until all rows are stored; each client has one connection and makes one call
    after the other. The file has the `param` of a call in each line; signing it is part of the
    work.
    """
    params = Path(path).read_text().split("\n")
    with website() as port:
        target = Target(port, f"/api/v1/upload/{record}", ak, sk)
        # What a process does only once is done by calls whose rows fail.
        call_all(target, [_failing(record, number) for number in range(clients)], clients)
        start = time.perf_counter()
        answers = call_all(target, params, clients)
        seconds = time.perf_counter() - start
    created = sum(answer["created"] for answer in answers)
    if created != rows:
        raise WrongResult(f"{created} created of {rows}")
    return {"seconds": seconds, "steps": _steps(answer["submission"] for answer in answers)}


def _failing(record: str, number: int) -> str:
    columns = BINDINGS[record].record.columns
    return json.dumps({"data": [{column.name: f"?{number}" for column in columns}]})


def _steps(submissions: Iterable[str]) -> dict[str, float]:
    """The seconds of each step, those of all calls together."""
    steps: dict[str, float] = {}
    for taken in Submission.everything.filter(pk__in=list(submissions)).values_list(
        "seconds", flat=True
    ):
        for step, seconds in taken.items():
            steps[step] = steps.get(step, 0.0) + seconds
    return steps


def floor(record: str, folder: str, rows: int) -> dict[str, Any]:
    """COPY the lines in the folder into their tables, durable, indexes in place, unchecked."""
    table = store_of(record).TARGET.table
    before = count_of(table)
    start = time.perf_counter()
    with transaction.atomic():
        laid.lay(Path(folder))
    seconds = time.perf_counter() - start
    check_count(table, before + rows)
    return {"seconds": seconds, "steps": {"copy": seconds}}
