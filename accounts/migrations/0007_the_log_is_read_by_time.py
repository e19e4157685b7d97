"""The log of a unit is listed by time. Both steps leave writers alone, however long the log is."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0006_stand_ins_are_members")]

    operations = [
        AddIndexConcurrently(
            "operationlog", models.Index(fields=["unit", "-at", "-id"], name="log_by_time")
        ),
        RemoveIndexConcurrently("operationlog", "log_of_unit"),
    ]
