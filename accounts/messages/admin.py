"""帮助与反馈: what was asked, and an answer."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from accounts.core.forms import written_field
from accounts.core.origin import Origin
from accounts.log.entry_words import who
from accounts.messages.actions import ANSWER_LENGTH, answer_feedback
from accounts.messages.models import Feedback
from accounts.staff.acts import Act
from accounts.staff.admin_base import ActingAdmin, FilledFilter

MAY = "accounts.change_feedback"
HELP = f"提交人会收到答复，最多 {ANSWER_LENGTH} 个字。"


class AnswerForm(forms.Form):
    """The answer."""

    answer = written_field("答复", ANSWER_LENGTH, rows=6, ask="答复内容", help_text=HELP)


def _answer(row: Feedback, asked: dict[str, Any], origin: Origin) -> str:
    answer_feedback(row, asked["answer"], origin=origin)
    return "已答复，并已通知提交人。"


class AnsweredFilter(FilledFilter):
    """Answered or not."""

    title, parameter_name, field = "答复", "answered", "answered_at"
    empty, filled = ("no", "待答复"), ("yes", "已答复")


@admin.register(Feedback)
class FeedbackAdmin(ActingAdmin):
    """Questions, the newest first."""

    list_display = ("at", "asker", "unit_name", "beginning", "answered_at")
    list_filter = (AnsweredFilter,)
    list_select_related = ("account__agent", "unit")
    search_fields = ("text", "unit__name", "unit__account__name")
    ordering = ("-at",)
    fields: ClassVar = (
        "at", "asker", "unit_name", "page", "text", "answer", "answered_at", "answerer",
    )  # fmt: skip
    readonly_fields = ("asker", "unit_name", "answerer")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "answer",
            "答复",
            MAY,
            _answer,
            form=AnswerForm,
            initial=lambda row: {"answer": row.answer},
        ),
    )

    @admin.display(description="提交人")
    def asker(self, row: Feedback) -> str:
        """Who asked; a mobile number is masked."""
        return who(row.account)

    @admin.display(description="答复人")
    def answerer(self, row: Feedback) -> str:
        """Who answered, by account name."""
        return row.answered_by.name if row.answered_by else ""

    @admin.display(description="内容")
    def beginning(self, row: Feedback) -> str:
        """How it begins."""
        return row.text if len(row.text) <= 40 else f"{row.text[:40]}…"
