"""Files of the reference tables: what stands in their columns, and what is wrong with a row.

Only for tables of this size; codes and batches come by tracing's own imports.
"""

import re
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export import fields, resources, widgets
from tablib import Dataset

from accounts.core.origin import COMMAND, Origin
from accounts.messages.models import Document
from accounts.units.actions_regions import note_import
from accounts.units.models import Region
from portal.lib.sheets import guarded, unguarded

YES, NO = "是", "否"


class Text(widgets.CharWidget):  # type: ignore[misc]
    """A text; a number of a spreadsheet as it is shown there, without blanks around it."""

    def __init__(self, label: str, most: int, pattern: str = "", expected: str = "") -> None:
        super().__init__(allow_blank=True)
        self.label, self.most, self.pattern, self.expected = label, most, pattern, expected

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the text. Raises ValueError with what is wrong, as the page shows it."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = "" if value is None else unguarded(str(value).strip())
        if not text:
            raise ValueError(f"{self.label}为空；请填写。")
        if len(text) > self.most:
            raise ValueError(f"{self.label}有 {len(text)} 个字，最多 {self.most} 个；请缩短。")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise ValueError(f"{self.label}“{text}”不正确：应为{self.expected}；请修改。")
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """As it is; what a spreadsheet would take for a formula gets a leading apostrophe."""
        return guarded(str(value or ""))


class Whole(widgets.Widget):  # type: ignore[misc]
    """A whole number from 0 to 32767."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        """Return the number. Raises ValueError."""
        text = str(value).strip().removesuffix(".0")
        if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 32767:
            raise ValueError(f"次序“{value}”不正确：应为 0 至 32767 的整数；请修改。")
        return int(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> int:
        """As it is."""
        return int(value)


class YesOrNo(widgets.Widget):  # type: ignore[misc]
    """是 or 否."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        """Return the meaning. Raises ValueError."""
        text = str(value).strip()
        if text not in (YES, NO):
            raise ValueError(f"显示“{value}”不正确：应为“{YES}”或“{NO}”；请修改。")
        return text == YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """In words."""
        return YES if value else NO


class WholeValues(resources.Diff):  # type: ignore[misc]
    """What a preview shows of a row: the old value and the new one, where they differ.

    The package's own marks single letters by inline styles, which the content policy stops.
    """

    def as_html(self) -> list[SafeString]:
        """Return one cell for each field."""
        return [
            self._cell(str(old), str(new)) for old, new in zip(self.left, self.right, strict=True)
        ]

    def _cell(self, old: str, new: str) -> SafeString:
        if old == new and not self.new:
            return format_html("{}", new)
        if self.new or not old:
            return format_html("<ins>{}</ins>", new)
        return format_html("<del>{}</del> <ins>{}</ins>", old, new)


class ReferenceResource(resources.ModelResource):  # type: ignore[misc]
    """A reference table as a file: headings are checked first, and what came in is logged."""

    def __init__(self, origin: Origin = COMMAND, **options: Any) -> None:
        super().__init__(**options)
        self.origin = origin

    @classmethod
    def get_diff_class(cls) -> type[WholeValues]:
        """How a preview shows what changes."""
        return WholeValues

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Refuse a file that lacks a column. Raises ValueError."""
        headings = [str(heading or "").strip() for heading in dataset.headers or []]
        wanted = [field.column_name for field in self.get_import_fields() if not field.readonly]
        missing = [heading for heading in wanted if heading not in headings]
        if missing:
            raise ValueError(
                f"缺少列：{'、'.join(missing)}；第一行应为列名：{'、'.join(wanted)}。请补上后重新导入。"
            )
        dataset.headers = headings

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Find a row again by the text that it is kept under."""
        key = self._meta.import_id_fields[0]
        field = self.fields[key]
        row[field.column_name] = field.widget.clean(row.get(field.column_name))

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """Log what was stored; a preview stores nothing."""
        if kwargs.get("dry_run") or result.has_errors() or result.has_validation_errors():
            return
        note_import(
            str(self._meta.model._meta.verbose_name),
            added=result.totals["new"],
            changed=result.totals["update"],
            origin=self.origin,
        )


class RegionResource(ReferenceResource):
    """医保区划: added and renamed by its code."""

    code = fields.Field("code", "代码", widget=Text("代码", 6, r"[0-9]{6}", " 6 位数字"))
    name = fields.Field("name", "名称", widget=Text("名称", 100))

    class Meta:
        model = Region
        fields = ("code", "name")
        import_id_fields = ("code",)
        skip_unchanged = True
        report_skipped = True
        use_transactions = True


class DocumentResource(ReferenceResource):
    """资料下载: order and visibility by title; the files themselves are uploaded on the page."""

    title = fields.Field("title", "名称", widget=Text("名称", 100))
    file_name = fields.Field("file_name", "文件", readonly=True, widget=Text("文件", 200))
    position = fields.Field("position", "次序", widget=Whole())
    shown = fields.Field("shown", "显示", widget=YesOrNo())

    class Meta:
        model = Document
        fields = ("title", "file_name", "position", "shown")
        import_id_fields = ("title",)
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def before_save_instance(self, instance: Document, row: Any, **kwargs: Any) -> None:
        """Refuse a document whose file nobody uploaded. Raises ValueError."""
        if not instance.stored_name:
            raise ValueError(
                f"没有名称为“{instance.title}”的资料；新资料请在页面上连同文件一起添加，"
                "导入只能修改已有资料的次序和显示。"
            )
