"""Who uploaded anything for a unit is found by an index that is built beside the work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tracing", "0026_prefixes_are_known")]

    operations = [
        AddIndexConcurrently(
            "submission",
            models.Index(fields=["unit", "agent"], name="submission_of_agent"),
        ),
    ]
