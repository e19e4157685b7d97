"""Rows are found by the upload that wrote them, and waiting undos in the queue: indexes that are
built beside the work."""

import django.db.models.fields.json
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


def of_upload(name: str) -> models.Index:
    """Finds the rows that an upload wrote."""
    return models.Index(fields=["submission_id"], name=name)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tracing", "0021_uploads_can_be_undone")]

    operations = [
        AddIndexConcurrently("tracecode", of_upload("tracecode_upload")),
        AddIndexConcurrently("traceevent", of_upload("traceevent_upload")),
        AddIndexConcurrently(
            "rowhistory",
            models.Index(
                django.db.models.fields.json.KeyTextTransform("submission_id", "before"),
                name="rowhistory_writer",
            ),
        ),
        AddIndexConcurrently(
            "submission",
            models.Index(fields=["unit", "-received_at"], name="submission_of_unit"),
        ),
        AddIndexConcurrently(
            "submission",
            models.Index(
                fields=["queued_at"],
                name="submission_queue",
                condition=Q(state__in=["received", "checking", "storing", "undoing"]),
            ),
        ),
        RemoveIndexConcurrently("submission", "submission_running"),
    ]
