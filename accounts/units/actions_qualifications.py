"""资质认证: a unit uploads its papers, staff decide on them, and the unit opens or shuts."""

import hashlib

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.core.actions import check_size, keep_file
from accounts.core.limits import HOUR, Limit, spend
from accounts.core.origin import COMMAND, Origin
from accounts.core.reasons import reason_of
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import lock
from accounts.units.models import Qualification, Unit
from accounts.units.qualifications import (
    FORM_WORDS,
    LIMIT_WORDS,
    MAX_BYTES,
    Form,
    form_of,
    is_whole,
    path_of,
    shown_name,
)
from accounts.units.queries import newest_paper
from portal.lib.refused import Refused, refusal

AUTOMATIC = "automatic"
UPLOADS_AN_HOUR = 20
State = Qualification.State


def upload_paper(
    unit: Unit, kind: Qualification.Kind, *, name: str, content: bytes, origin: Origin = COMMAND
) -> Qualification:
    """Keep a paper; it takes the place of the one before it and waits for staff.

    With PORTAL_APPROVALS=automatic it is approved at once, by nobody. Raises Refused: paper_empty,
    paper_too_large, paper_form_wrong, paper_cut_off, unit_uploads_too_many, file_not_kept.
    """
    form = _judged(name, content)
    limit = Limit("papers-of-unit", str(unit.pk), UPLOADS_AN_HOUR, HOUR)
    spend("unit_uploads_too_many", limit, times=str(UPLOADS_AN_HOUR))
    paper = Qualification(
        unit=unit,
        kind=kind,
        file_name=shown_name(name),
        content_type=form.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    paper.stored_name = str(paper.pk)
    path = path_of(paper)
    keep_file(path, content)
    try:
        _store(paper, origin)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return paper


def approve_paper(paper: Qualification, *, origin: Origin = COMMAND) -> Qualification:
    """Approve a paper. Raises Refused: paper_replaced, paper_decided."""
    return _decide(paper, State.APPROVED, "", origin)


def return_paper(paper: Qualification, reason: str, *, origin: Origin = COMMAND) -> Qualification:
    """Return a paper to the unit, also one that was approved before.

    Raises Refused: return_reason_missing, reason_too_long, paper_replaced, paper_decided.
    """
    return _decide(paper, State.RETURNED, reason_of(reason, "return_reason_missing"), origin)


def _judged(name: str, content: bytes) -> Form:
    """Return what the file is, or refuse it."""
    name = shown_name(name)
    too_large = refusal("paper_too_large", name=name, limit=LIMIT_WORDS)
    check_size(content, MAX_BYTES, empty=refusal("paper_empty", name=name), too_large=too_large)
    form = form_of(content)
    if form is None:
        raise Refused("paper_form_wrong", name=name, expected=FORM_WORDS)
    if not is_whole(content, form):
        raise Refused("paper_cut_off", name=name)
    return form


@transaction.atomic
def _store(paper: Qualification, origin: Origin) -> None:
    lock(paper.unit)
    paper.save(force_insert=True)
    record(
        "qualification-uploaded",
        origin=origin,
        unit=paper.unit,
        target=paper.get_kind_display(),
        after={"file": paper.file_name, "paper_state": paper.state},
    )
    if settings.PORTAL_APPROVALS == AUTOMATIC:
        _decide(paper, State.APPROVED, "", origin.done_by(None))


@transaction.atomic
def _decide(paper: Qualification, state: State, reason: str, origin: Origin) -> Qualification:
    """Decide on the newest paper of its kind; an older one counts no more.

    The unit's row is locked first, so that the paper that is decided on stays the newest.
    """
    unit = lock(paper.unit)
    newest = newest_paper(unit, Qualification.Kind(paper.kind))
    if newest is None or newest.pk != paper.pk:
        raise Refused("paper_replaced", paper=paper.get_kind_display())
    if newest.state == state:
        raise Refused("paper_decided", state=newest.get_state_display())
    before = newest.state
    newest.state, newest.reason = state, reason
    newest.decided_at, newest.decided_by = timezone.now(), origin.by
    newest.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    record(
        "qualification-approved" if state == State.APPROVED else "qualification-returned",
        origin=origin,
        unit=unit,
        target=newest.get_kind_display(),
        before={"paper_state": before},
        after={"paper_state": state, **({"paper_reason": reason} if reason else {})},
    )
    _tell(unit, newest)
    if newest.kind == Qualification.Kind.LICENCE:
        _open_or_shut(unit, newest, origin)
    return newest


def _tell(unit: Unit, paper: Qualification) -> None:
    """Tell the unit account what became of its paper."""
    label = paper.get_kind_display()
    if paper.state == State.APPROVED:
        notify(unit.account, "qualification-approved", paper=label)
    else:
        notify(unit.account, "qualification-returned", paper=label, reason=paper.reason)


def _open_or_shut(unit: Unit, licence: Qualification, origin: Origin) -> None:
    """The rule: an approved newest 营业执照 opens the unit, a returned one shuts it.

    One that waits changes nothing: a unit that replaces its licence stays as open as it was. A
    unit that staff opened without a paper stays open until a licence of it is returned.
    """
    opens = licence.state == State.APPROVED
    if opens == (unit.approved_at is not None):
        return
    unit.approved_at = timezone.now() if opens else None
    unit.save(update_fields=["approved_at"])
    record("unit-approved" if opens else "unit-shut", origin=origin, unit=unit)
    notify(unit.account, "unit-approved" if opens else "unit-shut")
