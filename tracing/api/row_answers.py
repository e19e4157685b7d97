"""What a call is told of its rows, and of the uploads that they became."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import QuerySet

from portal.lib.refused import Refusal
from tracing.records.base import Record
from tracing.records.messages import sentence
from tracing.records.terms import Fault
from tracing.uploads import row_results
from tracing.uploads.actions_voids import Became
from tracing.uploads.models import (
    ONLY_CHECKED,
    RUNNING,
    RejectedRow,
    Submission,
    SubmissionState,
)
from tracing.uploads.report import label_of
from tracing.uploads.row_results import Result
from tracing.uploads.workbook.layout import LARGEST_ROW

REJECTED = "rejected"
BLANK = "blank"
WOULD = "would_be_"
ALL = slice(None)
RESULTS: dict[str, str] = {
    Result.CREATED: "新增",
    Result.REPLACED: "替换了同一条",
    Result.UNCHANGED: "与已有的相同，未变化",
    REJECTED: "未通过，原因见 faults",
    BLANK: "没有内容，不计",
    **{
        f"{WOULD}{result}": f"没有入库；入库时{word}"
        for result, word in zip(Result, ("新增", "替换", "未变化"), strict=True)
    },
    Became.VOIDED: "已删除",
    Became.ABSENT: "本单位没有这一条，或已删除",
    Became.WOULD_BE_VOIDED: "没有删除；删除时有这一条",
}


class State(StrEnum):
    """How a call, or one of its uploads, stands."""

    STORED = "stored"
    VOIDED = "voided"
    NOTHING_VOIDED = "nothing_voided"
    CHECKED = "checked"
    REJECTED = "rejected"
    ROLLED_BACK = "rolled_back"
    NOT_STORED = "not_stored"
    WAITING = "waiting"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNDONE = "undone"


STATES: dict[State, str] = {
    State.STORED: "通过的行已入库",
    State.VOIDED: "已删除",
    State.NOTHING_VOIDED: "没有可删除的数据，没有删除",
    State.CHECKED: ONLY_CHECKED,
    State.REJECTED: "没有一行通过，没有入库",
    State.ROLLED_BACK: "有未通过的行，按要求全部没有入库或删除",
    State.NOT_STORED: "通过了校验，尚未入库，原因见 refusal",
    State.WAITING: "正在排队或处理，请稍后用 upload/result 查询",
    State.REFUSED: "整次上传未能处理，原因见 refusal",
    State.CANCELLED: "已取消",
    State.UNDONE: "已撤销",
}
# Of several uploads of one call the first of these is how the call stands.
WEIGHT = (
    State.WAITING,
    State.ROLLED_BACK,
    State.REFUSED,
    State.NOT_STORED,
    State.STORED,
    State.CHECKED,
)
ENDED = {
    SubmissionState.STORED: State.STORED,
    SubmissionState.REFUSED: State.REFUSED,
    SubmissionState.DROPPED: State.CANCELLED,
    SubmissionState.UNDONE: State.UNDONE,
}


def state_of(submission: Submission) -> State:
    """How an upload stands."""
    state = SubmissionState(submission.state)
    if state in RUNNING:
        return State.WAITING
    if state is SubmissionState.DROPPED and submission.all_or_nothing:
        return State.ROLLED_BACK
    if state in ENDED:
        return ENDED[state]
    if submission.check_only:
        return State.CHECKED
    if submission.barred:
        return State.ROLLED_BACK
    return State.NOT_STORED if submission.staged_rows else State.REJECTED


def together(states: Iterable[State]) -> State:
    """How the uploads of one call stand as one."""
    found = list(states)
    return next((state for state in WEIGHT if state in found), found[0])


def upload_told(submission: Submission, *, repeated: bool) -> dict[str, Any]:
    """An upload, without its rows."""
    state, why = state_of(submission), submission.refusal
    return {
        "submission": str(submission.pk),
        "record": submission.record_code,
        "state": state,
        "stateLabel": STATES[state],
        "repeated": repeated,
        "total": submission.total,
        "accepted": submission.accepted,
        "rejected": submission.rejected,
        "refusal": None if why is None else refusal_told(why),
    }


class Rows(NamedTuple):
    """Rows of an upload that is checked; none while it waits. `results` says what became of each,
    by their numbers and in their order; `warnings` are kept with the upload. What is said of a row
    is made only for those that are told."""

    submission: Submission
    results: Mapping[int, str]
    warnings: Sequence[Any]


def rows_of(submission: Submission) -> Rows:
    """The rows of an upload."""
    if state_of(submission) is State.WAITING:
        return Rows(submission, {}, ())
    kept = row_results.of(submission)
    found = {
        row: f"{prefix}{result}"
        for prefix, by_result in (("", kept.stored), (WOULD, kept.foreseen))
        for result, runs in by_result.items()
        for row in row_results.rows_of(runs)
    }
    found |= dict.fromkeys(_failing(submission).values_list("row", flat=True), REJECTED)
    return Rows(submission, {row: found[row] for row in sorted(found)}, kept.warnings)


def rows_told(rows: Rows, page: slice = ALL) -> list[dict[str, Any]]:
    """Each row, or each of a page, in their order: what became of it and why."""
    record = rows.submission.record
    numbers = list(rows.results)[page]
    told: dict[int, dict[str, Any]] = {
        row: {"row": row, "result": rows.results[row]} for row in numbers
    }
    failing = {row for row in numbers if rows.results[row] == REJECTED}
    for row, column, code, detail in rows.warnings:
        if row in told and row not in failing:
            warning = finding_told(record, column, code, detail)
            told[row].setdefault("warnings", []).append(warning)
    if failing:
        found = _failing(rows.submission).filter(row__in=failing)
        for row, faults in found.values_list("row", "faults"):
            told[row] = rejected_told(row, [finding_told(record, *fault) for fault in faults])
    return list(told.values())


def _failing(submission: Submission) -> QuerySet[RejectedRow]:
    return RejectedRow.objects.filter(submission=submission, mended_in=None, row__lte=LARGEST_ROW)


def rejected_told(row: int, faults: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A row that failed."""
    return {"row": row, "result": REJECTED, "faults": list(faults)}


def finding_told(record: Record, column: str, code: str, detail: Sequence[str]) -> dict[str, Any]:
    """What is wrong with a row, or remarked: the words of the error workbook."""
    label = label_of(record, column)
    message = sentence(code, tuple(detail), label)
    return {"column": column, "label": label, "code": code, "message": message}


def reason_told(record: Record, why: Fault | Refusal, column: str) -> dict[str, Any]:
    """Why a row of a call is not done; a refusal is shown at `column`."""
    if isinstance(why, Fault):
        return finding_told(record, why.column, why.code, why.detail)
    label = label_of(record, column)
    return {"column": column, "label": label, "code": why.code, "message": why.message}


def refusal_told(why: Refusal) -> dict[str, str]:
    """Why a whole upload is not done."""
    return {"code": why.code, "message": why.message}


def counted(results: Iterable[str]) -> dict[str, int]:
    """How many rows there are of each result, by those of all rows."""
    found = Counter(results)
    return {result: found[result] for result in RESULTS}
