"""The tracing app."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import pre_migrate

from portal.lib.refused import load


class TracingConfig(AppConfig):
    """Rows, uploads, traces and exports."""

    name = "tracing"
    verbose_name = "追溯信息"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what needs the models, which exist only now: checks, words of the log, jobs."""
        # First of all, in the order of the files, which is that of docs/records.md.
        load(self.name)
        from accounts.keys import offers
        from accounts.rights import panels
        from accounts.rights.unfinished import declare, declare_running
        from tracing.api.documents.offered import documents
        from tracing.checks import (
            bindings_hold,
            codes_mean_one_thing,
            columns_have_fields,
            desks_have_lists,
            levels_are_known,
            shapes_add_up,
        )
        from tracing.log_names import declare_names
        from tracing.reminders.panels import panel_address, unit_panel_address
        from tracing.sandbox.schemas import remove_sandboxes
        from tracing.uploads.queries_unfinished import exports, running_uploads, uploads

        checks.register(columns_have_fields, checks.Tags.models)
        checks.register(bindings_hold)
        checks.register(shapes_add_up)
        checks.register(desks_have_lists)
        checks.register(levels_are_known)
        checks.register(codes_mean_one_thing)
        pre_migrate.connect(remove_sandboxes, sender=self, dispatch_uid="tracing.sandbox")
        declare_names()
        declare(uploads)
        declare(exports)
        declare_running(running_uploads)
        declare_running(exports)
        offers.declare(documents)
        panels.declare(panel_address)
        panels.declare_of_unit(unit_panel_address)
