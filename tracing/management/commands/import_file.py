"""`import_file`: the page's way of a file, by command and in this process."""

from __future__ import annotations

import shutil
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandParser

from accounts.agents.models import Agent
from accounts.core.origin import COMMAND
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused, refusal
from portal.management.reporting import Exit, ReportingCommand, ended, exit_of, reported
from tracing.management.acting import agent_acting, name_who_acts, unit_named
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.uploads.actions import Submitted, confirm, submit, write_report
from tracing.uploads.actions_preview import look_again
from tracing.uploads.actions_rows import submit_rows
from tracing.uploads.arrays import parsed
from tracing.uploads.models import RUNNING, RejectedRow, Submission, SubmissionState, Terms
from tracing.uploads.outcome import state_words, told_before
from tracing.uploads.report import missing
from tracing.uploads.turn import check_and_store
from tracing.uploads.workbook.layout import ROWS_SUFFIX
from tracing.uploads.workbook.limits import COMMAND_LIMITS

CHUNK = 1 << 20
STEPS = ("read", "check", "stage", "store")
POLL_SECONDS = 0.5


class Command(ReportingCommand):
    """Take a workbook in as its page does, or rows in JSON (.jsonl), one object by column
    identifier to a line; with --confirm store the rows that pass.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        name_who_acts(parser)
        parser.add_argument("--record", required=True, choices=sorted(RECORDS))
        storing = parser.add_mutually_exclusive_group()
        storing.add_argument("--confirm", action="store_true", help="确认: store what passed")
        storing.add_argument(
            "--check-only", action="store_true", help="只校验不入库: check, and never store"
        )
        parser.add_argument(
            "--all-or-nothing", action="store_true", help="全部通过才入库: store once no row fails"
        )
        parser.add_argument("--report", type=Path, help="where to put the error workbook")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 3 when rows failed, 4 when the file or the agent is refused, 5 without unit."""
        unit = unit_named(options["unit"])
        agent = agent_acting(unit, options["agent"], BINDINGS[options["record"]].business)
        why: Refusal | None = None
        submission: Submission | None = None
        earlier = False
        try:
            terms = Terms(**{name: options[name] for name in Terms._fields})
            record, file = options["record"], options["file"]
            submission, earlier = _take_in(unit, agent, record, file, terms)
            if options["confirm"] and submission.state == SubmissionState.STAGED:
                confirm(submission=submission, agent=agent, origin=COMMAND, work_elsewhere=False)
                submission = _finish(submission.pk)
        except Refused as refused:
            why = refused.first
        if submission:
            look_again(submission)
        if submission and options["report"]:
            submission = self.with_report(submission)
        why = why or _why(submission)
        result = _result(submission, options["report"], earlier=earlier)
        result |= reported(why) if why else {}
        self.report(options["json"], result, _sentences(result, submission))
        code = exit_of(why) if why else _exit(result)
        if code is not Exit.DONE:
            raise SystemExit(int(code))

    def with_report(self, submission: Submission) -> Submission:
        """The upload with the error workbook that had no room; or say that it still has none."""
        if write_report(submission, work_elsewhere=False):
            submission = _finish(submission.pk)
            if missing(submission):
                self.stderr.write(refusal("report_not_kept").message)
        return submission


def _take_in(
    unit: Unit, agent: Agent, record_code: str, path: Path, terms: Terms
) -> tuple[Submission, bool]:
    """The upload when all is done that can be, and whether the same bytes had led there before."""
    try:
        with path.open("rb") as file:
            submitted = _entrance(path, file)(
                unit=unit,
                agent=agent,
                record_code=record_code,
                name=path.name,
                source=Submission.Source.COMMAND,
                origin=COMMAND,
                terms=terms,
                work_elsewhere=False,
            )
    except OSError as error:
        raise ended(Exit.USAGE, f"无法读取文件：{error}。请给出可读的文件。") from error
    return _finish(submitted.submission.pk), submitted.earlier


def _entrance(path: Path, file: IO[bytes]) -> Callable[..., Submitted]:
    """That of workbooks, or that of rows for a file of objects in JSON, one to a line."""
    if path.suffix == ROWS_SUFFIX:
        lines = iter(partial(file.readline, COMMAND_LIMITS.max_bytes), b"")
        return partial(submit_rows, rows=parsed(lines))
    return partial(submit, chunks=iter(partial(file.read, CHUNK), b""))


def _finish(submission_id: uuid.UUID) -> Submission:
    """Do the work here, or wait while another runner does it."""
    while True:
        submission_id = check_and_store(submission_id)
        submission = Submission.everything.select_related("merged_into").get(pk=submission_id)
        if submission.merged_into is not None:
            submission_id = submission.merged_into.pk
        elif submission.state not in RUNNING:
            return submission
        else:
            time.sleep(POLL_SECONDS)


def _why(submission: Submission | None) -> Refusal | None:
    """Why the upload, or else its last file, was refused."""
    if submission is None:
        return None
    return submission.refusal or submission.files.get(number=submission.rounds).refusal


def _result(submission: Submission | None, report: Path | None, *, earlier: bool) -> dict[str, Any]:
    """The JSON object; `docs/schemas/import_file.json` describes it."""
    if submission is None:
        return {"submission": None, "round": None, "earlier": False, "state": "refused"}
    copied = _copied(submission, report)
    return {
        "submission": str(submission.pk),
        "round": submission.rounds,
        "earlier": earlier,
        "state": submission.state,
        **submission.asked,
        **{
            name: getattr(submission, name)
            for name in ("total", "accepted", "rejected", "created", "replaced", "unchanged")
        },
        "warnings": submission.warnings,
        "faults": _fault_counts(submission),
        "report": copied[0] if copied else None,
        "report_parts": len(copied),
        "seconds": {step: round(submission.seconds.get(step, 0.0), 3) for step in STEPS},
    }


def _copied(submission: Submission, report: Path | None) -> list[str]:
    """Put the error workbook at F, its further parts at F-2 and so on; returns where they are."""
    copied: list[str] = []
    if report is None:
        return copied
    for number, part in enumerate(submission.report_parts(), start=1):
        target = report if number == 1 else report.with_stem(f"{report.stem}-{number}")
        shutil.copyfile(part, target)
        copied.append(str(target))
    return copied


def _fault_counts(submission: Submission) -> dict[str, int]:
    """How often each fault stands in the rows that fail now."""
    rows = RejectedRow.objects.filter(submission=submission, mended_in__isnull=True)
    counts: Counter[str] = Counter()
    for faults in rows.values_list("faults", flat=True).iterator(chunk_size=2_000):
        counts.update(code for _, code, _ in faults)
    return dict(sorted(counts.items()))


def _sentences(result: dict[str, Any], submission: Submission | None) -> Iterator[str]:
    if "refusal" in result:
        yield result["refusal"]["message"]
    if submission is None or result.get("total") is None:
        return
    if result["earlier"]:
        yield "该文件已上传过，内容完全相同，没有重复导入；以下是那一次的结果。"
    yield (
        f"{state_words(submission)}：总计 {result['total']} 条，成功 {result['accepted']} 条，"
        f"失败 {result['rejected']} 条。"
    )
    if result["created"] is not None:
        yield (
            f"新增 {result['created']} 条，替换 {result['replaced']} 条，"
            f"未变化 {result['unchanged']} 条。"
        )
    yield from told_before(submission)
    for code, count in result["faults"].items():
        yield f"失败 {code}：{count}"
    for code, count in result["warnings"].items():
        yield f"提示 {code}：{count}"
    if result["report"]:
        parts = result["report_parts"]
        further = f"（共 {parts} 份，其余的文件名末尾是 -2 至 -{parts}）" if parts > 1 else ""
        yield f"错误报告：{result['report']}{further}"


def _exit(result: dict[str, Any]) -> Exit:
    return Exit.SOME_REJECTED if result["faults"] else Exit.DONE
