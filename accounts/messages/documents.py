"""The files of 资料下载: what staff may offer, and where it lies.

What a file is, its first bytes say; its ending must agree, because people open it by that.
"""

from pathlib import Path, PurePath
from typing import NamedTuple

from django.conf import settings

from accounts.messages.models import Document

# No form of the portal takes more.
MAX_BYTES = 10 * 1024 * 1024
LIMIT_WORDS = f"{MAX_BYTES // 1024 // 1024}M"


class Form(NamedTuple):
    """A form of file: the endings of its name, and how its bytes begin."""

    endings: tuple[str, ...]
    content_type: str
    begins: tuple[bytes, ...]


OLE2, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
FORMS: tuple[Form, ...] = (
    Form((".pdf",), "application/pdf", (b"%PDF-",)),
    Form((".docx",), f"{_OFFICE}wordprocessingml.document", (ZIP,)),
    Form((".xlsx",), f"{_OFFICE}spreadsheetml.sheet", (ZIP,)),
    Form((".pptx",), f"{_OFFICE}presentationml.presentation", (ZIP,)),
    Form((".zip",), "application/zip", (ZIP,)),
    Form((".doc",), "application/msword", (OLE2,)),
    Form((".xls",), "application/vnd.ms-excel", (OLE2,)),
    Form((".ppt",), "application/vnd.ms-powerpoint", (OLE2,)),
    Form((".jpg", ".jpeg"), "image/jpeg", (b"\xff\xd8\xff",)),
    Form((".png",), "image/png", (b"\x89PNG\r\n\x1a\n",)),
)
ENDINGS = tuple(ending for form in FORMS for ending in form.endings)
FORM_WORDS = "PDF、Word、Excel、PowerPoint、ZIP、JPG 或 PNG"


def form_by_name(name: str) -> Form | None:
    """Return the form that a file's name claims; None for any other."""
    ending = PurePath(name).suffix.lower()
    return next((form for form in FORMS if ending in form.endings), None)


def folder() -> Path:
    """Return where the files lie."""
    return Path(settings.PORTAL_FILES) / "documents"


def path_of(document: Document) -> Path:
    """Return where a document's file lies."""
    return folder() / document.stored_name
