"""A column without a value: an upload that waits from before gets its preview when it is looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0017_codes_say_what_is_of_their_goods")]

    operations = [
        migrations.AddField("submission", "preview", models.JSONField(null=True)),
    ]
