"""资料下载 of the demo: the blank templates of all records, in one file."""

from __future__ import annotations

import zipfile
from io import BytesIO

from accounts import actions
from accounts.models import Document
from tracing.ingest.template import template
from tracing.records import RECORDS

TITLE = "药耗信息导入模板合集"


def seed() -> None:
    """Offer the document if it was never there; what staff changed stays as they left it."""
    if not Document.objects.exists():
        actions.keep_document(Document(title=TITLE), name=f"{TITLE}.zip", content=_all_templates())


def _all_templates() -> bytes:
    """Every blank template under its record's title."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for record in RECORDS.values():
            target.writestr(f"{record.title}上传.xlsx", template(record).getvalue())
    return packed.getvalue()
