"""Reference tables: regions and the documents of 资料下载, kept one by one or by a file."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from accounts import actions
from accounts.actions.documents import judged
from accounts.admin.base import ActingAdmin
from accounts.documents import FORM_WORDS, LIMIT_WORDS
from accounts.forms.reference_files import ReferenceConfirmForm, ReferenceImportForm
from accounts.forms.reference_formats import FORMATS, KeptFile, Unreadable
from accounts.models import Account, Document, Region
from accounts.origin import Origin, origin_of
from accounts.refusals import Refused
from accounts.staff.acts import Act, SureForm
from accounts.staff.resources import DocumentResource, RegionResource

DAMAGED = (
    "文件无法读取：应为所选格式的完好文件；请在表格软件中重新另存为 .xlsx 或 .csv，"
    "并选择相应格式后重新导入。"
)
NOT_WAITING = (
    "没有等待确认的文件：此文件可能已经导入，或上传已超过一天；"
    "请先在列表中核对，需要时重新选择文件。"
)


class ReferenceAdmin(ImportExportMixin, ActingAdmin):  # type: ignore[misc]
    """A reference table: acts, and import and export of the whole list."""

    import_form_class = ReferenceImportForm
    confirm_form_class = ReferenceConfirmForm
    export_form_class = ExportForm
    formats: ClassVar = FORMATS
    import_error_display = ("message",)
    tmp_storage_class = KeptFile
    skip_admin_log = True
    skip_import_confirm = False

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A file adds and changes rows."""
        model = self.opts.model_name
        wanted = [f"accounts.add_{model}", f"accounts.change_{model}"]
        return bool(request.user.has_perms(wanted))

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may see the rows."""
        return self.has_view_permission(request)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Who imports, for the log."""
        return {"by": request.user, "origin": origin_of(request)}

    def add_data_read_fail_error_to_form(self, form: forms.Form, error: Exception) -> None:
        """Say what is wrong with the file; what an unreadable one brings about is no words."""
        form.add_error("import_file", str(error) if isinstance(error, Unreadable) else DAMAGED)

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """确认导入: store what was previewed, once; else lead back with the reason."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.create_confirm_form(request)
        if form.is_valid() and KeptFile.take(
            form.cleaned_data["import_file_name"],
            FORMATS[form.cleaned_data["format"]]().get_read_mode(),
        ):
            answer: HttpResponse = super().process_import(request, **kwargs)
            return answer
        messages.error(request, NOT_WAITING)
        return redirect(reverse(f"admin:accounts_{self.opts.model_name}_import"))


class RegionForm(forms.Form):
    """A region."""

    code = forms.RegexField(
        r"^[0-9]{6}$",
        label="代码",
        max_length=6,
        error_messages={
            "required": "请填写 6 位数字的区划代码。",
            "invalid": "代码应为 6 位数字；请修改。",
            "max_length": "代码应为 6 位数字；请修改。",
        },
    )
    name = forms.CharField(
        label="名称",
        max_length=100,
        error_messages={
            "required": "请填写名称。",
            "max_length": "名称有 %(show_value)d 个字，最多 %(limit_value)d 个；请缩短。",
        },
    )


class NewRegionForm(RegionForm):
    """A region that is not there yet."""

    def clean_code(self) -> str:
        """Refuse a code that is there."""
        code: str = self.cleaned_data["code"]
        if Region.objects.filter(code=code).exists():
            raise forms.ValidationError(f"代码 {code} 已存在；请在列表中打开后修改名称。")
        return code


class KnownRegionForm(RegionForm):
    """A region that keeps its code."""

    code = None  # type: ignore[assignment]


def _add_region(row: Any, asked: dict[str, Any], by: Account, origin: Origin) -> str:
    region = actions.save_region(asked["code"], asked["name"], by=by, origin=origin)
    return f"已添加 {region}。"


def _rename(region: Region, asked: dict[str, Any], by: Account, origin: Origin) -> str:
    region = actions.save_region(region.code, asked["name"], by=by, origin=origin)
    return f"已保存 {region}。"


def _remove_region(region: Region, asked: dict[str, Any], by: Account, origin: Origin) -> str:
    actions.remove_region(region, by=by, origin=origin)
    return f"已删除 {region.name}。"


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    """医保区划."""

    resource_classes: ClassVar = [RegionResource]
    list_display = ("code", "name")
    search_fields = ("code", "name")
    fields: ClassVar = ("code", "name")
    adding = Act("add", "添加医保区划", "accounts.add_region", _add_region, form=NewRegionForm)
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "rename",
            "修改名称",
            "accounts.change_region",
            _rename,
            form=KnownRegionForm,
            initial=lambda region: {"name": region.name},
        ),
        Act(
            "remove",
            "删除",
            "accounts.delete_region",
            _remove_region,
            form=SureForm,
            note="已登记此区划的单位保留原有代码。",
        ),
    )


class DocumentForm(forms.Form):
    """A document; its file may stay as it is."""

    title = forms.CharField(
        label="名称",
        max_length=100,
        error_messages={
            "required": "请填写名称。",
            "max_length": "名称有 %(show_value)d 个字，最多 %(limit_value)d 个；请缩短。",
        },
    )
    file = forms.FileField(
        label="文件",
        required=False,
        help_text=f"{FORM_WORDS}，最大 {LIMIT_WORDS}；不选择则保留原文件。",
        error_messages={"required": "请选择文件。", "empty": "所选文件是空的；请重新选择。"},
    )
    position = forms.IntegerField(
        label="次序",
        min_value=0,
        max_value=32767,
        initial=0,
        help_text="数字小的排在前面。",
        error_messages={"required": "请填写次序。", "invalid": "次序应为整数；请修改。"},
    )
    shown = forms.BooleanField(label="显示", required=False, initial=True)

    def clean_file(self) -> Any:
        """Look into the file."""
        file = self.cleaned_data["file"]
        if file:
            try:
                judged(file.name, file.read())
            except Refused as refused:
                raise forms.ValidationError(str(refused)) from refused
            file.seek(0)
        return file


class NewDocumentForm(DocumentForm):
    """A document that is not there yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = True
        self.fields["file"].help_text = f"{FORM_WORDS}，最大 {LIMIT_WORDS}。"


def _keep(row: Document | None, asked: dict[str, Any], by: Account, origin: Origin) -> str:
    document = row or Document()
    document.title = asked["title"]
    document.position, document.shown = asked["position"], asked["shown"]
    file = asked["file"]
    actions.keep_document(
        document,
        name=file.name if file else "",
        content=file.read() if file else None,
        by=by,
        origin=origin,
    )
    return f"已保存“{document.title}”。"


def _remove_document(row: Document, asked: dict[str, Any], by: Account, origin: Origin) -> str:
    title = row.title
    actions.remove_document(row, by=by, origin=origin)
    return f"已删除“{title}”。"


@admin.register(Document)
class DocumentAdmin(ReferenceAdmin):
    """资料下载."""

    resource_classes: ClassVar = [DocumentResource]
    list_display = ("title", "file_name", "position", "shown")
    search_fields = ("title", "file_name")
    fields: ClassVar = ("title", "file_name", "position", "shown")
    adding = Act("add", "添加资料", "accounts.add_document", _keep, form=NewDocumentForm)
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "edit",
            "修改",
            "accounts.change_document",
            _keep,
            form=DocumentForm,
            initial=lambda row: {
                "title": row.title,
                "position": row.position,
                "shown": row.shown,
            },
        ),
        Act(
            "remove",
            "删除",
            "accounts.delete_document",
            _remove_document,
            form=SureForm,
            note="文件一并删除，不能恢复；只想暂时不显示时，请改为修改“显示”。",
        ),
    )
