"""Who may do what, in one table. tests/accounts/test_access.py walks the URL map and compares.

Every address under /u/<slug>/ needs at least one row, every other address a line in OUTSIDE;
an address missing here fails the test. To add a row:

    Row("tracing:maker-upload", business="maker-upload", member=403, holder=200, unit=403)

`member`: an agent of the unit without any business. `holder`: an agent who holds `business`.
`unit`: the unit's own account. The others need no column, their answer is always the same and is
tested for every row: nobody is sent to the sign-in page, a stranger (an agent or an account of
another unit, or staff) gets 404, and for all who are refused nothing changes in the database.

An address that answers POST gets a row for each method. `make` builds what the address or the
form needs, for example a submission of the unit, and returns (arguments of the URL, form data).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.origin import COMMAND
from tests.people import Side
from tracing import actions
from tracing.models import Export, Submission

Made = tuple[dict[str, Any], dict[str, Any]]


def _nothing(side: Side) -> Made:
    return {}, {}


@dataclass(frozen=True)
class Row:
    """One address and method, and the status each kind of person gets."""

    name: str
    member: int
    holder: int
    unit: int
    method: str = "GET"
    business: str = "maker-upload"
    make: Callable[[Side], Made] = _nothing


def _of_agent(side: Side) -> Made:
    return {"agent_id": side.agent.pk}, {"business": []}


def _of_record(side: Side) -> Made:
    return {"record_code": "domestic-drug-info"}, {}


def _of_upload(side: Side) -> Made:
    """An upload that nobody has checked yet."""
    submitted = actions.submit(
        unit=side.unit,
        agent=side.agent,
        record_code="domestic-drug-info",
        name="批次.xlsx",
        chunks=[b"not looked at"],
        source=Submission.Source.PAGE,
        origin=COMMAND,
        work_elsewhere=False,
    )
    return {"submission_id": submitted.submission.pk}, {}


def _of_export(side: Side) -> Made:
    """An export that nobody has made yet."""
    export = Export.objects.create(
        unit=side.unit,
        agent=side.agent,
        business="maker-query",
        by=Export.By.CODE,
        filter={"code": "80000000000000000000"},
    )
    return {"export_id": export.pk}, {}


def _query_page(name: str, holder: int = 200, **more: Any) -> Row:
    """A page of 生产企业药耗追溯信息查询: shut for everyone who does not hold it."""
    return Row(
        f"tracing:{name}", business="maker-query", member=403, holder=holder, unit=403, **more
    )


def _upload_page(name: str, holder: int = 200, **more: Any) -> Row:
    """A page of 生产企业药耗基础信息上传: shut for everyone who does not hold it."""
    return Row(f"tracing:{name}", member=403, holder=holder, unit=403, **more)


TABLE: tuple[Row, ...] = (
    Row("accounts:hall", member=200, holder=200, unit=200),
    Row("accounts:agents", member=403, holder=403, unit=200),
    Row("accounts:agent-permissions", member=403, holder=403, unit=200, make=_of_agent),
    Row(
        "accounts:agent-permissions",
        method="POST",
        member=403,
        holder=403,
        unit=302,
        make=_of_agent,
    ),
    Row("accounts:log", member=403, holder=403, unit=200),
    _upload_page("maker-upload"),
    # No batch is asked for, so the holder finds none.
    _upload_page("batch", holder=404),
    # No row is ticked, so the holder is sent back to the list.
    _upload_page(
        "void", method="POST", holder=302, make=lambda side: ({}, {"record": "domestic-drug-info"})
    ),
    _upload_page("import"),
    # No file is sent, so the holder sees the form again.
    _upload_page("import", method="POST", holder=422),
    _upload_page("template", make=_of_record),
    _upload_page("submission", make=_of_upload),
    _upload_page("submission-progress", make=_of_upload),
    _upload_page("submission-confirm", method="POST", holder=302, make=_of_upload),
    _upload_page("submission-cancel", method="POST", holder=302, make=_of_upload),
    _upload_page("submission-correct", method="POST", holder=422, make=_of_upload),
    # There is no error workbook, so the holder is sent to the upload.
    _upload_page("submission-report", holder=302, make=_of_upload),
    _query_page("maker-query"),
    # No code is asked for, so the holder finds none and has nothing to export.
    _query_page("trace", holder=404),
    _query_page("export", method="POST", holder=302),
    _query_page("export-job", make=_of_export),
    _query_page("export-progress", make=_of_export),
    _query_page("export-again", method="POST", holder=302, make=_of_export),
    # The file is not ready, so the holder is sent to the export.
    _query_page("export-download", holder=302, make=_of_export),
)

# Addresses that belong to no unit, or whole namespaces of them.
OUTSIDE: frozenset[str] = frozenset(
    {
        "healthz",
        "readyz",
        "admin",
        "accounts:home",
        "accounts:services",
        "accounts:service",
        "accounts:start",
        "accounts:login",
        "accounts:certificate-sign-in",
        "accounts:picture",
        "accounts:picture-image",
        "accounts:logout",
        "accounts:units",
    }
)
