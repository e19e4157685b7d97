"""Forms about a person: name, document, how to be reached. One declaration for every page."""

from __future__ import annotations

from datetime import date
from typing import Any
from unicodedata import category

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone

from accounts.agents.identity import (
    TYPED_LENGTH,
    Person,
    id_end_problem,
    id_number_problem,
    tidy_id_number,
    years_after,
)
from accounts.agents.models import Agent, Membership
from accounts.core.columns import (
    ADDRESS_LENGTH,
    EMAIL_LENGTH,
    POSTCODE_PATTERN,
    REASON_LENGTH,
    length_of,
)
from accounts.core.forms import invalid, written_field
from accounts.core.forms_filters import AGENT_LENGTH, SearchForm, search_field
from accounts.core.id_types import ID_TYPES, IDENTITY_CARD

NAME_LENGTH, POSTCODE_LENGTH = length_of(Agent, "name"), length_of(Agent, "postcode")

FOR_EVER, OTHER = "ever", "other"

TERMS = {"5": "5年", "10": "10年", "20": "20年", FOR_EVER: "长期有效", OTHER: "其他期限"}

# Controls, formats (zero-width, direction), and breaks of lines and paragraphs.
UNSEEN = ("Cc", "Cf", "Zl", "Zp")

UNSEEN_FOUND = "第 %(place)d 个字是看不见的字符（U+%(number)04X）；请删除后重新输入。"

TOO_LONG = "超过 %(limit_value)d 个字；请缩短。"

POSTCODE_WRONG = "邮政编码应为 6 位数字；请修改。"

DATE_WRONG = "日期不正确；请按 2026-01-31 的格式填写。"


def all_seen(text: str) -> None:
    """Refuse a character that nobody sees: it makes one name look like another, hides what a
    spreadsheet takes for a formula, or turns around what is read after it."""
    for place, character in enumerate(text, start=1):
        if category(character) in UNSEEN:
            raise ValidationError(UNSEEN_FOUND, params={"place": place, "number": ord(character)})


def text_field(
    label: str, length: int, ask: str, autocomplete: str, *, tidied: bool = False, **options: Any
) -> forms.CharField:
    """Return a line of text with its sentences: empty, too long, with what nobody sees.

    `tidied`: its form brings it to one form, without what nobody sees.
    """
    return forms.CharField(
        label=label,
        max_length=length,
        error_messages={"required": f"请输入{ask}。", "max_length": f"{ask}{TOO_LONG}"},
        widget=forms.TextInput(attrs={"autocomplete": autocomplete, "placeholder": f"请输入{ask}"}),
        validators=[] if tidied else [all_seen],
        **options,
    )


def _day(label: str, help_text: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        error_messages={"invalid": DATE_WRONG},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def id_type_field(label: str = "证件类型") -> forms.ChoiceField:
    """Which document; the identity card unless said otherwise."""
    return forms.ChoiceField(
        label=label,
        choices=list(ID_TYPES.items()),
        initial=IDENTITY_CARD,
        error_messages={
            "required": f"请选择{label}。",
            "invalid_choice": f"没有这种{label}；请从列表中选择。",
        },
    )


def id_number_field(label: str = "证件号码") -> forms.CharField:
    """The number of the document; the browser must not offer it to the next person."""
    return text_field(label, TYPED_LENGTH, label, "off", tidied=True)


def check_id_number(form: forms.Form, id_type: str, id_number: str) -> None:
    """Tidy and check the pair of fields with these names, from the form's `clean`."""
    values = form.cleaned_data
    if id_type not in values or id_number not in values:
        return
    values[id_number] = tidy_id_number(values[id_number])
    if problem := id_number_problem(values[id_type], values[id_number]):
        form.add_error(id_number, invalid(problem))


class ReachForm(forms.Form):
    """How to reach an agent: what each unit keeps for itself (model Membership)."""

    email = forms.EmailField(
        label="联系邮箱",
        max_length=EMAIL_LENGTH,
        error_messages={
            "required": "请输入联系邮箱。",
            "invalid": "联系邮箱格式不正确，应形如 name@example.com；请修改。",
            "max_length": f"联系邮箱{TOO_LONG}",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "placeholder": "请输入联系邮箱"}),
    )
    address = text_field("联系地址", ADDRESS_LENGTH, "联系地址", "street-address")
    postcode = forms.CharField(
        label="邮政编码",
        required=False,
        max_length=POSTCODE_LENGTH,
        error_messages={"max_length": POSTCODE_WRONG},
        validators=[RegexValidator(POSTCODE_PATTERN, POSTCODE_WRONG)],
        widget=forms.TextInput(
            attrs={
                "autocomplete": "postal-code",
                "inputmode": "numeric",
                "placeholder": "请输入邮政编码",
            }
        ),
    )

    @staticmethod
    def initial_of(row: Membership | Agent) -> dict[str, Any]:
        """What the form shows first for somebody who is stored."""
        return {"email": row.email, "address": row.address, "postcode": row.postcode}


class PersonForm(ReachForm):
    """The whole person, as asked for one whose number is unknown; `person` once it is valid.

    证件有效期 is a first day and a term as the card prints it, 长期有效, or a last day of its own.
    """

    name = text_field("姓名", NAME_LENGTH, "姓名", "name")
    id_type = id_type_field()
    id_number = id_number_field()
    id_term = forms.ChoiceField(
        label="证件有效期",
        choices=list(TERMS.items()),
        initial="20",
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择证件有效期。",
            "invalid_choice": "没有这种有效期；请从 5年、10年、20年、长期有效、其他期限中选择。",
        },
    )
    id_valid_from = _day("有效期起始日期", "证件上的签发日期；选择 5年、10年、20年 时填写。")
    id_valid_until = _day("有效期截止日期", "选择“其他期限”时填写。")

    field_order: tuple[str, ...] = (
        *("name", "id_type", "id_number", "id_term", "id_valid_from", "id_valid_until"),
        *("email", "address", "postcode"),
    )

    def clean(self) -> dict[str, Any]:
        """Check the number by its document, and work out the last day."""
        values = super().clean() or self.cleaned_data
        check_id_number(self, "id_type", "id_number")
        if "id_term" in values:
            self._check_days(values["id_term"], timezone.localdate())
        return values

    def _check_days(self, term: str, today: date) -> None:
        """Bring id_valid_until to what was chosen; None for ever."""
        values = self.cleaned_data
        if term == FOR_EVER:
            values["id_valid_until"] = None
            return
        place = "id_valid_until" if term == OTHER else "id_valid_from"
        if place in self.errors:
            return
        start: date | None = values.get("id_valid_from")
        if term != OTHER:
            values["id_valid_until"] = years_after(start, int(term)) if start else None
        if place == "id_valid_from" and (start is None or start > today):
            self.add_error(
                place, "请填写证件上的签发日期，不晚于今天；没有签发日期时请选择“其他期限”。"
            )
        elif problem := id_end_problem(values["id_valid_until"], False, today):
            self.add_error(place, invalid(problem))

    def person(self) -> Person:
        """Return the person; only for a valid form."""
        values = self.cleaned_data
        return Person(
            id_valid_for_ever=values["id_term"] == FOR_EVER,
            **{name: values[name] for name in Person._fields if name != "id_valid_for_ever"},
        )

    @staticmethod
    def initial_of(row: Membership | Agent) -> dict[str, Any]:
        """What the form shows first for a stored agent; the number is never sent to a page."""
        shown = ReachForm.initial_of(row)
        if not isinstance(row, Agent):
            return shown
        term = FOR_EVER if row.id_valid_for_ever else OTHER
        document = {"id_type": row.id_type, "id_term": term, "id_valid_until": row.id_valid_until}
        return {**shown, "name": row.name, **document}


class ShowNumberForm(forms.Form):
    """Why the whole identity number is needed."""

    reason = written_field(
        "查看原因",
        REASON_LENGTH,
        rows=3,
        placeholder="请输入查看原因",
        help_text="原因会记入操作记录，经办人会收到消息；请不要填写号码。",
    )


class AgentSearch(SearchForm):
    """The search of 单位经办人."""

    name = search_field("姓名", AGENT_LENGTH)
