"""What the pages of uploads ask for: a file, the reason of 删除, the filter rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.core.files import File

from accounts.core.columns import REASON_LENGTH
from accounts.core.forms_filters import FilterForm, date_field
from tracing.core.forms import choice_field, text_field
from tracing.records import RECORDS
from tracing.records.base import Column
from tracing.records.shapes import CODE, Binding, Days, Pick
from tracing.traces.forms import TraceCodeField
from tracing.uploads.models import Terms
from tracing.uploads.workbook.formats import ENDINGS, HINT, TAKEN, USUAL_ENDING
from tracing.uploads.workbook.limits import PAGE_LIMITS

LIMIT_WORDS = f"{PAGE_LIMITS.max_bytes // 1024 // 1024}M"

NO_FILE = "没有选择文件。请点击【{choose}】或把文件拖到虚线框内，再点击【{send}】。"

TOO_LARGE = f"文件超过{LIMIT_WORDS}，没有接收。请拆成几个文件，分别上传。"

SEVERAL_FILES = "一次只能导入1个文件，收到了多个，都没有接收。请只选择一个文件，再点击【{send}】。"

EMPTY_FILE = "文件“{name}”是空的（0字节）。请用导入模板填写并保存后再上传。"

WRONG_ENDING = (
    f"文件“{{name}}”不是 {TAKEN} 文件。请用导入模板填写，保存为 {USUAL_ENDING} 后再上传。"
)


class FileField(forms.FileField):
    """One workbook; says what is wrong with the file before it is kept."""

    def __init__(self) -> None:
        super().__init__(
            label="文件",
            allow_empty_file=True,
            max_length=255,
            widget=forms.ClearableFileInput(
                attrs={"accept": ",".join(ENDINGS), "aria-describedby": "file-hint"}
            ),
            error_messages={
                "max_length": "文件名有 %(length)d 个字符，最多 %(max)d 个；请改短文件名后再上传。",
            },
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the uploaded file; raises ValidationError with the cure."""
        file = super().clean(data, initial)
        if file is not None:
            self._judge(file)
        return file

    def _judge(self, file: File[bytes]) -> None:
        name = file.name or ""
        if not file.size:
            raise forms.ValidationError(EMPTY_FILE.format(name=name))
        if file.size > PAGE_LIMITS.max_bytes:
            raise forms.ValidationError(TOO_LARGE)
        if PurePath(name.lower()).suffix not in ENDINGS:
            raise forms.ValidationError(WRONG_ENDING.format(name=name))


class FileForm(forms.Form):
    """A corrected error workbook. `too_large`: the file was dropped while it arrived.

    `choose` and `send` are the words of its buttons, which its sentences name; `endings` and `hint`
    say which files may be chosen.
    """

    choose, send = "选择修改后的错误报告", "上传修改后的文件"
    endings, hint = ",".join(ENDINGS), HINT.format(limit=LIMIT_WORDS)
    file = FileField()

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        no_file = NO_FILE.format(choose=self.choose, send=self.send)
        self.fields["file"].error_messages["required"] = TOO_LARGE if too_large else no_file

    def clean_file(self) -> File[bytes]:
        """Refuse several files: nobody could tell which of them is meant."""
        # A file that was dropped for its size left another one behind.
        if self.too_large or len(self.files.getlist("file")) > 1:
            raise forms.ValidationError(SEVERAL_FILES.format(send=self.send))
        file: File[bytes] = self.cleaned_data["file"]
        return file


class ImportForm(FileForm):
    """第三步 of the import dialog: which template, which file, on which terms."""

    choose, send = "点击导入", "确定"
    all_or_nothing = forms.ChoiceField(
        label="有失败数据时",
        choices=[("", "只入库通过的数据"), ("1", "全部通过才入库")],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "没有这一种入库方式；请从列出的两种中选择。"},
    )
    check_only = forms.BooleanField(label="只校验不入库", required=False)

    def __init__(self, *args: Any, records: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"] = forms.ChoiceField(
            label="导入模板",
            choices=[(code, f"{RECORDS[code].title}上传") for code in records],
            error_messages={"invalid_choice": "没有选择导入模板；请从列表中选择一种。"},
        )

    @property
    def terms(self) -> Terms:
        """What the form asks of the upload."""
        return Terms(**{name: bool(self.cleaned_data[name]) for name in Terms._fields})


class VoidForm(forms.Form):
    """Why rows are taken back."""

    reason = forms.CharField(
        label="删除原因",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "请输入删除原因"}),
        error_messages={
            "required": "没有填写删除原因；请写明为什么删除，便于日后核查。",
            "max_length": "删除原因最多 %(limit_value)d 个字，现有 %(show_value)d 个；请写短一些。",
        },
    )


class RowFilter(FilterForm):
    """The filter row of a record's list. `days` maps a column to the fields of its two days."""

    days: ClassVar[dict[str, tuple[str, str]]] = {}

    def wanted(self) -> dict[str, Any]:
        """The conditions that were filled in, by column; of a pair of days one may be None."""
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        for name, (first, last) in self.days.items():
            days = wanted.pop(first, None), wanted.pop(last, None)
            if any(days):
                wanted[name] = days
        return wanted


@cache
def filter_of(binding: Binding) -> type[RowFilter]:
    """The filter row that a binding asks for. Raises ValueError for a record without a list."""
    ranges, days = {}, {}
    fields: dict[str, forms.Field] = {}
    for pick in binding.listed.filters:
        if isinstance(pick, Days):
            ranges[pick.label] = days[pick.name] = (pick.first, pick.last)
            fields |= {pick.first: date_field("开始日期"), pick.last: date_field("结束日期")}
        else:
            name, alias = pick if isinstance(pick, Pick) else Pick(pick)
            fields[name] = _field(binding.record.column(name), alias)
    return type("RecordFilter", (RowFilter,), {**fields, "ranges": ranges, "days": days})


def _field(column: Column, alias: str) -> forms.Field:
    if column.name == CODE:
        return text_field(column, alias, TraceCodeField)
    match column.kind.type:
        case "date" | "moment":
            return date_field(column.label)
        case "choice":
            return choice_field(column)
        case _:
            return text_field(column, alias)
