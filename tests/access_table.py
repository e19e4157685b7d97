"""Who may do what, in one table. tests/accounts/core/test_access.py walks the URL map and compares.

Every address under /u/<slug>/ needs at least one row here, every other address one in
tests/access_outside.py; an address missing in both fails the test. To add a row:

    Row("tracing:maker-upload", business="maker-upload", member=403, holder=200, unit=403)

`member`: an agent of the unit without any business. `holder`: an agent who holds `business`.
`unit`: the unit's own account. The others need no column, their answer is always the same and is
tested for every row: nobody is sent to the sign-in page, and so are staff whose one-time code is
missing; a stranger (an agent or an account of another unit, or staff) gets 404; and for all who
are refused nothing changes in the database.

An address that answers POST gets a row for each method; a method without a row is refused. `make`
builds what the address or the form needs, for example a submission of the unit, and returns
(arguments of the URL, form data).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.rights.actions_asking import request_access
from accounts.rights.actions_handing_over import stand_in
from accounts.units.actions_certificates import add_certificate
from accounts.units.actions_qualifications import upload_paper
from accounts.units.models import Qualification
from tests.accounts.keys.keys import key_of
from tests.accounts.keys.webhooks import event_for, webhook_of
from tests.accounts.units.certificates import certificate, of_unit, pem
from tests.accounts.units.papers import PDF
from tests.factories import AgentFactory
from tests.people import Side
from tests.tracing.factories import DrugBatchFactory, EventFactory
from tracing.exports.models import Export
from tracing.traces.selections import By
from tracing.uploads import actions
from tracing.uploads.models import Submission

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


def _of_business(side: Side) -> Made:
    return {"business": "maker-upload"}, {}


def _of_stand_in(side: Side) -> Made:
    """A colleague stands in for the holder of another business than the row's."""
    colleague = AgentFactory.create(units=[side.unit])
    made = stand_in(
        side.unit,
        "api-self-service",
        colleague,
        holder_id=side.agent.pk,
        ends_at=timezone.now() + timedelta(days=1),
    )
    return {"stand_in_id": made.pk}, {}


def _of_request(side: Side) -> Made:
    """A colleague asks for a business that the holder has."""
    colleague = AgentFactory.create(units=[side.unit])
    made = request_access(side.unit, colleague, "maker-upload")
    return {"request_id": made.pk}, {"refuse": "1"}


def _of_paper(side: Side) -> Made:
    """A licence that waits for staff."""
    paper = upload_paper(side.unit, Qualification.Kind.LICENCE, name="营业执照.pdf", content=PDF)
    return {"paper_id": paper.pk}, {}


def _of_certificate(side: Side) -> Made:
    """A certificate of the unit."""
    made = pem(certificate(*of_unit(side.unit)))
    kept = add_certificate(side.unit, name="单位.cer", content=made)
    return {"certificate_id": kept.pk}, {}


def _of_upload(record: str, side: Side) -> Made:
    """An upload that nobody has checked yet."""
    submitted = actions.submit(
        unit=side.unit,
        agent=side.agent,
        record_code=record,
        name="数据.xlsx",
        chunks=[b"not looked at"],
        source=Submission.Source.PAGE,
        origin=COMMAND,
        work_elsewhere=False,
    )
    return {"submission_id": submitted.submission.pk}, {}


def _of_file(record: str, side: Side) -> Made:
    """The first file of an upload."""
    address, data = _of_upload(record, side)
    return {**address, "number": 1}, data


def _of_export(business: str, side: Side) -> Made:
    """An export that nobody has made yet."""
    export = Export.objects.create(
        unit=side.unit,
        agent=side.agent,
        business=business,
        by=By.CODE,
        filter={"code": "80000000000000000000"},
    )
    return {"export_id": export.pk}, {}


def _of_webhook(side: Side) -> Made:
    """A webhook of the unit."""
    return {"webhook_id": webhook_of(side).pk}, {}


def _of_delivery(side: Side) -> Made:
    """An event that waits for a webhook of the unit."""
    webhook = webhook_of(side)
    delivery = event_for(webhook, side.unit)
    return {"webhook_id": webhook.pk, "delivery_id": delivery.pk}, {}


def _webhook_pages() -> tuple[Row, ...]:
    """The webhooks of a unit."""

    def page(name: str, holder: int = 200, **more: Any) -> Row:
        business = "api-self-service"
        return Row(f"accounts:{name}", 403, holder, 403, business=business, **more)

    return (
        page("webhooks"),
        # The forms are sent empty.
        page("webhook-add"),
        page("webhook-add", method="POST", holder=422),
        page("webhook", make=_of_webhook),
        # Shown to whoever added it, and once: anyone else is led back to the list.
        page("webhook-secret", holder=200, make=_of_webhook),
        page("webhook-edit", make=_of_webhook),
        page("webhook-edit", method="POST", holder=422, make=_of_webhook),
        page("webhook-pause", method="POST", holder=302, make=_of_webhook),
        page("webhook-resume", method="POST", holder=302, make=_of_webhook),
        page("webhook-end", make=_of_webhook),
        page("webhook-end", method="POST", holder=302, make=_of_webhook),
        page("webhook-test", method="POST", holder=302, make=_of_webhook),
        page("webhook-again", method="POST", holder=302, make=_of_delivery),
    )


def _page(name: str, business: str, holder: int = 200, **more: Any) -> Row:
    """A page of a business: shut for everyone who does not hold it."""
    return Row(f"tracing:{name}", business=business, member=403, holder=holder, unit=403, **more)


def _upload_pages(kind: str, record: str) -> tuple[Row, ...]:
    """What stands under the upload page of a kind of unit."""

    def page(name: str, holder: int = 200, **more: Any) -> Row:
        return _page(f"{kind}-{name}", f"{kind}-upload", holder, **more)

    of_upload = partial(_of_upload, record)
    return (
        page("upload"),
        # No batch is asked for, so the holder finds none.
        page("batch", holder=404),
        # No record is named either.
        page("history", holder=404),
        page("batch-remove", holder=404),
        page("batch-remove", method="POST", holder=404),
        # No row is ticked, so the holder is sent back to the list.
        page("void", method="POST", holder=302, make=lambda side: ({}, {"record": record})),
        page("import"),
        # No file is sent, so the holder sees the form again.
        page("import", method="POST", holder=422),
        page("template", make=lambda side: ({"record_code": record}, {})),
        page("submission", make=of_upload),
        page("submission-progress", make=of_upload),
        page("submission-confirm", method="POST", holder=302, make=of_upload),
        page("submission-cancel", method="POST", holder=302, make=of_upload),
        page("submission-correct", method="POST", holder=422, make=of_upload),
        # There is no error workbook, so the holder is sent to the upload.
        page("submission-report", holder=302, make=of_upload),
        page("uploads"),
        page("submission-files", make=of_upload),
        page("submission-file", make=partial(_of_file, record)),
        # It is not stored: the dialog says why it cannot be undone, and there is no receipt.
        page("submission-undo", make=of_upload),
        page("submission-undo", method="POST", holder=302, make=of_upload),
        page("submission-undo-rows", holder=302, make=of_upload),
        page("submission-receipt", holder=302, make=of_upload),
        # Nobody has checked it yet, so the holder is sent to the upload.
        page("submission-mend", holder=302, make=of_upload),
        page("submission-mend", method="POST", holder=302, make=of_upload),
        page("submission-fill", holder=302, make=of_upload),
        page("submission-fill", method="POST", holder=302, make=of_upload),
        page("submission-repairs", holder=302, make=of_upload),
        page("submission-repairs", method="POST", holder=302, make=of_upload),
        # No term is named.
        page("submission-terms", method="POST", holder=400, make=of_upload),
    )


def _of_order(kind: str, side: Side) -> Made:
    """An order of one code that the unit told of, as its page's address names it."""
    told = EventFactory.create(unit=side.unit, kind=kind, document="D1")
    partner = told.receiver_uscc if told.receiver_uscc != side.unit.uscc else told.sender_uscc
    return {}, {"kind": kind, "document": "D1", "partner": partner or ""}


def _order_pages(kind: str, event: str) -> tuple[Row, ...]:
    """The orders of a kind of unit."""

    def page(name: str, holder: int = 200, **more: Any) -> Row:
        return _page(f"{kind}-{name}", f"{kind}-upload", holder, **more)

    of_order = partial(_of_order, event)
    return (
        page("orders"),
        page("order", make=of_order),
        page("order-export", method="POST", make=of_order),
        # The reason is asked for first.
        page("order-void", method="POST", make=of_order),
    )


def _of_owed_batch(side: Side) -> Made:
    """A batch of which the unit owes the codes."""
    made = DrugBatchFactory.create(unit=side.unit, uploaded_at=timezone.now())
    return {}, {"record": "domestic-drug-codes", "batch": made.trac_codg_sn}


def _reminder_pages(kind: str, record: str) -> tuple[Row, ...]:
    """What a kind of unit is reminded of."""

    def page(name: str, holder: int = 200, **more: Any) -> Row:
        return _page(f"{kind}-{name}", f"{kind}-upload", holder, **more)

    return (
        page("reminders"),
        Row(f"tracing:{kind}-unit-reminders", 403, 403, 200, business=f"{kind}-upload"),
        # Nothing of this record was silenced.
        page(
            "reminder-restore", method="POST", holder=302, make=lambda _: ({}, {"record": record})
        ),
    )


def _query_pages(kind: str) -> tuple[Row, ...]:
    """What stands under the query page of a kind of unit."""

    def page(name: str, holder: int = 200, **more: Any) -> Row:
        return _page(f"{kind}-{name}", f"{kind}-query", holder, **more)

    of_export = partial(_of_export, f"{kind}-query")
    return (
        page("query"),
        # No code is asked for, so the holder finds none and has nothing to export.
        page("trace", holder=404),
        page("export", method="POST", holder=302),
        page("export-job", make=of_export),
        page("export-progress", make=of_export),
        page("export-again", method="POST", holder=302, make=of_export),
        # The file is not ready, so the holder is sent to the export.
        page("export-download", holder=302, make=of_export),
    )


def _of_key(side: Side) -> Made:
    """A key that its holder has just applied for."""
    return {"key_id": key_of(side).pk}, {}


def _key_pages() -> tuple[Row, ...]:
    """The pages of whoever does the business of keys; forms are sent empty."""

    def page(name: str, holder: int = 200, **more: Any) -> Row:
        return Row(f"accounts:{name}", 403, holder, 403, business="api-self-service", **more)

    def dialog(name: str, post: int) -> tuple[Row, ...]:
        return page(name, make=_of_key), page(name, post, method="POST", make=_of_key)

    return (
        page("keys"),
        page("keys", 422, method="POST"),
        page("key-secret", make=_of_key),
        page("key-calls", make=_of_key),
        # It has not been used yet.
        page("key-call", 404, make=lambda side: ({**_of_key(side)[0], "call_id": 1}, {})),
        page("key-debug"),
        page("key-debug", 422, method="POST"),
        *dialog("key-change", 422),
        *dialog("key-rotate", 302),
        *dialog("key-freeze", 422),
        # It is not frozen, which the list then says.
        *dialog("key-thaw", 302),
        *dialog("key-end", 302),
    )


def _unit_pages(
    name: str, make: Callable[[Side], Made], post: int, *, get: bool = True
) -> tuple[Row, ...]:
    """A page of the unit's own account that shows a form (unless not `get`) and takes it."""
    row = Row(f"accounts:{name}", member=403, holder=403, unit=200, make=make)
    posted = replace(row, method="POST", unit=post)
    return (row, posted) if get else (posted,)


TABLE: tuple[Row, ...] = (
    Row("accounts:hall", member=200, holder=200, unit=200),
    # The unit's own account has no page tabs.
    Row("accounts:close-page", method="POST", member=302, holder=302, unit=404),
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
    # The forms are sent empty; nobody has proven a number.
    *_unit_pages("agent-add", _nothing, 422),
    Row("accounts:agent-add-person", member=403, holder=403, unit=302),
    Row("accounts:agent-add-person", method="POST", member=403, holder=403, unit=302),
    *_unit_pages("agent-edit", _of_agent, 422),
    *_unit_pages("agent-number", _of_agent, 422),
    *_unit_pages("agent-password", _of_agent, 302),
    *_unit_pages("agent-remove", _of_agent, 302),
    # No agent is chosen.
    *_unit_pages("hand-over", _of_business, 409),
    *_unit_pages("stand-in", _of_business, 409),
    *_unit_pages("stand-in-end", _of_stand_in, 302, get=False),
    *_unit_pages("access-answer", _of_request, 302),
    Row("accounts:access-request", member=200, holder=200, unit=403, make=_of_business),
    # Who holds the business has nothing to ask for.
    Row(
        "accounts:access-request",
        method="POST",
        member=302,
        holder=409,
        unit=403,
        make=_of_business,
    ),
    # It is a colleague's request.
    Row(
        "accounts:access-withdraw",
        method="POST",
        member=302,
        holder=302,
        unit=403,
        make=_of_request,
    ),
    Row("accounts:qualifications", member=403, holder=403, unit=200),
    # No file is sent.
    *_unit_pages("qualification-upload", lambda side: ({"kind": "licence"}, {}), 422),
    Row("accounts:qualification", member=403, holder=403, unit=200, make=_of_paper),
    Row("accounts:qualification-file", member=403, holder=403, unit=200, make=_of_paper),
    Row("accounts:certificates", member=403, holder=403, unit=200),
    *_unit_pages("certificate-upload", _nothing, 422),
    *_unit_pages("certificate-remove", _of_certificate, 302),
    *_key_pages(),
    Row("accounts:unit-keys", member=403, holder=403, unit=200),
    *_unit_pages("unit-key-freeze", _of_key, 422),
    *_unit_pages("unit-key-thaw", _of_key, 302),
    *_unit_pages("unit-key-end", _of_key, 302),
    *_unit_pages("unit-webhook-end", _of_webhook, 302),
    Row("accounts:log", member=403, holder=403, unit=200),
    # Nothing was done yet, so the unit account is sent back to the list.
    Row("accounts:log-export", method="POST", member=403, holder=403, unit=302),
    *_webhook_pages(),
    *_upload_pages("maker", "domestic-drug-info"),
    *_upload_pages("distributor", "circulation"),
    # What software needs to call for the unit, on paper, for a kind that it is.
    _page("api-plan", "api-self-service", make=lambda side: ({"kind": "maker"}, {})),
    # A list of events reads the key that is asked for; a maker has none.
    _page("maker-row", "maker-upload", holder=404),
    _page("maker-item", "maker-upload", holder=400),
    _page("distributor-item", "distributor-upload", holder=404),
    _page("distributor-row", "distributor-upload", holder=400),
    *_order_pages("maker", "shipment"),
    *_order_pages("distributor", "circulation-out"),
    *_reminder_pages("maker", "domestic-drug-codes"),
    *_reminder_pages("distributor", "circulation"),
    # The reason is asked for first; a distributor owes nothing batch by batch.
    _page("maker-reminder-silence", "maker-upload", method="POST", make=_of_owed_batch),
    _page("distributor-reminder-silence", "distributor-upload", holder=404, method="POST"),
    # It sends the rows of a record that is named.
    _page("maker-rows-export", "maker-upload", holder=404),
    _page("distributor-rows-export", "distributor-upload", holder=404),
    *_query_pages("maker"),
    *_query_pages("distributor"),
)
