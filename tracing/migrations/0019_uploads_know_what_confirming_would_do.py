"""A column without a value: an upload that waits from before gets its preview when it is looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0015_imported_drugs_are_records")]

    operations = [
        migrations.AddField("submission", "preview", models.JSONField(null=True)),
    ]
