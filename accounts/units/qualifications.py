"""The papers of a unit as files: what may be uploaded, and where it lies.

What a file is, its first bytes say; its name is believed in nothing.
"""

from pathlib import Path, PurePath
from typing import NamedTuple

from django.conf import settings

from accounts.core.columns import length_of
from accounts.units.models import Qualification

MAX_BYTES = 5 * 1024 * 1024
NAME_LENGTH = length_of(Qualification, "file_name")


class Form(NamedTuple):
    """A form a paper may have: how its bytes begin, and what they hold near or at their end."""

    content_type: str
    ending: str
    begins: bytes
    holds_last: bytes


FORMS: tuple[Form, ...] = (
    Form("application/pdf", ".pdf", b"%PDF-", b"%%EOF"),
    Form("image/jpeg", ".jpg", b"\xff\xd8\xff", b"\xff\xd9"),
    Form("image/png", ".png", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
)
# The names that browsers offer in their file dialog.
ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")
FORM_WORDS = "PDF、JPG 或 PNG"
LIMIT_WORDS = f"{MAX_BYTES // 1024 // 1024}M"


def form_of(content: bytes) -> Form | None:
    """Return the form of these bytes; None for anything else."""
    return next((form for form in FORMS if content.startswith(form.begins)), None)


def is_whole(content: bytes, form: Form) -> bool:
    """Say whether the end of the file has arrived. Scanners and cameras add bytes after it."""
    return content.rfind(form.holds_last) > 0


def shown_name(name: str) -> str:
    """Return a file name as it can be kept: no folders, and marks for what cannot be printed."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(c if c.isprintable() else "\ufffd" for c in last)[-NAME_LENGTH:]


def path_of(paper: Qualification) -> Path:
    """Return where the paper's file lies."""
    return Path(settings.PORTAL_FILES) / "qualifications" / paper.stored_name


def download_name(paper: Qualification) -> str:
    """Return the name to save the file under, with the ending that its content has."""
    endings = {form.content_type: form.ending for form in FORMS}
    return PurePath(paper.file_name).stem + endings[paper.content_type]
