"""The three ways of an export, as they run in the measured process. Each checks that it wrote
what it was timed for."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from import_export import fields, resources
from import_export.formats.base_formats import XLSX

from accounts.agents.models import Agent
from accounts.core.kinds import MAKER
from accounts.core.origin import COMMAND
from accounts.core.queries import unit_for
from accounts.rights.queries import acting
from accounts.units.models import Unit
from portal.lib.sheets import write_xlsx
from tracing.benchmarks.export_rows import LAID_OUT, today
from tracing.benchmarks.import_ways import ACCOUNT, WrongResult
from tracing.core.formats import TITLE
from tracing.exports import build
from tracing.exports.actions import request_export
from tracing.exports.columns import COLUMNS
from tracing.exports.models import Export
from tracing.exports.rows import rows as rows_of

# Steps of `build`, by the names of its functions.
STEPS = {"count": "count", "write": "_write", "seal": "_seal"}


def ours(rows: int) -> dict[str, Any]:
    """Ask for the export and make its file, in this process."""
    unit, agent = _unit_and_agent()
    steps: dict[str, float] = {}
    for step, name in STEPS.items():
        setattr(build, name, _timed(getattr(build, name), step, steps))
    start = time.perf_counter()
    export = request_export(
        unit=unit,
        agent=agent,
        business=MAKER.query,
        selection=today(),
        origin=COMMAND,
        again=True,
        work_elsewhere=False,
    )
    build.run(export.pk)
    seconds = time.perf_counter() - start
    done = Export.everything.get(pk=export.pk)
    if done.rows != rows:
        raise WrongResult(f"{done.state}, {done.rows} rows of {rows}")
    steps["rest"] = seconds - sum(steps.values())
    return {"seconds": seconds, "steps": steps, "size": done.size}


def _timed(function: Callable[..., Any], step: str, steps: dict[str, float]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*arguments: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            steps[step] = time.perf_counter() - start

    return timed


def floor(rows: int) -> dict[str, Any]:
    """A server-side cursor over the same rows into the same writer, and nothing else."""
    unit, _ = _unit_and_agent()
    path = Path(settings.PORTAL_FILES) / "floor.xlsx"
    start = time.perf_counter()
    with transaction.atomic():
        write_xlsx(path, TITLE, COLUMNS, rows_of(unit, MAKER, today()), rows)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "steps": {"write": seconds}}


def import_export(rows: int) -> dict[str, Any]:
    """django-import-export from a table that holds the finished rows."""
    path = Path(settings.PORTAL_FILES) / "import_export.xlsx"
    model = _laid_out()
    start = time.perf_counter()
    dataset = _resource(model)().export(queryset=model.everything.order_by("id"))
    collected = time.perf_counter()
    path.write_bytes(XLSX().export_data(dataset))
    seconds = time.perf_counter() - start
    if len(dataset) != rows:
        raise WrongResult(f"{len(dataset)} rows of {rows}")
    collect = collected - start
    return {"seconds": seconds, "steps": {"collect": collect, "write": seconds - collect}}


def _laid_out() -> Any:
    """A model of the table with the finished rows."""
    texts: dict[str, Any] = {column.name: models.TextField() for column in COLUMNS}
    meta = type("Meta", (), {"app_label": "tracing", "db_table": LAID_OUT, "managed": False})
    parts = {**texts, "everything": models.Manager(), "__module__": __name__, "Meta": meta}
    return type("LaidOutRow", (models.Model,), parts)


def _resource(model: Any) -> Any:
    columns = {c.name: fields.Field(attribute=c.name, column_name=c.label) for c in COLUMNS}
    names = [column.name for column in COLUMNS]
    meta = type("Meta", (), {"model": model, "fields": names, "export_order": names})
    metaclass: Any = type(resources.ModelResource)
    return metaclass("LaidOutRows", (resources.ModelResource,), {**columns, "Meta": meta})


def _unit_and_agent() -> tuple[Unit, Agent]:
    unit = unit_for(ACCOUNT)
    agent = acting(unit).get(MAKER.query) if unit else None
    if unit is None or agent is None:
        raise WrongResult("the database was not prepared")
    return unit, agent
