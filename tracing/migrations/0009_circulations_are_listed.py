"""Circulations are listed by an index of their own, built while writers go on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0001_accounts_and_units"),
        ("tracing", "0008_codes_are_counted"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="traceevent",
            index=models.Index(
                condition=models.Q(
                    ("kind__in", ["circulation-in", "circulation-out"]), ("voided_at__isnull", True)
                ),
                fields=["unit", "-happened_at", "code", "kind", "document"],
                name="traceevent_circulated",
            ),
        ),
    ]
