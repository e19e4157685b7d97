"""`export_codes`: the page's file of codes with all their nodes, made in this process."""

from __future__ import annotations

import shutil
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.kinds import KINDS, codes_of
from accounts.core.origin import COMMAND
from accounts.units.models import Unit
from portal.lib.refused import Refused
from portal.management.reporting import Exit, ReportingCommand, ended, exit_of, reported
from tracing.exports import build
from tracing.exports.actions import download, request_export
from tracing.exports.models import RUNNING, Export
from tracing.library.typed_codes import canonical
from tracing.management.acting import agent_acting, code_not_found, name_who_acts, unit_named
from tracing.records.bindings import column_of
from tracing.records.shapes import SERIAL, Shape
from tracing.traces.selections import ByBatch, ByCode, ByDates

BATCH_LABELS = [column_of(Shape.PRODUCT, name).label for name in (SERIAL, "manu_lotnum")]
POLL_SECONDS = 0.5


class Command(ReportingCommand):
    """Write a file of codes with all their nodes (.xlsx or .csv)."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        name_who_acts(parser)
        parser.add_argument(
            "--kind",
            choices=list(KINDS),
            help="whose list, for a unit that is several; otherwise the first that it is",
        )
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--code", help="a code of any pack level")
        chosen.add_argument("--batch", help=" or ".join(BATCH_LABELS))
        chosen.add_argument(
            "--from",
            dest="first",
            type=_day,
            help="first day of the first upload, as 2024-11-01; with --to",
        )
        parser.add_argument("--to", dest="last", type=_day, help="last day")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 4 when the export is refused, 5 when no unit or no code is found."""
        selection = _selection(options)
        wanted = _format(options["out"])
        unit = unit_named(options["unit"])
        business = _business(unit, options["kind"])
        agent = agent_acting(unit, options["agent"], business)
        start = time.perf_counter()
        try:
            export = _made(unit, agent, business, selection, wanted)
            _fetch(export, agent, options["out"])
        except Refused as refused:
            self.report(options["json"], reported(refused.first), [str(refused)])
            raise SystemExit(int(exit_of(refused.first))) from refused
        seconds = round(time.perf_counter() - start, 3)
        result = _result(export, options["out"], seconds)
        self.report(options["json"], result, _sentences(result))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期应写成 2024-11-20 的样式，收到 {text}。") from None


def _selection(options: dict[str, Any]) -> ByCode | ByBatch | ByDates:
    first, last = options["first"], options["last"]
    if (first is None) != (last is None):
        raise ended(Exit.USAGE, "--from 和 --to 应同时给出，如 --from 2024-11-01 --to 2024-11-20。")
    if first is not None:
        if first > last:
            raise ended(Exit.USAGE, f"--from {first} 晚于 --to {last}，请对调。")
        return ByDates(first, last)
    if options["batch"] is not None:
        return ByBatch(options["batch"].strip())
    code = canonical(options["code"])
    if code is None:
        raise code_not_found(options["code"])
    return ByCode(code)


def _format(out: Path) -> Export.Format:
    if not out.parent.is_dir():
        raise ended(Exit.USAGE, f"没有文件夹 {out.parent}，请先建立或换一个路径。")
    try:
        return Export.Format(out.suffix.removeprefix(".").lower())
    except ValueError:
        raise ended(Exit.USAGE, f"--out 应以 .xlsx 或 .csv 结尾，收到 {out.name}。") from None


def _business(unit: Unit, asked: str | None) -> str:
    """The business by which the unit asks for codes."""
    kind = KINDS[asked] if asked else next(k for k in KINDS.values() if k in unit.kinds)
    if kind not in unit.kinds:
        raise ended(
            Exit.USAGE,
            f"{unit.name}不是{kind.label}；--kind 应为 {'、'.join(codes_of(unit.kinds))}。",
        )
    return kind.query


def _made(
    unit: Unit,
    agent: Agent,
    business: str,
    selection: ByCode | ByBatch | ByDates,
    wanted: Export.Format,
) -> Export:
    """Make the file here, or wait while another runner makes it."""
    export = request_export(
        unit=unit,
        agent=agent,
        business=business,
        selection=selection,
        origin=COMMAND,
        format=wanted,
        again=True,
        work_elsewhere=False,
    )
    while export.state in RUNNING:
        build.run(export.pk)
        export.refresh_from_db()
        if export.state in RUNNING:
            time.sleep(POLL_SECONDS)
    if export.refusal:
        raise Refused.of(export.refusal)
    return export


def _fetch(export: Export, agent: Agent, out: Path) -> None:
    unfinished = out.with_name(f"{out.name}.part")
    with download(export, agent).file as file:
        try:
            with unfinished.open("wb") as target:
                shutil.copyfileobj(file, target)
            unfinished.replace(out)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise ended(Exit.USAGE, f"无法写入文件：{error}。请给出可写的路径。") from error


def _result(export: Export, out: Path, seconds: float) -> dict[str, Any]:
    """The JSON object; `docs/schemas/export_codes.json` describes it."""
    as_of = export.as_of or timezone.now()
    return {
        "export": str(export.pk),
        "by": export.by,
        "filter": export.filter,
        "codes": export.codes,
        "rows": export.rows,
        "as_of": timezone.localtime(as_of).isoformat(),
        "out": str(out),
        "size": export.size,
        "sha256": export.sha256,
        "seconds": seconds,
    }


def _sentences(result: dict[str, Any]) -> Iterator[str]:
    yield f"已导出 {result['codes']} 个追溯码的 {result['rows']} 行：{result['out']}"
    yield f"数据截至 {result['as_of']}，用时 {result['seconds']} 秒。"
