"""资料下载 of the demo: the blank templates of all records, in one file."""

from __future__ import annotations

import zipfile
from io import BytesIO

from accounts.messages.actions_documents import keep_document
from accounts.messages.models import Document
from tracing.records import RECORDS
from tracing.uploads.workbook.template import template

TITLE = "药耗信息导入模板合集"


def seed() -> None:
    """Offer the document if it was never there; what staff changed stays as they left it."""
    if not Document.objects.exists():
        keep_document(Document(title=TITLE), name=f"{TITLE}.zip", content=_all_templates())


def _all_templates() -> bytes:
    """Every blank template under its record's title."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for record in RECORDS.values():
            target.writestr(f"{record.title}上传.xlsx", template(record).getvalue())
    return packed.getvalue()
