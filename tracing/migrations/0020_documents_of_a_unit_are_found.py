"""The codes of a document are found by an index of their own, built while writers go on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tracing", "0019_orders_follow_from_events")]

    operations = [
        AddIndexConcurrently(
            model_name="traceevent",
            index=models.Index(
                fields=["unit", "document", "kind", "code"],
                include=["voided_at"],
                name="traceevent_document",
            ),
        ),
    ]
