"""A new column, empty: no row is rewritten. Of uploads from before it is counted when asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0023_uploads_have_terms")]

    operations = [
        migrations.AddField("submission", "causes", models.JSONField(null=True)),
    ]
