"""Staging tables are a cache of the stored files: their writes need not survive a crash."""

from django.db import migrations

RECORDS = (
    "circulation",
    "domestic_drug_delivery",
    "domestic_drug_receipt",
    "domestic_drug_retail",
    "domestic_drug_shipment",
)


class Migration(migrations.Migration):
    dependencies = [("tracing", "0006_events_arrive_as_records")]

    operations = [
        migrations.RunSQL(
            sql=f"ALTER TABLE tracing_staged_{record} SET UNLOGGED",
            reverse_sql=f"ALTER TABLE tracing_staged_{record} SET LOGGED",
        )
        for record in RECORDS
    ]
