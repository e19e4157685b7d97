"""A model field whose text is encrypted in the database."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.lib.sealing import seal, unseal

# Django's class takes no parameter when it runs; its stubs want one.
if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class SealedField(TextField):
    """Text that the database holds sealed; it cannot be searched or sorted. Empty stays empty."""

    def from_db_value(
        self, value: str | None, expression: Any, connection: BaseDatabaseWrapper
    ) -> str | None:
        """Open what the database holds."""
        return unseal(value, settings.PORTAL_DATA_KEYS) if value else value

    def get_prep_value(self, value: Any) -> Any:
        """Seal what goes to the database."""
        text = super().get_prep_value(value)
        return seal(text, settings.PORTAL_DATA_KEYS) if text else text
