"""The blank workbook of a record, and the parts of it that the error workbook shares.

Columns of codes and texts are text from top to bottom, as a style of the column: Excel would
otherwise keep fifteen digits of a code and drop the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from portal.lib.sheets import TEXT_FORMAT
from tracing.records.base import Column, ColumnKind, Record
from tracing.uploads.workbook import layout
from tracing.uploads.workbook.formats import TAKEN
from tracing.uploads.workbook.limits import PAGE_LIMITS

# The last row of the longest upload, below the headings. Some readers work through every cell that
# a rule is for: one for the whole column keeps them for minutes.
LAST_ROW = PAGE_LIMITS.max_rows + 1
COMMENT_SIZE = (320, 110)
HEADING_FONT = Font(bold=True)
HEADING_FILL = PatternFill("solid", fgColor="FFDCE9F7")
REQUIRED_FILL = PatternFill("solid", fgColor="FFFCE8C8")
WRAPPED = Alignment(vertical="center", wrap_text=True)
NARROWEST, WIDEST = 12, 36

FORMATS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss", "number": "General"}

NOTES_HEADINGS = ("列名", "是否必填", "格式", "填写说明", "可选值", "示例")
NOTES_WIDTHS = (28, 10, 32, 60, 30, 28)
GENERAL_NOTES = (
    "1. 请在第一个工作表中填写，一行一条，从第 2 行开始；带 * 的列必填，列的顺序可以调整。",
    "2. 编码、批号、代码各列已设为文本格式，请勿改为数字：数字只留前 15 位，丢掉的无法还原。",
    "3. 从别处复制时请“选择性粘贴－数值”，以免改变单元格格式；不要合并单元格，不要填写公式。",
    f"4. 文件为 {TAKEN}，每次 1 个；编码较长时不要用 Excel 打开 .csv 再保存。",
)
EXAMPLE_TITLE = "示例行"


def template(record: Record) -> BytesIO:
    """The blank workbook of a record, ready to be read from its start."""
    book = Workbook(write_only=True)
    dress(book.create_sheet(record.title), record)
    add_notes(book, record)
    add_portal_sheet(book, record)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def heading(column: Column) -> str:
    """What stands over a column: its label, marked where it is required."""
    return f"{column.label}{layout.REQUIRED_MARK}" if column.required else column.label


def dress(sheet: Any, record: Record, more: Sequence[str] = ()) -> None:
    """Give a write-only sheet its column formats, validations and row of headings.

    `more` are headings of columns behind the record's own. Nothing may have been appended before.
    """
    sheet.freeze_panes = "A2"
    headings = []
    for number, column in enumerate(record.columns, start=1):
        letter = get_column_letter(number)
        dimension = sheet.column_dimensions[letter]
        dimension.number_format = FORMATS.get(column.kind.type, TEXT_FORMAT)
        dimension.width = width(column)
        validation = _validation(column)
        if validation is not None:
            validation.add(f"{letter}2:{letter}{LAST_ROW}")
            sheet.data_validations.append(validation)
        headings.append(_heading_cell(sheet, heading(column), column))
    for number, title in enumerate(more, start=len(record.columns) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDEST
        headings.append(_heading_cell(sheet, title))
    sheet.append(headings)


def add_notes(book: Workbook, record: Record) -> None:
    """Add the sheet 填写说明: what each column means, its values, and a row as an example."""
    sheet = book.create_sheet(layout.NOTES_SHEET)
    widths = [*NOTES_WIDTHS, *(WIDEST for _ in record.columns[len(NOTES_WIDTHS) :])]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for line in (f"{record.title}填写说明", *GENERAL_NOTES):
        sheet.append([line])
    sheet.append([])
    _append(sheet, NOTES_HEADINGS, bold=True)
    for column in record.columns:
        _append(sheet, _note_row(record, column))
    sheet.append([])
    sheet.append([EXAMPLE_TITLE])
    _append(sheet, [heading(column) for column in record.columns], bold=True)
    _append(sheet, [column.example for column in record.columns])


def add_portal_sheet(book: Workbook, record: Record, submission_id: str = "") -> None:
    """Add the very hidden sheet that says which record, layout and submission this is."""
    sheet = book.create_sheet(layout.PORTAL_SHEET)
    sheet.sheet_state = "veryHidden"
    pairs = {
        layout.PORTAL_RECORD: record.code,
        layout.PORTAL_VERSION: layout.LAYOUT_VERSION,
        layout.PORTAL_SUBMISSION: submission_id,
    }
    for key, value in pairs.items():
        if value:
            _append(sheet, (key, value))


def format_words(kind: ColumnKind) -> str:
    """What may stand in a column of a kind, in Chinese."""
    match kind.type:
        case "date":
            return "日期，可带时间"
        case "moment":
            return "日期和时间"
        case "choice":
            return "选项，从下拉框选择或填代码"
        case "uscc":
            return f"代码（文本格式），{kind.length} 位"
        case "code":
            return f"编码（文本格式），最多 {kind.length} 个字符"
        case "number":
            whole = (kind.precision or 0) - (kind.scale or 0)
            places = f"，最多 {kind.scale} 位小数" if kind.scale else ""
            return f"数字，整数部分最多 {whole} 位{places}" if places else f"整数，最多 {whole} 位"
        case _:
            return f"文本，最多 {kind.length} 个字符"


def value_words(kind: ColumnKind) -> str:
    """The values of a choice as word and code; empty for other kinds."""
    return "、".join(f"{word}（{code}）" for code, word in kind.values)


def required_words(record: Record, column: Column) -> str:
    """Whether a column must be filled: in every row, in some, or in none."""
    if column.required_when is not None:
        name, value = column.required_when
        return f"{record.column(name).kind.show(value)}必填"
    return "必填" if column.required else "选填"


def _note_row(record: Record, column: Column) -> list[str]:
    return [
        column.label,
        required_words(record, column),
        format_words(column.kind),
        column.note,
        value_words(column.kind),
        column.example,
    ]


def _validation(column: Column) -> DataValidation | None:
    """What Excel itself may check while a person types; the portal checks all of it again."""
    kind = column.kind
    if kind.values:
        words = ",".join(word for _, word in kind.values)
        rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
        # Codes are accepted as well as words, so that another entry is only asked about.
        rule.errorStyle = "warning"
        rule.error = f"应为：{value_words(kind)}"
    elif kind.length:
        rule = DataValidation(
            type="textLength", operator="lessThanOrEqual", formula1=str(kind.length)
        )
        rule.error = f"最多 {kind.length} 个字符"
    else:
        return None
    rule.errorTitle = column.label
    rule.showErrorMessage = True
    return rule


def _heading_cell(sheet: Any, text: str, column: Column | None = None) -> Cell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = HEADING_FONT
    cell.alignment = WRAPPED
    # Headings are text also in a column of dates, so that no reader takes them for a number.
    cell.number_format = TEXT_FORMAT
    cell.fill = REQUIRED_FILL if column is not None and column.required else HEADING_FILL
    if column is not None:
        width, height = COMMENT_SIZE
        lines = f"{format_words(column.kind)}\n{column.note}\n示例：{column.example}"
        cell.comment = Comment(lines, layout.NOTES_SHEET, width=width, height=height)
    return cell


def _append(sheet: Any, texts: Iterable[str], *, bold: bool = False) -> None:
    """Append a row of texts that stay texts, whatever they look like."""
    cells = []
    for text in texts:
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        cell.number_format = TEXT_FORMAT
        cell.alignment = WRAPPED
        if bold:
            cell.font = HEADING_FONT
        cells.append(cell)
    sheet.append(cells)


def width(column: Column) -> float:
    """Wide enough for the heading and the example; a hanzi takes two places."""
    longest = max(
        sum(1 if c.isascii() else 2 for c in text) for text in (heading(column), column.example)
    )
    return float(min(max(longest + 2, NARROWEST), WIDEST))
