"""What several forms have: texts, seen and unseen, one file, the place of a refusal."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.core.files import File
from django.http import HttpRequest
from django.utils.http import MAX_URL_LENGTH

from portal.lib.refused import Refusal, Refused


class HiddenText(forms.CharField):
    """A text that a page of ours has written into a form, at most as long as an address.

    What is longer was not written by us: it counts as nothing, as anything else that is wrong
    here, because nobody could mend a field that is not seen.
    """

    def __init__(self) -> None:
        super().__init__(required=False, max_length=MAX_URL_LENGTH, widget=forms.HiddenInput)

    def to_python(self, value: Any) -> str:
        """Return the text, or nothing for one that is too long."""
        text = super().to_python(value) or ""
        return text if len(text) <= MAX_URL_LENGTH else ""


def written_field(
    label: str,
    most: int,
    *,
    rows: int = 0,
    ask: str = "",
    placeholder: str = "",
    help_text: str = "",
) -> forms.CharField:
    """Return a field for a text in one's own words, of `most` characters.

    `rows` of a box of lines, 0 for a single line; `ask` is what the form asks for where its label
    does not say it.
    """
    attrs: dict[str, Any] = {"placeholder": placeholder} if placeholder else {}
    return forms.CharField(
        label=label,
        max_length=most,
        help_text=help_text,
        error_messages={
            "required": f"请填写{ask or label}。",
            "max_length": f"{label}有 %(show_value)d 个字，最多 %(limit_value)d 个；请缩短。",
        },
        widget=forms.Textarea({"rows": rows, **attrs}) if rows else forms.TextInput(attrs),
    )


def typed_field(
    label: str, most: int, *, required: str, too_long: str, help_text: str = "", **attrs: str
) -> forms.CharField:
    """Return a field for a name, number or code; `attrs` are those of its box."""
    said = {"required": required, "max_length": too_long}
    box = forms.TextInput(attrs)
    return forms.CharField(
        label=label, max_length=most, help_text=help_text, error_messages=said, widget=box
    )


def show_refusals(form: forms.Form, refused: Refused, field: str | None = None) -> None:
    """Put each refusal at its place where that is a field of the form, else at `field`, and
    without one on top."""
    for each in refused.refusals:
        form.add_error(each.place if each.place in form.fields else field, invalid(each))


def status_of(form: forms.BaseForm) -> int:
    """Return the status of a page that shows the form: 422 where something in it was refused."""
    return 422 if form.errors else 200


class RefusalsShown:
    """What is refused within is shown on the form, and the view goes on after it."""

    def __init__(self, form: forms.Form, field: str | None = None) -> None:
        self.form, self.field = form, field

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, Refused):
            return False
        show_refusals(self.form, error, self.field)
        return True


def invalid(refused: Refusal) -> forms.ValidationError:
    """Make the error of a field of one refusal."""
    return forms.ValidationError(refused.message, code=refused.code)


NO_FILE = "没有选择文件；请点击“选择文件”，再点击【确定】。"

SEVERAL_FILES = "一次只能上传 1 个文件，收到了多个，都没有接收；请只选择一个文件。"

TOO_LARGE = "文件太大，没有接收：最大 {limit}；请换一个小一些的文件再上传。"

NAME_TOO_LONG = "文件名有 %(length)d 个字符，最多 %(max)d 个；请改短文件名后再上传。"


class OneFileForm(forms.Form):
    """A form for one file of at most `limit` bytes, which `limit_words` says in words.

    `too_large`: the file was dropped while it arrived. What the file holds is judged elsewhere.
    """

    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        max_length=255,
        error_messages={"required": NO_FILE, "max_length": NAME_TOO_LONG},
    )

    def __init__(
        self, *args: Any, limit: int, limit_words: str, too_large: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.limit, self.too_large = limit, too_large
        self.too_large_words = TOO_LARGE.format(limit=limit_words)
        if too_large:
            self.fields["file"].error_messages["required"] = self.too_large_words

    @classmethod
    def of(cls, request: HttpRequest, *, limit: int, limit_words: str) -> Self:
        """Return the form that was sent, or an empty one for a page that is only looked at."""
        if request.method != "POST":
            return cls(limit=limit, limit_words=limit_words)
        return cls(
            request.POST,
            request.FILES,
            limit=limit,
            limit_words=limit_words,
            too_large=getattr(request, "upload_too_large", False),
        )

    def clean_file(self) -> File[bytes]:
        """Refuse several files, and one that is too large before it is read."""
        # A file that was dropped for its size left another one behind.
        if self.too_large or len(self.files.getlist("file")) > 1:
            raise forms.ValidationError(SEVERAL_FILES)
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > self.limit:
            raise forms.ValidationError(self.too_large_words)
        return file

    @property
    def content(self) -> bytes:
        """The bytes of a form that is valid."""
        content: bytes = self.cleaned_data["file"].read()
        return content

    @property
    def name(self) -> str:
        """The name the file was sent under."""
        name: str = self.cleaned_data["file"].name or ""
        return name
