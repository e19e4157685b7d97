"""Checked uploads that wait for 确认: which they are, and how long they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from accounts.units.models import Unit
from portal.lib.refused import Refusal, refusal
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.row_operations import confirmed_rows

KEPT_UNCONFIRMED = timedelta(days=7)
# Among so many of the newest uploads of a desk they are looked for.
LOOKED_AT = 200

_ONE = "“{file}”（{title}上传）校验完成，尚未入库，请在 {days} 天内确认。"
_SEVERAL = "{count} 次上传校验完成，尚未入库，最早到期的请在 {days} 天内确认。"


class Unconfirmed(NamedTuple):
    """Uploads that wait for 确认 in a sentence; `only` is the upload where there is but one."""

    words: str
    only: Submission | None


def may_confirm(submission: Submission) -> bool:
    """Whether 确认 would store something."""
    return (
        submission.state == SubmissionState.STAGED
        and bool(submission.staged_rows)
        and not submission.barred
    )


def not_as_confirmed(submission: Submission) -> Refusal | None:
    """Why what passes now is not what 确认 was given for; None where it is."""
    if submission.barred:
        return refusal("rows_lost", rows=str(submission.rejected))
    confirmed = confirmed_rows(submission)
    if confirmed is None or submission.staged_rows >= confirmed:
        return None
    return refusal("rows_fewer", confirmed=str(confirmed), rows=str(submission.staged_rows))


def until(submission: Submission) -> datetime | None:
    """When it is dropped unless 确认 is given; None where it does not wait."""
    if submission.state != SubmissionState.STAGED or submission.checked_at is None:
        return None
    return submission.checked_at + KEPT_UNCONFIRMED


def days_left(submission: Submission) -> int:
    """In how many days that is; the last of them counts as one."""
    left = (until(submission) or timezone.now()) - timezone.now()
    return max(1, -(-left // timedelta(days=1)))


def expired() -> Q:
    """Those that nobody confirmed in time."""
    return Q(state=SubmissionState.STAGED, checked_at__lt=timezone.now() - KEPT_UNCONFIRMED)


def unconfirmed(unit: Unit, record_codes: Iterable[str]) -> Unconfirmed | None:
    """The uploads of these records that wait for 确认, among the newest; None where none does."""
    newest = Submission.objects.of(unit).filter(record_code__in=list(record_codes))
    waiting = Submission.objects.of(unit).filter(
        ~Q(all_or_nothing=True, rejected__gt=0),
        pk__in=newest.order_by("-received_at").values("pk")[:LOOKED_AT],
        state=SubmissionState.STAGED,
        staged_rows__gt=0,
        check_only=False,
    )
    found = list(waiting.prefetch_related("files").order_by("checked_at", "pk"))
    if not found:
        return None
    first = found[0]
    days = days_left(first)
    if len(found) > 1:
        return Unconfirmed(_SEVERAL.format(count=len(found), days=days), None)
    file = min(first.files.all(), key=lambda file: file.number).name
    return Unconfirmed(_ONE.format(file=file, title=first.record.title, days=days), first)
