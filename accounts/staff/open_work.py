"""What waits for staff: the first thing they see."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from accounts.messages.models import Feedback
from accounts.units.models import Qualification


class OpenWork(NamedTuple):
    """How much of one sort waits, and the list of it."""

    title: str
    number: int
    address: str


def open_work(request: HttpRequest) -> list[OpenWork]:
    """Return what waits for somebody with the permissions of this member of staff."""
    found = []
    if request.user.has_perm("accounts.change_qualification"):
        papers = Qualification.everything.filter(state=Qualification.State.WAITING)
        address = reverse("admin:accounts_qualification_changelist")
        found.append(OpenWork("待审核的资质", papers.count(), address))
    if request.user.has_perm("accounts.change_feedback"):
        questions = Feedback.everything.filter(answered_at=None)
        address = reverse("admin:accounts_feedback_changelist") + "?answered=no"
        found.append(OpenWork("待答复的反馈", questions.count(), address))
    return found
