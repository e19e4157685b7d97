"""New columns with constants: no row is rewritten. Uploads from before store what passes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0014_uploads_know_what_became_of_their_rows")]

    operations = [
        migrations.AddField(
            "submission", "all_or_nothing", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "submission", "check_only", models.BooleanField(db_default=False, default=False)
        ),
    ]
