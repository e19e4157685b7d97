"""What the import dialog says about a submission: stage, counts, faults, what may be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from portal.lib.refused import EMPTY, Refusal, refusal
from tracing.jobs.waiting import Waiting, kind_of, waiting
from tracing.records import messages
from tracing.records.base import Record
from tracing.uploads.file_remarks import WHOLE_FILE
from tracing.uploads.models import RUNNING, Round, Submission, SubmissionState
from tracing.uploads.outcome import advice, state_words
from tracing.uploads.report import label_of, missing
from tracing.uploads.unconfirmed import days_left, may_confirm, until
from tracing.uploads.workbook.error_book import Failure

FIRST_FAULTS = 20

# The steps of Submission.stage in their order, as the dialog lists them.
STEPS = {
    "": "排队",
    "read": "读取文件",
    "check": "校验数据",
    "stage": "暂存结果",
    "store": "入库",
    "undo": "撤销",
}

# What is done in one step, by state.
WALKS = {
    str(SubmissionState.STORING): ["", "store"],
    str(SubmissionState.UNDOING): ["", "undo"],
}

# The gates of an upload, by the places of their refusals.
FILE, SHEET, ROWS, SUBMISSION = "file", "sheet", "rows", "submission"
GATES = {
    FILE: "文件检查",
    SHEET: "工作表和列标题检查",
    ROWS: "数组检查",
    SUBMISSION: "上传检查",
}


class Step(NamedTuple):
    """A step of the work; `css` is done, now or empty."""

    title: str
    css: str


class Line(NamedTuple):
    """A fact in words."""

    label: str
    value: str


class Finding(NamedTuple):
    """A fault or a warning with its place: a row of the first file, or what was typed there."""

    row: int | str
    label: str
    sentence: str
    times: int = 1


class ShownSubmission(NamedTuple):
    """See templates/tracing/uploads/submission_state.html."""

    seen: str
    running: bool
    headline: str
    advice: str
    steps: list[Step]
    lines: list[Line]
    waiting: Waiting | None
    stored: bool
    may_confirm: bool
    may_cancel: bool
    until: datetime | None
    days_left: int
    stands_alone: bool
    faults: list[Finding]
    warnings: list[Finding]
    gate: str
    refusal: str
    round_gate: str
    round_refusal: str
    report_refusal: str


def shown_submission(
    submission: Submission, failures: Sequence[Failure], latest: Round, worker: Callable[[], bool]
) -> ShownSubmission:
    """Word a submission. `failures`: its first failing rows; `worker` says whether one answers.

    It is asked only about an upload that nobody has taken up for a while.
    """
    running = submission.state in RUNNING
    waits = waiting(submission, worker) if running else None
    why, why_latest = submission.refusal, latest.refusal
    return ShownSubmission(
        seen=f"{submission.state}-{submission.stage}-{submission.rounds}-{kind_of(waits)}",
        running=running,
        headline=_headline(submission),
        advice=advice(submission),
        steps=_steps(submission),
        lines=_lines(submission, latest),
        waiting=waits,
        stored=submission.state == SubmissionState.STORED,
        may_confirm=may_confirm(submission),
        may_cancel=may_confirm(submission)
        or (submission.state == SubmissionState.STAGED and submission.barred),
        until=until(submission),
        days_left=days_left(submission),
        # What could not be told keeps silent: its own refusal says which report it may be.
        stands_alone=not running and (why is None or why.place != SUBMISSION),
        faults=[f for failure in failures for f in _faults(submission.record, failure)][
            :FIRST_FAULTS
        ],
        warnings=_warnings(submission),
        gate=_gate(why),
        refusal=why.message if why else "",
        round_gate=_gate(why_latest),
        round_refusal=why_latest.message if why_latest and latest.number > 1 else "",
        report_refusal=refusal("report_not_kept").message if missing(submission) else "",
    )


def _headline(submission: Submission) -> str:
    if submission.state == SubmissionState.CHECKING and submission.stage:
        return f"正在{STEPS[submission.stage]}…"
    if submission.state == SubmissionState.STORING:
        return "正在入库…"
    if submission.state == SubmissionState.UNDOING:
        return "正在撤销…"
    if submission.state == SubmissionState.STORED:
        return "导入完成！"
    if submission.state in (SubmissionState.RECEIVED, SubmissionState.CHECKING):
        return "文件已接收，正在排队…"
    return state_words(submission)


def _steps(submission: Submission) -> list[Step]:
    """Checking walks 排队 → 读取 → 校验 → 暂存; storing walks 排队 → 入库, undoing 排队 → 撤销."""
    walk = WALKS.get(submission.state, ["", "read", "check", "stage"])
    at = walk.index(submission.stage) if submission.stage in walk else 0
    return [
        Step(STEPS[name], "done" if place < at else "now" if place == at else "")
        for place, name in enumerate(walk)
    ]


def _lines(submission: Submission, latest: Round) -> list[Line]:
    lines = [Line("文件大小", f"{latest.size / 1024:,.0f} KB")]
    if latest.rows is not None:
        lines.append(Line("行数", f"{latest.rows} 行"))
    if submission.rounds > 1:
        lines.append(Line("修改后上传", f"第 {submission.rounds - 1} 次"))
    return lines


def _gate(why: Refusal | None) -> str:
    """Which gate said no, in words; empty when none did."""
    return GATES.get(why.place, "") if why else ""


def _faults(record: Record, failure: Failure) -> list[Finding]:
    return [
        Finding(failure.row or EMPTY, label_of(record, column), sentence)
        for column, sentence in failure.reasons
    ]


def _finding(record: Record, row: int, column: str, code: str, detail: Sequence[str]) -> Finding:
    label = record.column(column).label
    return Finding(row, label, messages.sentence(code, tuple(detail), label))


def _warnings(submission: Submission) -> list[Finding]:
    """One line per kind of warning: the first of its kind, with how often it was found."""
    first: dict[str, list[Any]] = {}
    for warning in submission.first_warnings:
        first.setdefault(warning[2], warning)
    found = []
    for row, column, code, detail in first.values():
        finding = _finding(submission.record, row, column, code, detail)
        times = submission.warnings.get(code, 1)
        place = "" if row == WHOLE_FILE else f"第 {row} 行："
        found.append(finding._replace(times=times, sentence=f"{place}{finding.sentence}"))
    return found
