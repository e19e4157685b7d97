"""Reference tables: regions and the documents of 资料下载, kept one by one or by a file."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from accounts.core.models import Account
from accounts.core.origin import origin_of
from accounts.staff.admin_base import ActingAdmin
from accounts.staff.forms_reference_files import ReferenceConfirmForm, ReferenceImportForm
from accounts.staff.reference_formats import FORMATS, KeptFile, Unreadable

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
        return {"origin": origin_of(request, cast(Account, request.user))}

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
