"""The limit of one uploaded file, kept while the file still arrives."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from tracing.ingest.read import PAGE_LIMITS


class LimitedUpload(FileUploadHandler):
    """Drops a file that grows past the limit, so that a huge one never fills the disk.

    The request then has `upload_too_large = True` and no such file; the form says so.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **kwargs)
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
