"""`benchmark`: our way beside the floor and django-import-export, in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from portal.management.reporting import Exit, ReportingCommand, ended
from tracing.benchmarks import api, export, imports, query
from tracing.benchmarks.measure import MeasurementFailed
from tracing.records import RECORDS
from tracing.records.bindings import record_of
from tracing.records.shapes import Shape

CODES = record_of(Shape.CODES).code


class Command(ReportingCommand):
    """Measure ours beside the floor, imports and exports also beside django-import-export, on
    fictitious rows.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("what", choices=["import", "export", "query", "api"])
        parser.add_argument("--rows", required=True, type=int)
        parser.add_argument(
            "--record", default=CODES, choices=sorted(RECORDS), help="of imports and api"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--faults", type=float, default=0.0, help="of imports: share of faulty rows"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and report. Exits 2 on wrong usage, 1 when the measured work fails."""
        if options["rows"] < 1:
            raise ended(Exit.USAGE, f"--rows 应为正整数，收到 {options['rows']}。")
        if not 0 <= options["faults"] < 1:
            raise ended(Exit.USAGE, f"--faults 应为小于 1 的比例，收到 {options['faults']}。")
        try:
            result = self._measure(**options)
        except MeasurementFailed as error:
            raise ended(Exit.FAILED, f"测量未完成：\n{error}") from error
        words = WORDS.get(options["what"], _of_ways)
        self.report(options["json"], result, words(result))

    def _measure(
        self, what: str, rows: int, record: str, seed: int, faults: float, **_: Any
    ) -> dict[str, Any]:
        if what == "export":
            return export.measure(rows, seed)
        if what == "query":
            return query.measure(rows, seed)
        if what == "api":
            return api.measure(rows, record, seed)
        return imports.measure(rows, record, seed, faults)


def _of_pages(result: dict[str, Any]) -> Iterator[str]:
    """A line for each kind of page."""
    for name, taken in result["kinds"].items():
        yield (
            f"{name}：中位 {taken['p50_ms']}，95% {taken['p95_ms']}，99% {taken['p99_ms']} 毫秒；"
            f"下限 95% {taken['floor_p95_ms']} 毫秒"
        )


def _of_ways(result: dict[str, Any]) -> Iterator[str]:
    """A line for each way, then the two comparisons."""
    titles = {"ours": "本系统", "floor": "下限", "import_export": "django-import-export"}
    for name, title in titles.items():
        if (way := result.get(name)) is None:
            continue
        steps = "，".join(f"{step} {seconds}" for step, seconds in way["steps"].items())
        yield f"{title}：{way['seconds']} 秒，内存峰值 {way['peak_mb']} MB（{steps}）"
    yield f"用时为下限的 {result['ratio_to_floor']} 倍。"
    if "times_faster" in result:
        yield f"django-import-export 的用时是本系统的 {result['times_faster']} 倍。"


def _of_calls(result: dict[str, Any]) -> Iterator[str]:
    """A line for each way."""
    titles = {"ours": "一个客户端", "eight_clients": "八个客户端", "floor": "下限"}
    for name, title in titles.items():
        way = result[name]
        steps = "，".join(f"{step} {seconds}" for step, seconds in way["steps"].items())
        yield (
            f"{title}：每秒 {result['rows_per_second'][name]} 行，{way['seconds']} 秒，"
            f"内存峰值 {way['peak_mb']} MB（{steps}）"
        )
    yield (
        f"用时为下限的 {result['ratio_to_floor']} 倍，"
        f"八个客户端为 {result['ratio_to_floor_eight']} 倍。"
    )


WORDS = {"query": _of_pages, "api": _of_calls}
