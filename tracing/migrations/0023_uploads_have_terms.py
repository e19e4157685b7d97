"""New columns with constants: no row is rewritten. Uploads from before store what passes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0022_undone_uploads_are_found")]

    operations = [
        migrations.AddField(
            "submission", "all_or_nothing", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "submission", "check_only", models.BooleanField(db_default=False, default=False)
        ),
    ]
