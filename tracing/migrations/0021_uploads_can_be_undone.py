"""What an undo needs to know of uploads and of rows that two of them said: columns without a value,
and a table of its own; and a table of batches that are to be removed whole. What was stored before cannot be undone: nobody noted who repeated it."""

import uuid

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

import tracing.models.fields

STATES = [
    ("received", "已接收"),
    ("checking", "校验中"),
    ("staged", "校验完成，尚未入库"),
    ("storing", "入库中"),
    ("stored", "导入完成"),
    ("refused", "文件未通过"),
    ("dropped", "已取消"),
    ("undoing", "撤销中"),
    ("undone", "已撤销"),
]


class Migration(migrations.Migration):
    # The constraint is checked against what is there while uploads go on.
    atomic = False
    dependencies = [
        ("accounts", "0009_codes_of_a_unit"),
        ("tracing", "0020_documents_of_a_unit_are_found"),
    ]

    operations = [
        migrations.CreateModel(
            name="RepeatedRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("table", models.CharField(max_length=40)),
                ("key", tracing.models.fields.CodeField(db_collation="C", max_length=500)),
                ("submission_id", models.UUIDField()),
                ("at", models.DateTimeField()),
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
            ],
            options={
                "verbose_name": "重复上传的数据",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "indexes": [
                    models.Index(fields=["table", "key"], name="repeatedrow_key"),
                    models.Index(fields=["at"], name="repeatedrow_at"),
                ],
            },
            managers=[("everything", django.db.models.manager.Manager())],
        ),
        migrations.CreateModel(
            name="BatchRemoval",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lease_token", models.UUIDField(editable=False, null=True)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("nudged_at", models.DateTimeField(editable=False, null=True)),
                ("taken_at", models.DateTimeField(editable=False, null=True)),
                ("record_code", models.CharField(max_length=40)),
                (
                    "key",
                    tracing.models.fields.CodeField(db_collation="C", max_length=160),
                ),
                ("reason", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "正在删除"),
                            ("done", "已删除"),
                            ("failed", "没有完成"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("codes", models.PositiveBigIntegerField()),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(null=True)),
                ("refusal_code", models.CharField(max_length=40, null=True)),
                ("refusal_detail", models.JSONField(default=list)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agent",
                    ),
                ),
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
                "verbose_name": "整批删除",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("queued",))),
                        fields=["queued_at"],
                        name="batchremoval_queue",
                    ),
                    models.Index(
                        condition=models.Q(("taken_at__isnull", False)),
                        fields=["unit", "-taken_at"],
                        name="batchremoval_turns",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "done", "failed"])),
                        name="batchremoval_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "queued")),
                        fields=("unit", "key"),
                        name="batchremoval_one_at_a_time",
                    ),
                ],
            },
            managers=[("everything", django.db.models.manager.Manager())],
        ),
        migrations.AlterField(
            "rowhistory",
            "cause",
            models.CharField(
                choices=[
                    ("replaced", "重复数据替换"),
                    ("voided", "删除"),
                    ("revived", "重新上传"),
                    ("moved", "归属变更"),
                    ("undone", "撤销上传"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            "submission",
            "state",
            models.CharField(choices=STATES, default="received", max_length=10),
        ),
        migrations.AddField("submission", "undoable_until", models.DateTimeField(null=True)),
        migrations.AddField("submission", "undone_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "submission",
            "undone_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.agent",
            ),
        ),
        migrations.AddField("submission", "undo", models.JSONField(null=True)),
        migrations.RemoveConstraint("submission", "submission_state"),
        AddConstraintNotValid(
            "submission",
            models.CheckConstraint(
                name="submission_state",
                condition=models.Q(state__in=[code for code, _ in STATES]),
            ),
        ),
        ValidateConstraint("submission", "submission_state"),
    ]
