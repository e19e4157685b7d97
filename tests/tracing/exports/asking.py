"""Asking for an export and making it in this process, as a command does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from accounts.core.kinds import MAKER
from accounts.core.origin import COMMAND
from portal.lib.refused import Refused
from tests.people import Side
from tracing.exports import build
from tracing.exports.actions import request_export
from tracing.exports.models import Export
from tracing.traces.selections import ByCode, Listed


def ask(
    maker: Side, selection: ByCode | Listed, *, business: str = MAKER.query, **more: Any
) -> Export:
    """Ask for an export without making it."""
    return request_export(
        unit=maker.unit,
        agent=maker.agent,
        business=business,
        selection=selection,
        origin=COMMAND,
        work_elsewhere=False,
        **more,
    )


def make(export: Export) -> Export:
    """Do what a worker does, and look at the export again."""
    build.run(export.pk)
    return Export.everything.select_related("unit").get(pk=export.pk)


def contents(path: Path) -> list[list[Any]]:
    """The rows of a workbook's first sheet without the headings."""
    return [
        list(row)
        for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    ]


def refused(call: Callable[[], object]) -> tuple[str, str]:
    """The code and the sentence of a refusal."""
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code, str(caught.value)
