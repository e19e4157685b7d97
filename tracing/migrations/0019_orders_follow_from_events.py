"""Orders, made from the events that are there, and what units want to be reminded of no more.

Events that the version before stores while this runs have no order yet: `manage.py recount`.
"""

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
import tracing.models.fields
from django.db import migrations, models


MAKE_OF_WHAT_IS_THERE = [
    """CREATE TEMP TABLE made_order ON COMMIT DROP AS
       SELECT e.unit_id, e.kind, e.document, coalesce(e.partner, '') AS partner,
              coalesce(e.details ->> 'trac_codg_sn', e.details ->> 'manu_lotnum', '')
                  COLLATE "C" AS batch,
              min(e.partner_name) AS partner_name,
              min(e.sender_name) AS sender_name, min(e.sender_uscc) AS sender_uscc,
              min(e.receiver_name) AS receiver_name, min(e.receiver_uscc) AS receiver_uscc,
              min(e.number) AS number_first, max(e.number) AS number_last,
              min(e.status) AS status_first, max(e.status) AS status_last,
              min(e.happened_at) AS first_at, max(e.happened_at) AS last_at, count(*) AS codes
       FROM (SELECT e.*,
                    CASE WHEN e.receiver_uscc IS DISTINCT FROM u.uscc
                         THEN e.receiver_uscc ELSE e.sender_uscc END AS partner,
                    CASE WHEN e.receiver_uscc IS DISTINCT FROM u.uscc
                         THEN e.receiver_name ELSE e.sender_name END AS partner_name,
                    CASE WHEN e.kind IN ('shipment', 'circulation-out')
                         THEN e.details ->> 'shpp_sin_no'
                         ELSE e.details ->> 'shp_sin_no' END COLLATE "C" AS number
             FROM tracing_traceevent e JOIN accounts_unit u ON u.id = e.unit_id
             WHERE e.voided_at IS NULL
               AND e.kind IN ('shipment', 'circulation-out', 'circulation-in', 'receipt')) e
       GROUP BY 1, 2, 3, 4, 5""",
    """INSERT INTO tracing_orderbatch (unit_id, kind, document, partner, batch, codes)
       SELECT unit_id, kind, document, partner, batch, codes FROM made_order""",
    """INSERT INTO tracing_order
           (unit_id, kind, document, partner, partner_name, sender_name, sender_uscc,
            receiver_name, receiver_uscc, number_first, status_first, first_at,
            number_last, status_last, last_at, codes)
       SELECT unit_id, kind, document, partner, min(partner_name), min(sender_name),
              min(sender_uscc), min(receiver_name), min(receiver_uscc), min(number_first),
              min(status_first), min(first_at), max(number_last), max(status_last),
              max(last_at), sum(codes)
       FROM made_order GROUP BY 1, 2, 3, 4""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_codes_of_a_unit"),
        ("tracing", "0018_uploads_know_what_confirming_would_do"),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id",
                        "kind",
                        "document",
                        "partner",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("shipment", "发货"),
                            ("circulation-out", "出库"),
                            ("circulation-in", "入库"),
                            ("receipt", "收货"),
                        ],
                        max_length=16,
                    ),
                ),
                ("document", tracing.models.fields.CodeField(db_collation="C", max_length=50)),
                (
                    "partner",
                    tracing.models.fields.CodeField(db_collation="C", default="", max_length=18),
                ),
                ("partner_name", models.CharField(max_length=200, null=True)),
                ("sender_name", models.CharField(max_length=200, null=True)),
                (
                    "sender_uscc",
                    tracing.models.fields.CodeField(db_collation="C", max_length=18, null=True),
                ),
                ("receiver_name", models.CharField(max_length=200, null=True)),
                (
                    "receiver_uscc",
                    tracing.models.fields.CodeField(db_collation="C", max_length=18, null=True),
                ),
                (
                    "number_first",
                    tracing.models.fields.CodeField(db_collation="C", max_length=50, null=True),
                ),
                (
                    "number_last",
                    tracing.models.fields.CodeField(db_collation="C", max_length=50, null=True),
                ),
                ("status_first", models.CharField(max_length=3, null=True)),
                ("status_last", models.CharField(max_length=3, null=True)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("codes", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "订单信息",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="OrderBatch",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id",
                        "kind",
                        "document",
                        "partner",
                        "batch",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("shipment", "发货"),
                            ("circulation-out", "出库"),
                            ("circulation-in", "入库"),
                            ("receipt", "收货"),
                        ],
                        max_length=16,
                    ),
                ),
                ("document", tracing.models.fields.CodeField(db_collation="C", max_length=50)),
                (
                    "partner",
                    tracing.models.fields.CodeField(db_collation="C", default="", max_length=18),
                ),
                (
                    "batch",
                    tracing.models.fields.CodeField(db_collation="C", default="", max_length=50),
                ),
                ("codes", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "订单的批次",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agent",
                    ),
                ),
                ("record_code", models.CharField(max_length=40)),
                ("batch", tracing.models.fields.CodeField(db_collation="C", max_length=50)),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "不再提醒",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["unit", "-last_at", "kind", "document", "partner"], name="order_latest"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("codes__gt", 0)), name="order_codes"
            ),
        ),
        migrations.AddIndex(
            model_name="orderbatch",
            index=models.Index(fields=["unit", "batch", "kind"], name="orderbatch_batch"),
        ),
        migrations.AddConstraint(
            model_name="orderbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("codes__gt", 0)), name="orderbatch_codes"
            ),
        ),
        migrations.AddConstraint(
            model_name="silence",
            constraint=models.UniqueConstraint(
                fields=("unit", "batch", "record_code"), name="silence_once_for_each"
            ),
        ),
        migrations.RunSQL(MAKE_OF_WHAT_IS_THERE, reverse_sql=migrations.RunSQL.noop),
    ]
