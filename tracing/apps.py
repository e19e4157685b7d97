"""The tracing app."""

from django.apps import AppConfig
from django.core import checks


class TracingConfig(AppConfig):
    """Rows, uploads, traces and exports."""

    name = "tracing"
    verbose_name = "追溯信息"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks; they need the models, which exist only now."""
        from tracing.checks import columns_have_fields, levels_are_known

        checks.register(columns_have_fields, checks.Tags.models)
        checks.register(levels_are_known)
