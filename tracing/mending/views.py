"""Mending on the pages: the failing rows with boxes, one value for many, the safe repairs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.core.forms import show_refusals, status_of
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, posted, whole
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.mending import actions
from tracing.mending.forms import CellsForm, FillForm, RepairsForm, posted_boxes
from tracing.mending.offers import seen_of
from tracing.mending.queries import SIZES, cause_named, first_rows, page_of_rows, rows_numbered
from tracing.mending.shown import boxes_of, shown_rows
from tracing.mending.turning import Turn, turn_of
from tracing.uploads.causes import Cause, causes_of, context_of, may_fill, mended_by
from tracing.uploads.desks import Desk
from tracing.uploads.mending_addresses import addresses
from tracing.uploads.models import CORRECTABLE, RUNNING, RejectedRow, Submission
from tracing.uploads.shown_causes import shown_cause, shown_causes, shown_changes
from tracing.uploads.views_lists import dialog
from tracing.uploads.views_uploads import submission_at

CLOSED = "这次上传现在是“{state}”，没有可在网页上修改的数据；结果如下。"
NO_ROWS = "没有这一类失败的数据了：已经改好，或失败原因有变。结果如下。"
SAVED = "已保存 {rows} 行{again}：{passed} 行通过，{left} 行仍未通过。"
AGAIN = "，与之矛盾的 {again} 行也重新校验"
HANDED = "已提交 {rows} 行的修改，正在重新校验。"
NOT_TURNED = "没有翻页：本页还有没有通过或没有采用的修改，请先核对。"
FIRST_CHANGES = 10

takes_form = require_http_methods(["GET", "HEAD", "POST"])


class _Mending:
    """The mending of one upload, as a request asks for it."""

    def __init__(self, request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> None:
        self.request, self.desk = request, desk
        self.submission: Submission = submission_at(request, desk, submission_id)
        self.tab = desk.tab_of(self.submission.record_code)
        self.address = addresses(desk, request.unit.slug, self.submission)
        self.act = actions.Act(self.submission, request.agent, origin_of(request))

    @property
    def result(self) -> str:
        """Where the result of the upload stands."""
        return self.desk.address("submission", self.request.unit.slug, self.submission.pk)

    def sent_back(self, why: str) -> HttpResponse:
        """To the result, with a word."""
        messages.warning(self.request, why)
        return redirect(self.result)

    @property
    def closed(self) -> HttpResponse | None:
        """The answer for an upload that cannot be corrected now."""
        if self.submission.state in CORRECTABLE:
            return None
        return self.sent_back(CLOSED.format(state=self.submission.get_state_display()))

    def after(self, mended: actions.Mended, back: str) -> HttpResponse:
        """To where the act was begun while it is being checked or once it is, with what it did."""
        submission = mended.submission
        if submission.state in RUNNING:
            messages.info(self.request, HANDED.format(rows=mended.rows))
            back = self.result
        else:
            passed = mended_by(submission, submission.rounds)
            again = AGAIN.format(again=mended.again) if mended.again else ""
            left = mended.rows + mended.again - passed
            said = SAVED.format(rows=mended.rows, again=again, passed=passed, left=left)
            messages.success(self.request, said)
        for each in actions.not_taken(mended.conflicts, mended.passed):
            messages.warning(self.request, each.message)
        return redirect(back)

    def dialog(self, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
        """One of the pages."""
        more = {
            "submission": self.submission,
            "addresses": {
                **self.desk.addresses(self.request.unit.slug, self.tab),
                "back": self.result,
                "mend": self.address("mend"),
                "fill": self.address("fill"),
                "repairs": self.address("repairs"),
            },
            **context,
        }
        shown = f"tracing/mending/{template}"
        return dialog(self.request, self.desk, shown, more, tab=self.tab, status=status)


@takes_form
@at_place
def rows(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """Show failing rows, those of one cause or one whole row; take what was typed over."""
    mending = _Mending(request, desk, submission_id)
    if mending.closed is not None:
        return mending.closed
    cause = _cause(mending)
    if request.method == "POST":
        return _save(mending, cause)
    if number := whole(request.GET, "row", 0):
        found = rows_numbered(mending.submission, [number])
        record = mending.submission.record
        boxes = {row.row: [column.name for column in record.columns] for row in found}
        return _rows(mending, None, found, boxes, {"whole": True})
    page = page_of_rows(
        mending.submission,
        cause,
        whole(request.GET, "page", 1),
        whole(request.GET, "size", SIZES[0]),
    )
    boxes = boxes_of(mending.submission.record, page.rows)
    return _rows(mending, cause, page.rows, boxes, {"failing_page": page})


def _cause(mending: _Mending) -> Cause | None:
    """The cause whose rows are asked for; None where all are."""
    asked = mending.request.GET
    return cause_named(mending.submission, asked.get("column", ""), asked.get("code", ""))


def _rows(
    mending: _Mending,
    cause: Cause | None,
    found: Any,
    boxes: Mapping[int, list[str]],
    more: Mapping[str, Any],
    form: CellsForm | None = None,
) -> HttpResponse:
    """The page of rows; back to the result where there are none."""
    submission = mending.submission
    if not found:
        return mending.sent_back(NO_ROWS)
    form = form or CellsForm(None, record=submission.record, rows=found, boxes=boxes)
    context = {
        "form": form,
        "failing_rows": shown_rows(submission, found, form, mending.address),
        "cause": cause and shown_cause(submission.record, cause, mending.address),
        "here": mending.request.get_full_path(),
        "unboxed": len(found) - len(boxes),
        **more,
    }
    return mending.dialog("rows_dialog.html", context, status=status_of(form))


def _save(mending: _Mending, cause: Cause | None) -> HttpResponse:
    """Save what was typed, then turn the page if that was asked; where nothing was typed only
    that."""
    request, submission = mending.request, mending.submission
    boxes = posted_boxes(request.POST, submission.record)
    found: list[RejectedRow] = rows_numbered(submission, list(boxes))
    form = CellsForm(request.POST, record=submission.record, rows=found, boxes=boxes)
    is_whole = "whole" in request.POST
    turn = turn_of(request)
    if form.is_valid():
        typed = form.typed(whole=is_whole)
        if turn.asked and not typed:
            return redirect(_page_address(mending, cause, turn.wanted))
        try:
            mended = actions.save_typed(mending.act, typed)
        except Refused as refused:
            if not found:
                return mending.sent_back(str(refused))
            show_refusals(form, refused)
        else:
            return mending.after(mended, _back(mending, mended, cause, turn))
    return _rows(mending, cause, found, boxes, {"whole": is_whole}, form)


def _back(mending: _Mending, mended: actions.Mended, cause: Cause | None, turn: Turn) -> str:
    """To the page that was asked for of the rows that are left; to the result where none are.

    Whatever failed again is to be seen first, so the page is turned only where all passed.
    """
    submission = mended.submission
    if submission.state in RUNNING or "row" in mending.request.GET:
        return mending.result
    if not (cause_named(submission, cause.column, cause.code) if cause else submission.rejected):
        return mending.result
    passed = mended_by(submission, submission.rounds)
    if turn.asked and (passed < mended.rows or mended.conflicts):
        messages.warning(mending.request, NOT_TURNED)
        return _page_address(mending, cause, turn.shown)
    return _page_address(mending, cause, turn.leads(passed))


def _page_address(mending: _Mending, cause: Cause | None, page: tuple[int, int]) -> str:
    """A page of the rows that are listed, by its number and its size."""
    named = {"column": cause.column, "code": cause.code} if cause else {}
    number, size = page
    return mending.address("mend", **named, page=number, size=size)


@takes_form
@at_place
def fill(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """List what one value for all rows of a cause changes; then change it."""
    mending = _Mending(request, desk, submission_id)
    if mending.closed is not None:
        return mending.closed
    asked = request.POST if request.method == "POST" else request.GET
    submission, record = mending.submission, mending.submission.record
    cause = cause_named(submission, asked.get("column", ""), asked.get("code", ""))
    if cause is None or not may_fill(record, cause.column, cause.code):
        return mending.sent_back(NO_ROWS)
    given = asked if "value" in asked else None
    form = FillForm(given, column=record.column(cause.column), world=context_of(submission))
    if request.method == "POST" and form.is_valid():
        apply = partial(actions.fill, mending.act, cause.column, cause.code)
        try:
            mended = apply(form.cleaned_data["value"], seen=form.cleaned_data["seen"])
        except Refused as refused:
            show_refusals(form, refused)
        else:
            return mending.after(mended, mending.result)
    return _fill_dialog(mending, cause, form)


def _fill_dialog(mending: _Mending, cause: Cause, form: FillForm) -> HttpResponse:
    record = mending.submission.record
    # What was refused because rows changed meanwhile is listed anew.
    fits = form.is_bound and not form.has_error("value")
    value = form.cleaned_data["value"] if fits else None
    changes = []
    if value is not None:
        found = first_rows(mending.submission, cause, FIRST_CHANGES)
        changes = shown_changes(record, found, cause.column, value)
    context = {
        "form": form,
        "cause": shown_cause(record, cause, mending.address),
        "column": cause.column,
        "code": cause.code,
        "value": value,
        "changes": changes,
        "most": actions.MOST_ROWS,
        "seen": seen_of(mending.submission),
    }
    return mending.dialog("fill_dialog.html", context, status=status_of(form))


@takes_form
@at_place
def repairs(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """List the safe repairs by kind; apply those that were ticked."""
    mending = _Mending(request, desk, submission_id)
    if mending.closed is not None:
        return mending.closed
    submission = mending.submission
    offered = [cause for cause in causes_of(submission) if cause.repairable]
    if not offered:
        return mending.sent_back(NO_ROWS)
    keys = {f"{cause.column}:{cause.code}": (cause.column, cause.code) for cause in offered}
    form = RepairsForm(posted(request), kinds=keys)
    if form.is_bound and form.is_valid():
        chosen = [keys[kind] for kind in form.cleaned_data["kind"]]
        try:
            mended = actions.repair(mending.act, chosen, seen=form.cleaned_data["seen"])
        except Refused as refused:
            show_refusals(form, refused)
        else:
            return mending.after(mended, mending.result)
    shown = [each for each in shown_causes(submission, mending.address) if each.repairable]
    context = {
        "form": form,
        "causes": shown,
        "most": actions.MOST_ROWS,
        "seen": seen_of(submission),
    }
    return mending.dialog("repairs_dialog.html", context, status=status_of(form))
