"""The forms that take a file of a reference table, and confirm it."""

import re
import zlib
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import CharField, ChoiceField, HiddenInput, TypedChoiceField, ValidationError
from import_export.forms import ConfirmImportForm, ImportForm

from accounts.staff.reference_formats import CSV, FORMATS

MAX_BYTES = 1024 * 1024
# A workbook of 1 MiB may unpack to a thousand times that.
MAX_UNPACKED = 20 * 1024 * 1024
# All of it becomes objects, whatever rows are read of it. 10,000 rows of the widest table, four
# columns, have 260,000.
MOST_TAGS = 500_000
# Of those that are no rows, cells or texts: styles cost thirty times as much.
MOST_OTHERS = 20_000
_OF_ROWS = re.compile(rb"</|<(?:row|c|v|f|is|si|t)[ />]")
# As long as the name of a file can be.
NAME_LENGTH = 255
ENCODINGS = ("utf-8-sig", "gb18030")

TOO_LARGE = "文件超过 1M；请拆分后分次导入。"
TOO_MANY_TAGS = (
    "工作簿中的单元格和格式过多；请只留下列表所在的一张工作表，删除空的行列和多余的格式，"
    "或拆分后分次导入。"
)
NO_WORKBOOK = (
    "文件不是 .xlsx 工作簿；请在表格软件中另存为 .xlsx 或 .csv 后重新选择，并选择相应格式。"
)
NO_TEXT = "文件不是 UTF-8 或 GB18030 编码的文本；请在表格软件中另存为 .xlsx 后重新选择。"


def _carried() -> CharField:
    """What the preview carries along to its 确认; it was written by us."""
    return CharField(widget=HiddenInput, max_length=NAME_LENGTH)


class ReferenceImportForm(ImportForm):  # type: ignore[misc]  # the package has no types
    """Small files only, of the form that was chosen; a CSV is brought to UTF-8."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["import_file"].label = "文件"
        self.fields["import_file"].help_text = "第一行为列名；.xlsx 或 .csv，最大 1M。"
        self.fields["import_file"].error_messages["required"] = "请选择要导入的文件。"
        self.fields["format"].label = "格式"
        self.fields["format"].error_messages["required"] = "请选择文件格式。"

    def clean(self) -> dict[str, Any]:
        """Look into the file before anything reads it."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        file, chosen = values.get("import_file"), values.get("format")
        if file is None or chosen is None:
            return values
        try:
            if file.size > MAX_BYTES:
                raise ValidationError(TOO_LARGE)
            if FORMATS[int(chosen)] is CSV:
                values["import_file"] = _in_utf_8(file)
            else:
                _is_small_workbook(file)
        except ValidationError as error:
            self.add_error("import_file", error)
        return values


class ReferenceConfirmForm(ConfirmImportForm):  # type: ignore[misc]
    """确认导入: which previewed file, in one of our forms; there is one resource."""

    import_file_name = _carried()
    original_file_name = _carried()
    format = TypedChoiceField(
        choices=[(str(place), "") for place in range(len(FORMATS))],
        coerce=int,
        widget=HiddenInput(),
    )
    resource = ChoiceField(choices=[("0", "")], widget=HiddenInput(), required=False)


def _in_utf_8(file: Any) -> SimpleUploadedFile:
    content = file.read()
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return SimpleUploadedFile(file.name, text.encode(), "text/csv")
    raise ValidationError(NO_TEXT)


def _is_small_workbook(file: Any) -> None:
    try:
        with ZipFile(file) as package:
            _is_small(package)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        # Damaged, packed in a way of its own, or with a password.
        raise ValidationError(NO_WORKBOOK) from None
    finally:
        file.seek(0)


def _is_small(package: ZipFile) -> None:
    if "xl/workbook.xml" not in package.namelist():
        raise ValidationError(NO_WORKBOOK)
    if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
        raise ValidationError(TOO_LARGE)
    # A part with nothing in it but tags becomes a hundred times its size in memory.
    tags = others = 0
    for name in package.namelist():
        part = package.read(name)
        tags += part.count(b"<")
        if tags > MOST_TAGS:
            raise ValidationError(TOO_MANY_TAGS)
        others += part.count(b"<") - sum(1 for _ in _OF_ROWS.finditer(part))
    if others > MOST_OTHERS:
        raise ValidationError(TOO_MANY_TAGS)
