"""Private files to the browser: after the caller has checked the right, never by a public URL."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse

from tracing.core.formats import FORMATS


def attachment(file: BinaryIO, name: str, kind: str = "") -> FileResponse:
    """Send an open file under a Chinese name, to be saved, not shown, not cached.

    Its kind is that of the name's ending, unless `kind` gives another content type.
    """
    kind = kind or FORMATS[Path(name).suffix.removeprefix(".")].content_type
    response = FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
