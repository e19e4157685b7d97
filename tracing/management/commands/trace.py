"""`trace`: the trace of a code, as a unit sees it or as staff do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from portal.management.reporting import ReportingCommand
from tracing.management.acting import code_not_found, unit_named
from tracing.records.words import GOODS_CODE
from tracing.traces.plain import plain
from tracing.traces.queries import trace
from tracing.traces.timeline import TimelineNode, Uncorroborated
from tracing.traces.trace import Trace


class Command(ReportingCommand):
    """Show the product, boxes and nodes of a code of any pack level."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument(
            "--unit", help="account name or credit code of who looks; without it, staff"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 5 when the code is not found, or is none of the unit's business."""
        unit = unit_named(options["unit"]) if options["unit"] else None
        found = trace(options["code"], unit)
        if found is None:
            raise code_not_found(options["code"])
        # `docs/schemas/trace.json` describes the object.
        self.report(options["json"], plain(found, _iso), _sentences(found))


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()


def _sentences(found: Trace) -> Iterator[str]:
    yield f"{GOODS_CODE}：{found.code}"
    for column in found.facts:
        for fact in column:
            yield f"{fact.label}：{fact.text}"
    for box in found.boxes:
        yield f"{box.title}：{box.code}"
    if found.contents_count:
        yield f"内含小包装：{found.contents_count} 个"
    for number, node in enumerate(found.nodes, start=1):
        yield f"{number}. {_sentence(node)}"
    for told in found.uncorroborated:
        yield f"未印证：{_sentence(told)}，由 {told.told_by} 上传"
    if found.mend or found.restricted:
        yield found.mend or found.restricted


def _sentence(step: TimelineNode | Uncorroborated) -> str:
    moment = timezone.localtime(step.time)
    origin = f"，继承自 {step.inherited_from}" if step.inherited_from else ""
    return f"{step.title} {moment:%Y-%m-%d %H:%M:%S} {step.organisation}{origin}"
