"""An upload while it still arrives: its limit is kept, and it lies on the disk of the others."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)

from tracing.uploads.workbook.limits import PAGE_LIMITS


class LimitedUpload(FileUploadHandler):
    """Drops files past the limit, so that a huge one, or a hundred, never fill the disk.

    The limit is the whole request's, which carries one file. A request that passes it has
    `upload_too_large = True` and lacks the file that did; the form says so.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on to the handler that stores it."""
        self.received += len(raw_data)
        if self.received > PAGE_LIMITS.max_bytes:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Store nothing here."""


def arriving() -> Path:
    """Where files lie while they arrive; what a killed process leaves there is swept."""
    return Path(settings.PORTAL_FILES) / "arriving"


class ArrivingFile(TemporaryUploadedFile):
    """A file that arrives. Its folder is made when it is needed."""

    def __init__(self, name: str, content_type: str, size: int, charset: str | None) -> None:
        arriving().mkdir(parents=True, mode=0o700, exist_ok=True)
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=arriving())  # noqa: SIM115
        UploadedFile.__init__(self, file, name, content_type, size, charset)


class ArrivingUpload(TemporaryFileUploadHandler):
    """Takes files in that are too large for memory."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a part; where there is no room for it, give back what was taken."""
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self.file.close()
            raise

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = ArrivingFile(self.file_name or "", self.content_type or "", 0, self.charset)
