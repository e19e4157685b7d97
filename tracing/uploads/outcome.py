"""How an upload ended, in words: those of its state, unless its rows say more."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from tracing.uploads.models import ONLY_CHECKED, Submission, SubmissionState
from tracing.uploads.preview import counts

ALL_FAILED = "全部数据未通过校验，没有可入库的数据"
ALL_SAME = "校验完成，全部与已入库的数据相同"
PASSED_SAME = "校验完成，通过的数据与已入库的全部相同"
# What follows the words above.
MEND_ALL = "没有需要确认的数据。请下载错误报告，按“失败原因”修改后上传；或修改原文件后重新上传。"
NOTHING_NEW = "确认后不会改变任何已入库的数据，也可以取消。"


# The checked ones as 上传记录 tells them apart, by the value of its filter: the words, and which.
STAGED_AS: dict[str, tuple[str, Q]] = {
    str(SubmissionState.STAGED): (
        str(SubmissionState.STAGED.label),
        Q(state=SubmissionState.STAGED, staged_rows__gt=0, check_only=False),
    ),
    "all-failed": (ALL_FAILED, Q(state=SubmissionState.STAGED, staged_rows=0)),
    "only-checked": (
        ONLY_CHECKED,
        Q(state=SubmissionState.STAGED, staged_rows__gt=0, check_only=True),
    ),
}


def states() -> list[tuple[str, str]]:
    """What 状态 offers: the states in their order, the checked ones told apart."""
    shown = []
    for state, label in SubmissionState.choices:
        if state == SubmissionState.STAGED:
            shown += [(value, words) for value, (words, _) in STAGED_AS.items()]
        else:
            shown.append((str(state), str(label)))
    return shown


def in_state(value: str) -> Q:
    """The uploads that one of `states` stands for."""
    return STAGED_AS[value][1] if value in STAGED_AS else Q(state=value)


def all_failed(submission: Submission) -> bool:
    """Whether the upload was checked and has no row to store."""
    return submission.state == SubmissionState.STAGED and not submission.staged_rows


def nothing_new(submission: Submission) -> bool:
    """Whether all rows that wait say what is stored already, as of the last look."""
    foreseen = counts(submission.preview)
    return (
        submission.state == SubmissionState.STAGED
        and not submission.check_only
        and foreseen is not None
        and 0 < foreseen.unchanged == submission.staged_rows
    )


def state_words(submission: Submission) -> str:
    """The headline of an upload, wherever it is named."""
    if all_failed(submission):
        return ALL_FAILED
    if nothing_new(submission):
        return PASSED_SAME if submission.rejected else ALL_SAME
    return submission.stands


def told_before(submission: Submission) -> Iterator[str]:
    """Sentences about an upload before 确认: what that would do, and what to do instead."""
    foreseen = counts(submission.preview)
    waits = submission.state == SubmissionState.STAGED and submission.staged_rows
    if waits and foreseen and not submission.check_only:
        yield (
            f"确认后预计新增 {foreseen.created} 条，替换 {foreseen.replaced} 条，"
            f"未变化 {foreseen.unchanged} 条。"
        )
    if words := advice(submission):
        yield words


def advice(submission: Submission) -> str:
    """What the words ask for; empty where nothing is to be said."""
    if all_failed(submission):
        return MEND_ALL
    return NOTHING_NEW if nothing_new(submission) else ""
