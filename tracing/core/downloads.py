"""Private files to the browser: after the caller has checked the right, never by a public URL."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
}


def attachment(file: BinaryIO, name: str) -> FileResponse:
    """Send an open file under a Chinese name, to be saved, not shown, not cached."""
    response = FileResponse(
        file, as_attachment=True, filename=name, content_type=TYPES[Path(name).suffix]
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
