"""How an upload by interface stands, and its rows page by page: asked again until it is done."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from portal.lib.refused import Refused
from portal.lib.schema import in_sandbox
from tracing.api.interfaces import Answer, Ask, Interface, Parameter
from tracing.api.params import read, whole
from tracing.api.row_answers import State, counted, rows_of, rows_told, state_of, upload_told
from tracing.api.upload_schemas import RESULT
from tracing.records.bindings import BINDINGS
from tracing.uploads.models import COMING_IN, Submission
from tracing.uploads.turn import check_and_store

PAGE_SIZE, LARGEST_PAGE = 500, 5_000

SUBMISSION = Parameter(
    "submission",
    "上传编号",
    "string",
    "应为上传时答复的 submission",
    required=True,
    length=36,
    example="0b6f6c9e-2f6c-4d5e-9a51-0c6f3b1d2e4f",
)
PAGE = whole("page", "页码", LARGEST_PAGE, "不填为 1", example=1)
SIZE = whole("pageSize", "每页行数", LARGEST_PAGE, f"不填为 {PAGE_SIZE}", example=PAGE_SIZE)


def result_interfaces() -> Iterator[Interface]:
    """One interface for the uploads of all records."""
    first, *others = dict.fromkeys(binding.business for binding in BINDINGS.values())
    yield Interface(
        address="upload/result",
        title="上传结果查询",
        business=first,
        also=tuple(others),
        answer=result,
        parameters=(SUBMISSION, PAGE, SIZE),
        note="答复 202 的上传用它查询，直到状态不再是 waiting；结果与当场答复的相同。",
        returned=RESULT,
    )


def result(ask: Ask) -> Answer:
    """Say how an upload stands. One of a business that the key may not do is as unknown as that of
    another unit."""
    given = read((SUBMISSION, PAGE, SIZE), ask.param, blanks=True)
    submission = _found(ask, given["submission"])
    if in_sandbox() and submission.state in COMING_IN:
        # No worker sees the sandbox: what was cut off there goes on when it is asked for.
        check_and_store(submission.pk)
        submission.refresh_from_db()
    rows = rows_of(submission)
    page, size = given.get("page", 1), given.get("pageSize", PAGE_SIZE)
    waits = state_of(submission) is State.WAITING
    return Answer(
        {
            **upload_told(submission, repeated=False),
            **(dict.fromkeys(counted([])) if waits else counted(rows.results.values())),
            "page": page,
            "pageSize": size,
            "pages": -(-len(rows.results) // size),
            "rows": rows_told(rows, slice((page - 1) * size, page * size)),
        }
    )


def _found(ask: Ask, number: str) -> Submission:
    try:
        pk = uuid.UUID(number)
    except ValueError:
        raise Refused("upload_unknown", submission=number) from None
    sent = Submission.objects.of(ask.caller.unit).filter(source=Submission.Source.API)
    found = sent.filter(pk=pk).first()
    if found is None or BINDINGS[found.record_code].business not in ask.caller.scopes:
        raise Refused("upload_unknown", submission=number)
    return found
