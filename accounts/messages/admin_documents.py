"""资料下载, the staff's side: documents kept one by one or by a file."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from accounts.core.forms import written_field
from accounts.core.origin import Origin
from accounts.messages.actions_documents import judged, keep_document, remove_document
from accounts.messages.documents import FORM_WORDS, LIMIT_WORDS
from accounts.messages.models import Document
from accounts.staff.acts import Act, SureForm
from accounts.staff.admin_references import ReferenceAdmin
from accounts.staff.reference_resources import DocumentResource
from portal.lib.refused import Refused


class DocumentForm(forms.Form):
    """A document; its file may stay as it is."""

    title = written_field("名称", 100)
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


def _keep(row: Document | None, asked: dict[str, Any], origin: Origin) -> str:
    document = row or Document()
    document.title = asked["title"]
    document.position, document.shown = asked["position"], asked["shown"]
    file = asked["file"]
    keep_document(
        document,
        name=file.name if file else "",
        content=file.read() if file else None,
        origin=origin,
    )
    return f"已保存“{document.title}”。"


def _remove_document(row: Document, asked: dict[str, Any], origin: Origin) -> str:
    title = row.title
    remove_document(row, origin=origin)
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
