"""Staging tables are a cache of the stored files: their writes need not survive a crash."""

from django.db import migrations

TABLES = ("tracing_staged_domestic_drug_info", "tracing_staged_domestic_drug_codes")


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=f"ALTER TABLE {table} SET UNLOGGED",
            reverse_sql=f"ALTER TABLE {table} SET LOGGED",
        )
        for table in TABLES
    ]
