"""Rows by interface: every record has an address, which takes its rows as the page takes a file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tracing.api.interfaces import DATA_NAME, Answer, Ask, Interface, Parameter
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.uploads import actions
from tracing.uploads.actions_rows import submit_rows
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store

DEL_FLAG = Parameter(
    "delFlag", "是否删除", "boolean", "应为 true 或 false，不填为 false", example=False
)
DATA = Parameter(DATA_NAME, "数据", "array", "应为 1 至 5000 行的数组", required=True)


def upload_interfaces() -> Iterator[Interface]:
    """One interface for each record, in the order of the records."""
    for code, binding in BINDINGS.items():
        yield Interface(
            address=f"upload/{code}",
            title=f"{RECORDS[code].title}上传",
            business=binding.business,
            answer=partial(upload, code),
            parameters=(DEL_FLAG, DATA),
            record=code,
        )


def upload(record_code: str, ask: Ask) -> Answer:
    """Check the rows and store them."""
    caller = ask.caller
    submission = submit_rows(
        unit=caller.unit,
        agent=caller.agent,
        record_code=record_code,
        name="接口上传",
        rows=ask.param["data"],
        source=Submission.Source.API,
        origin=caller.origin,
    ).submission
    if submission.staged_rows:
        actions.confirm(
            submission=submission, agent=caller.agent, origin=caller.origin, work_elsewhere=False
        )
        check_and_store(submission.pk)
        submission.refresh_from_db()
    return Answer(
        {
            "submission": str(submission.pk),
            "state": submission.state,
            "total": submission.total,
            "accepted": submission.accepted,
            "rejected": submission.rejected,
            "created": submission.created,
            "replaced": submission.replaced,
            "unchanged": submission.unchanged,
        }
    )
