"""New columns with constants: no row is rewritten. Of uploads stored before, nobody knows any more
what became of their rows, so their bytes are an upload like any other (`rests_on` is empty)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0013_workers_take_turns")]

    operations = [
        migrations.AddField(
            "submission", "lost_rows", models.PositiveIntegerField(db_default=0, default=0)
        ),
        migrations.AddField("submission", "rests_on", models.JSONField(null=True)),
    ]
