"""Taking the file of an export: the right is checked when it is fetched."""

from __future__ import annotations

from typing import BinaryIO, NamedTuple

from django.utils import timezone

from accounts.agents.models import Agent
from portal.lib.refused import Refused
from tracing.core import rights
from tracing.exports.models import Export
from tracing.jobs.models import ExportState


class Download(NamedTuple):
    """An open file, which stays readable when it is deleted meanwhile, and its name."""

    file: BinaryIO
    name: str


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
