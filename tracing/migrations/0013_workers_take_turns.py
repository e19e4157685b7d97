"""When a worker last took its turn: columns without a value, and indexes built beside the work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tracing", "0012_specifications_are_longer")]

    operations = [
        migrations.AddField("export", "taken_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "submission", "taken_at", models.DateTimeField(editable=False, null=True)
        ),
        AddIndexConcurrently(
            "export",
            models.Index(
                fields=["queued_at"],
                name="export_running",
                condition=Q(state__in=["queued", "running"]),
            ),
        ),
        AddIndexConcurrently(
            "export",
            models.Index(
                fields=["unit", "-taken_at"],
                name="export_turns",
                condition=Q(taken_at__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            "submission",
            models.Index(
                fields=["unit", "-taken_at"],
                name="submission_turns",
                condition=Q(taken_at__isnull=False),
            ),
        ),
    ]
