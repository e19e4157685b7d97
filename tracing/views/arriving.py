"""The limit of an upload, kept while its file still arrives."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from tracing.ingest.read import PAGE_LIMITS


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
