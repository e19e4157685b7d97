"""Static files as they are built and served."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # has no types
    """Keeps the list of its files beside their folder: everything in the folder is served."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        beside = FileSystemStorage(location=settings.PORTAL_DATA)
        super().__init__(*args, manifest_storage=beside, **kwargs)

    def save_manifest(self) -> None:
        """Write the list; an earlier version left one in the folder."""
        super().save_manifest()
        self.delete(self.manifest_name)
