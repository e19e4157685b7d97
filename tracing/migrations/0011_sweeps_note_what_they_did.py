"""New columns without a value: no row is rewritten, so the tables may be long."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0010_codes_change_owners")]

    operations = [
        migrations.AddField("export", "nudged_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "submission", "nudged_at", models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddField("round", "file_removed_at", models.DateTimeField(null=True)),
    ]
