"""Longer `varchar` columns: PostgreSQL only changes its catalogue, no row is rewritten."""

from django.db import migrations, models

LENGTH = 256


def _widened(model: str, name: str, label: str) -> migrations.AlterField:
    return migrations.AlterField(
        model, name, models.CharField(max_length=LENGTH, verbose_name=label)
    )


class Migration(migrations.Migration):
    dependencies = [("tracing", "0011_sweeps_note_what_they_did")]

    operations = [
        _widened(model, name, label)
        for model in ("drugbatch", "stageddomesticdruginfo")
        for name, label in (("spec", "制剂规格"), ("pacspec", "包装规格"))
    ]
