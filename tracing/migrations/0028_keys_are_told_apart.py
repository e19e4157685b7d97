"""Longer `varchar` columns: PostgreSQL only changes its catalogue, no row is rewritten.

Keys of several parts are kept as JSON from here on. What was kept before is read as it is, so that
nothing is rewritten, and the version before may go on storing.
"""

from django.db import migrations

import tracing.models.fields


def _widened(model: str) -> migrations.AlterField:
    return migrations.AlterField(
        model, "key", tracing.models.fields.CodeField(db_collation="C", max_length=900)
    )


class Migration(migrations.Migration):
    dependencies = [("tracing", "0027_uploaders_of_a_unit_are_found")]

    operations = [_widened("rowhistory"), _widened("repeatedrow")]
