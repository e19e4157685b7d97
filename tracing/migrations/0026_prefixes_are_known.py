"""What prefixes of codes stand for, by unit: a few rows for each product, learned from here on."""

import django.db.models.deletion
import django.db.models.manager
import tracing.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracing", "0025_recognition_rules_are_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="CodePrefix",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id",
                        "prefix",
                        "level",
                        "prod_code",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("prefix", tracing.models.fields.CodeField(db_collation="C", max_length=7)),
                ("level", models.PositiveSmallIntegerField()),
                (
                    "prod_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=14, verbose_name="商品码"
                    ),
                ),
                ("code", tracing.models.fields.CodeField(db_collation="C", max_length=100)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "药品标识码",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", [1, 2, 3])), name="codeprefix_level"
                    )
                ],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
    ]
