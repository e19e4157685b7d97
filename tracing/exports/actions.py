"""Asking for exports and taking their files.

As in `tracing.uploads.actions`: atomic, logged, refusals change nothing.
"""

from __future__ import annotations

from typing import BinaryIO, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.kinds import kind_asking
from accounts.core.origin import Origin
from accounts.log import writing
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tracing import tasks
from tracing.core import rates, rights
from tracing.exports.limits import refuse_size
from tracing.exports.models import RUNNING, Export, ExportState
from tracing.exports.queries import current_export
from tracing.exports.rows import count_codes
from tracing.traces.selections import ByCode, Listed


class Download(NamedTuple):
    """An open file, which stays readable when it is deleted meanwhile, and its name."""

    file: BinaryIO
    name: str


def request_export(
    *,
    unit: Unit,
    agent: Agent,
    business: str,
    selection: ByCode | Listed,
    origin: Origin,
    format: str = Export.Format.XLSX,
    again: bool = False,
    work_elsewhere: bool = True,
) -> Export:
    """导出: enter the export of this filter that runs or is ready, or begin one.

    With `again` (重新导出) a file that is ready is left aside and a new one is made; one that
    is being made is entered all the same. Raises `Refused` without the business, for no codes,
    for too many, and for too many exports within the hour.
    """
    rights.require(unit, agent, business)
    found = current_export(unit, business, selection, format)
    if found is not None and (not again or found.state in RUNNING):
        return found
    rates.count_one(rates.EXPORTS, agent, origin)
    codes = count_codes(unit, kind_asking(business), selection)
    refuse_size(codes)
    export = Export(
        unit=unit,
        agent=agent,
        business=business,
        by=selection.by,
        filter=selection.filter,
        format=format,
        codes=codes,
    )
    try:
        _begin(export, origin, work_elsewhere)
    except IntegrityError:
        # The same was asked for in this moment, and one of the two came first.
        first = current_export(unit, business, selection, format)
        if first is None:
            raise
        return first
    return export


def download(export: Export, agent: Agent) -> Download:
    """Open the file for an agent who holds the export's business now.

    Raises `Refused` for anyone else, before the file is made and after it has expired.
    """
    rights.require(export.unit, agent, export.business)
    expired = export.expires_at is not None and export.expires_at <= timezone.now()
    if export.state == ExportState.EXPIRED or (export.state == ExportState.READY and expired):
        until = timezone.localtime(export.expires_at) if export.expires_at else None
        raise Refused("export_expired", until=f"{until:%Y-%m-%d %H:%M}" if until else "")
    if export.state != ExportState.READY or export.as_of is None:
        raise Refused("export_not_ready", state=str(ExportState(export.state).label))
    try:
        file = export.path.open("rb")
    except FileNotFoundError:
        raise Refused("export_gone") from None
    moment = timezone.localtime(export.as_of)
    return Download(file, f"药耗追溯信息_{moment:%Y%m%d_%H%M%S}.{export.format}")


def fetch(*, export: Export, agent: Agent, origin: Origin) -> Download:
    """下载: open the file for an agent who holds the export's business now, and log it.

    Raises `Refused` for anyone else, before the file is made and after it has expired.
    """
    opened = download(export, agent)
    with transaction.atomic():
        writing.record(
            "export-downloaded",
            origin=origin.done_by(agent.account),
            unit=export.unit,
            target=str(export.pk),
            after={"sha256": export.sha256},
        )
    return opened


def _begin(export: Export, origin: Origin, work_elsewhere: bool) -> None:
    with transaction.atomic():
        export.save(force_insert=True)
        writing.record(
            "export-requested",
            origin=origin.done_by(export.agent.account),
            unit=export.unit,
            target=str(export.pk),
            after={"by": export.by, "filter": export.filter, "format": export.format},
        )
        if work_elsewhere:
            tasks.nudge(tasks.build_export, export)
