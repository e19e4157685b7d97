"""Tables of consumables, and what a code of one says of itself. New columns are empty or a constant,
longer and optional ones only change the catalogue: no row is rewritten. Staging tables are a cache
of the stored files: their writes need not survive a crash."""

import django.db.models.deletion
import django.db.models.manager
import tracing.models.fields
from django.db import migrations, models

STAGED = ("codes", "delivery", "item", "receipt", "retail", "shipment", "spec")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_codes_of_a_unit"),
        ("tracing", "0015_imported_drugs_are_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsumableItem",
            fields=[
                ("uploaded_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(null=True)),
                ("void_reason", models.CharField(max_length=200, null=True)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id",
                        "mcs_code",
                        "udi",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                ("submission_id", models.UUIDField()),
                (
                    "mcs_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=27, verbose_name="医保耗材代码"
                    ),
                ),
                (
                    "udi",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="医疗器械唯一标识(UDI)"
                    ),
                ),
                (
                    "udi_di",
                    tracing.models.fields.CodeField(db_collation="C", max_length=100, null=True),
                ),
                (
                    "reg_fil_no",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="注册备案凭证ID"
                    ),
                ),
                ("mcs_name", models.CharField(max_length=200, verbose_name="单件产品名称")),
                ("spec", models.CharField(max_length=200, verbose_name="规格")),
                ("mol", models.CharField(max_length=200, null=True, verbose_name="型号")),
                ("min_unt", models.CharField(max_length=32, verbose_name="最小计量单位")),
                (
                    "dspo_used_flag",
                    models.CharField(
                        choices=[("1", "是"), ("0", "否")],
                        max_length=1,
                        verbose_name="是否为一次性耗材",
                    ),
                ),
                ("prodentp_name", models.CharField(max_length=200, verbose_name="生产企业名称")),
                (
                    "prodentp_uscc",
                    tracing.models.fields.CodeField(
                        db_collation="C",
                        max_length=18,
                        null=True,
                        verbose_name="生产企业统一社会信用代码",
                    ),
                ),
            ],
            options={
                "verbose_name": "医用耗材单件信息",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ConsumableSpec",
            fields=[
                ("uploaded_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(null=True)),
                ("void_reason", models.CharField(max_length=200, null=True)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id",
                        "mcs_code",
                        "spec",
                        "mol",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                ("submission_id", models.UUIDField()),
                (
                    "mcs_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=27, verbose_name="医保耗材代码"
                    ),
                ),
                (
                    "udi_di",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="产品标识(UDI-DI)"
                    ),
                ),
                ("spec", models.CharField(max_length=200, verbose_name="规格")),
                ("mol", models.CharField(default="", max_length=200, verbose_name="型号")),
                ("pacspec", models.CharField(max_length=200, verbose_name="包装规格")),
                (
                    "convrat",
                    models.DecimalField(decimal_places=0, max_digits=10, verbose_name="包装转换比"),
                ),
                ("pacunt", models.CharField(max_length=64, verbose_name="包装单位")),
                (
                    "prod_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=14, null=True, verbose_name="商品码"
                    ),
                ),
            ],
            options={
                "verbose_name": "医用耗材规格信息",
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="StagedConsumableCodes",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "submission_id",
                        "lv1_trac_code",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("row", models.PositiveIntegerField()),
                ("again", models.BooleanField(db_default=False)),
                (
                    "mcs_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=27, verbose_name="医保耗材代码"
                    ),
                ),
                (
                    "lv1_trac_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="医用耗材追溯码"
                    ),
                ),
                (
                    "lv2_trac_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, null=True, verbose_name="中包装追溯码"
                    ),
                ),
                (
                    "lv3_trac_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, null=True, verbose_name="大包装追溯码"
                    ),
                ),
                ("manu_lotnum", models.CharField(max_length=30, verbose_name="生产批号")),
                ("manu_date", models.DateTimeField(verbose_name="生产日期")),
                ("expy_end", models.DateTimeField(null=True, verbose_name="有效截止日期")),
                (
                    "cnt",
                    models.DecimalField(
                        decimal_places=4, max_digits=16, null=True, verbose_name="数量"
                    ),
                ),
                ("stoin_time", models.DateTimeField(null=True, verbose_name="入库时间")),
                ("system", models.CharField(max_length=16)),
                (
                    "udi_di",
                    tracing.models.fields.CodeField(db_collation="C", max_length=100, null=True),
                ),
                ("is_lot", models.BooleanField()),
                (
                    "trac_codg_sn",
                    tracing.models.fields.CodeField(db_collation="C", max_length=58),
                ),
            ],
            options={
                "db_table": "tracing_staged_consumable_codes",
            },
        ),
        migrations.CreateModel(
            name="StagedConsumableDelivery",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "submission_id",
                        "trac_code",
                        "shp_sin_no",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("row", models.PositiveIntegerField()),
                ("again", models.BooleanField(db_default=False)),
                (
                    "trac_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="追溯码"
                    ),
                ),
                (
                    "shp_sin_no",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="发货单编号"
                    ),
                ),
                ("delv_emp", models.CharField(max_length=200, verbose_name="配送单位名称")),
                (
                    "delv_emp_uscc",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=18, verbose_name="配送单位统一社会信用代码"
                    ),
                ),
                ("delv_time", models.DateTimeField(verbose_name="配送时间")),
                ("shpp_org_name", models.CharField(max_length=200, verbose_name="收货机构名称")),
                ("delv_addr", models.CharField(max_length=500, null=True, verbose_name="配送地址")),
            ],
            options={
                "db_table": "tracing_staged_consumable_delivery",
            },
        ),
        migrations.CreateModel(
            name="StagedConsumableItem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "submission_id",
                        "mcs_code",
                        "udi",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("row", models.PositiveIntegerField()),
                ("again", models.BooleanField(db_default=False)),
                (
                    "mcs_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=27, verbose_name="医保耗材代码"
                    ),
                ),
                (
                    "udi",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="医疗器械唯一标识(UDI)"
                    ),
                ),
                (
                    "reg_fil_no",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="注册备案凭证ID"
                    ),
                ),
                ("mcs_name", models.CharField(max_length=200, verbose_name="单件产品名称")),
                ("spec", models.CharField(max_length=200, verbose_name="规格")),
                ("mol", models.CharField(max_length=200, null=True, verbose_name="型号")),
                ("min_unt", models.CharField(max_length=32, verbose_name="最小计量单位")),
                (
                    "dspo_used_flag",
                    models.CharField(
                        choices=[("1", "是"), ("0", "否")],
                        max_length=1,
                        verbose_name="是否为一次性耗材",
                    ),
                ),
                ("prodentp_name", models.CharField(max_length=200, verbose_name="生产企业名称")),
                (
                    "prodentp_uscc",
                    tracing.models.fields.CodeField(
                        db_collation="C",
                        max_length=18,
                        null=True,
                        verbose_name="生产企业统一社会信用代码",
                    ),
                ),
                (
                    "udi_di",
                    tracing.models.fields.CodeField(db_collation="C", max_length=100, null=True),
                ),
            ],
            options={
                "db_table": "tracing_staged_consumable_item",
            },
        ),
        migrations.CreateModel(
            name="StagedConsumableReceipt",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "submission_id",
                        "trac_code",
                        "shpp_sin_no",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("row", models.PositiveIntegerField()),
                ("again", models.BooleanField(db_default=False)),
                (
                    "trac_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="追溯码"
                    ),
                ),
                (
                    "shpp_sin_no",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="收货单编号"
                    ),
                ),
                (
                    "shp_sin_no",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, null=True, verbose_name="发货单编号"
                    ),
                ),
                ("shpp_org_name", models.CharField(max_length=200, verbose_name="收货机构名称")),
                (
                    "shpp_org_uscc",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=18, verbose_name="收货机构统一社会信用代码"
                    ),
                ),
                (
                    "shpp_org_type",
                    models.CharField(
                        choices=[("1", "流通企业"), ("2", "医疗机构"), ("3", "零售药店")],
                        max_length=1,
                        verbose_name="收货机构类型",
                    ),
                ),
                ("shpp_time", models.DateTimeField(verbose_name="收货时间")),
                (
                    "shpp_stas",
                    models.CharField(
                        choices=[("1", "已收货"), ("0", "待收货"), ("2", "已拒收")],
                        max_length=1,
                        verbose_name="收货状态",
                    ),
                ),
            ],
            options={
                "db_table": "tracing_staged_consumable_receipt",
            },
        ),
        migrations.CreateModel(
            name="StagedConsumableRetail",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "submission_id",
                        "trac_code",
                        "rtal_docno",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("row", models.PositiveIntegerField()),
                ("again", models.BooleanField(db_default=False)),
                (
                    "trac_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="追溯码"
                    ),
                ),
                (
                    "rtal_docno",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="零售单据号"
                    ),
                ),
                ("rtal_org_name", models.CharField(max_length=200, verbose_name="零售机构名称")),
                (
                    "rtal_org_uscc",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=18, verbose_name="零售机构统一社会信用代码"
                    ),
                ),
                ("rtal_time", models.DateTimeField(verbose_name="零售时间")),
                (
                    "rtal_cnt",
                    models.DecimalField(decimal_places=4, max_digits=16, verbose_name="零售数量"),
                ),
                (
                    "trdn_flag",
                    models.CharField(
                        choices=[("1", "是"), ("0", "否")], max_length=1, verbose_name="拆零标志"
                    ),
                ),
            ],
            options={
                "db_table": "tracing_staged_consumable_retail",
            },
        ),
        migrations.CreateModel(
            name="StagedConsumableShipment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "submission_id",
                        "trac_code",
                        "shp_sin_no",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("row", models.PositiveIntegerField()),
                ("again", models.BooleanField(db_default=False)),
                (
                    "trac_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="追溯码"
                    ),
                ),
                (
                    "shp_sin_no",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="发货单编号"
                    ),
                ),
                ("shp_org_name", models.CharField(max_length=200, verbose_name="发货机构名称")),
                (
                    "shp_org_uscc",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=18, verbose_name="发货机构统一社会信用代码"
                    ),
                ),
                ("shp_time", models.DateTimeField(verbose_name="发货时间")),
                (
                    "shp_stas",
                    models.CharField(
                        choices=[("1", "已发货"), ("0", "待发货"), ("2", "已取消")],
                        max_length=1,
                        verbose_name="发货状态",
                    ),
                ),
                ("shpp_org_name", models.CharField(max_length=200, verbose_name="收货机构名称")),
                (
                    "shpp_org_uscc",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=18, verbose_name="收货机构统一社会信用代码"
                    ),
                ),
                (
                    "cnt",
                    models.DecimalField(
                        decimal_places=4, max_digits=16, null=True, verbose_name="数量"
                    ),
                ),
            ],
            options={
                "db_table": "tracing_staged_consumable_shipment",
            },
        ),
        migrations.CreateModel(
            name="StagedConsumableSpec",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "submission_id",
                        "mcs_code",
                        "spec",
                        "row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("row", models.PositiveIntegerField()),
                ("again", models.BooleanField(db_default=False)),
                (
                    "mcs_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=27, verbose_name="医保耗材代码"
                    ),
                ),
                (
                    "udi_di",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="产品标识(UDI-DI)"
                    ),
                ),
                ("spec", models.CharField(max_length=200, verbose_name="规格")),
                ("mol", models.CharField(max_length=200, null=True, verbose_name="型号")),
                ("pacspec", models.CharField(max_length=200, verbose_name="包装规格")),
                (
                    "convrat",
                    models.DecimalField(decimal_places=0, max_digits=10, verbose_name="包装转换比"),
                ),
                ("pacunt", models.CharField(max_length=64, verbose_name="包装单位")),
                (
                    "prod_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=14, null=True, verbose_name="商品码"
                    ),
                ),
            ],
            options={
                "db_table": "tracing_staged_consumable_spec",
            },
        ),
        migrations.AddField(
            model_name="tracecode",
            name="is_consumable",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="tracecode",
            name="expy_end",
            field=models.DateTimeField(null=True, verbose_name="有效截止日期"),
        ),
        migrations.AddField(
            model_name="tracecode",
            name="is_lot",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="tracecode",
            name="manu_date",
            field=models.DateTimeField(null=True, verbose_name="生产日期"),
        ),
        migrations.AddField(
            model_name="tracecode",
            name="manu_lotnum",
            field=models.CharField(max_length=30, null=True, verbose_name="生产批号"),
        ),
        migrations.AddField(
            model_name="tracecode",
            name="udi_di",
            field=tracing.models.fields.CodeField(db_collation="C", max_length=100, null=True),
        ),
        migrations.AlterField(
            model_name="rowhistory",
            name="key",
            field=tracing.models.fields.CodeField(db_collation="C", max_length=500),
        ),
        migrations.AlterField(
            model_name="tracecode",
            name="prod_code",
            field=tracing.models.fields.CodeField(
                db_collation="C", max_length=14, null=True, verbose_name="商品码"
            ),
        ),
        migrations.AlterField(
            model_name="tracecode",
            name="trac_codg_sn",
            field=tracing.models.fields.CodeField(
                db_collation="C", max_length=58, verbose_name="追溯码唯一流水号"
            ),
        ),
        migrations.AlterField(
            model_name="unitcode",
            name="trac_codg_sn",
            field=tracing.models.fields.CodeField(
                db_collation="C", max_length=58, null=True, verbose_name="追溯码唯一流水号"
            ),
        ),
        migrations.AddIndex(
            model_name="consumableitem",
            index=models.Index(
                fields=["unit", "-uploaded_at", "mcs_code", "udi"], name="consumableitem_latest"
            ),
        ),
        migrations.AddConstraint(
            model_name="consumableitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("void_reason__isnull", True), ("voided_at__isnull", True)),
                    models.Q(("void_reason__isnull", False), ("voided_at__isnull", False)),
                    _connector="OR",
                ),
                name="consumableitem_void_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="consumablespec",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("void_reason__isnull", True), ("voided_at__isnull", True)),
                    models.Q(("void_reason__isnull", False), ("voided_at__isnull", False)),
                    _connector="OR",
                ),
                name="consumablespec_void_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="consumablespec",
            constraint=models.CheckConstraint(
                condition=models.Q(("convrat__gt", 0)), name="consumablespec_convrat_positive"
            ),
        ),
        *(
            migrations.RunSQL(
                sql=f"ALTER TABLE tracing_staged_consumable_{record} SET UNLOGGED",
                reverse_sql=f"ALTER TABLE tracing_staged_consumable_{record} SET LOGGED",
            )
            for record in STAGED
        ),
    ]
