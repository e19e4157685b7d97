"""进口药: six staging tables, unlogged as all are, and what only its batches say.

A batch says what its family's record asks for, and the table knows it. There is one row for each
batch, so its rows are read once in a moment; the version before stores domestic drugs meanwhile,
whose rows hold by the constraints already.
"""

import tracing.models.fields
from django.db import migrations, models


UNLOGGED = ("info", "codes", "shipment", "delivery", "receipt", "retail")


class Migration(migrations.Migration):
    dependencies = [
        ("tracing", "0014_uploads_know_what_became_of_their_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="StagedImportedDrugCodes",
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
                    "trac_codg_sn",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="追溯码唯一流水号"
                    ),
                ),
                (
                    "lv1_trac_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="小包装追溯码"
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
                (
                    "med_list_codg",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="医疗目录编码"
                    ),
                ),
                (
                    "prod_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=14, verbose_name="商品码"
                    ),
                ),
                ("stoin_time", models.DateTimeField(null=True, verbose_name="入库时间")),
                ("system", models.CharField(max_length=16)),
            ],
            options={
                "db_table": "tracing_staged_imported_drug_codes",
            },
        ),
        migrations.CreateModel(
            name="StagedImportedDrugDelivery",
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
                    "trac_codg_sn",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="追溯码唯一流水号"
                    ),
                ),
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
                "db_table": "tracing_staged_imported_drug_delivery",
            },
        ),
        migrations.CreateModel(
            name="StagedImportedDrugInfo",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "submission_id",
                        "trac_codg_sn",
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
                    "trac_codg_sn",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="追溯码唯一流水号"
                    ),
                ),
                (
                    "med_list_codg",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="医疗目录编码"
                    ),
                ),
                (
                    "nat_drug_no",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, null=True, verbose_name="国家药品标识码"
                    ),
                ),
                ("drug_genname", models.CharField(max_length=128, verbose_name="药品通用名")),
                ("dosform", models.CharField(max_length=128, verbose_name="剂型")),
                ("spec", models.CharField(max_length=256, verbose_name="制剂规格")),
                ("pacspec", models.CharField(max_length=256, verbose_name="包装规格")),
                (
                    "convrat",
                    models.DecimalField(decimal_places=0, max_digits=10, verbose_name="包装转换比"),
                ),
                (
                    "convrat_unt",
                    models.CharField(max_length=64, null=True, verbose_name="包装转换比单位"),
                ),
                ("manu_lotnum", models.CharField(max_length=30, verbose_name="药品生产批号")),
                ("manu_date", models.DateTimeField(verbose_name="药品生产日期")),
                ("expy_end", models.DateTimeField(verbose_name="药品有效截止日期")),
                (
                    "aprvno",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, null=True, verbose_name="药品批准文号"
                    ),
                ),
                ("aprvno_date", models.DateTimeField(null=True, verbose_name="药品批准文号日期")),
                (
                    "aprvno_enddate",
                    models.DateTimeField(null=True, verbose_name="药品生产文号有效期"),
                ),
                (
                    "drug_regno",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, verbose_name="进口药品注册证号"
                    ),
                ),
                (
                    "impt_appv_no",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=100, null=True, verbose_name="进口药品批件号"
                    ),
                ),
                ("impt_entp_name", models.CharField(max_length=200, verbose_name="进口企业名称")),
                (
                    "rx_flag",
                    models.CharField(
                        choices=[("1", "是"), ("0", "否"), ("2", "双跨")],
                        max_length=1,
                        verbose_name="处方药标识",
                    ),
                ),
                (
                    "bas_medn_flag",
                    models.CharField(
                        choices=[("1", "是"), ("0", "否")],
                        max_length=1,
                        verbose_name="国家基本药物标识",
                    ),
                ),
                (
                    "manu_cnt",
                    models.DecimalField(decimal_places=4, max_digits=16, verbose_name="生产数量"),
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
                ("manu_addr", models.CharField(max_length=500, null=True, verbose_name="生产地址")),
                ("drug_lv", models.CharField(max_length=20, null=True, verbose_name="药品等级")),
                (
                    "prod_code",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=14, verbose_name="商品码"
                    ),
                ),
            ],
            options={
                "db_table": "tracing_staged_imported_drug_info",
            },
        ),
        migrations.CreateModel(
            name="StagedImportedDrugReceipt",
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
                    "trac_codg_sn",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="追溯码唯一流水号"
                    ),
                ),
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
                "db_table": "tracing_staged_imported_drug_receipt",
            },
        ),
        migrations.CreateModel(
            name="StagedImportedDrugRetail",
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
                    "trac_codg_sn",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="追溯码唯一流水号"
                    ),
                ),
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
                "db_table": "tracing_staged_imported_drug_retail",
            },
        ),
        migrations.CreateModel(
            name="StagedImportedDrugShipment",
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
                    "trac_codg_sn",
                    tracing.models.fields.CodeField(
                        db_collation="C", max_length=50, verbose_name="追溯码唯一流水号"
                    ),
                ),
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
            ],
            options={
                "db_table": "tracing_staged_imported_drug_shipment",
            },
        ),
        migrations.AddField(
            model_name="drugbatch",
            name="drug_regno",
            field=tracing.models.fields.CodeField(
                db_collation="C", max_length=100, null=True, verbose_name="进口药品注册证号"
            ),
        ),
        migrations.AddField(
            model_name="drugbatch",
            name="impt_appv_no",
            field=tracing.models.fields.CodeField(
                db_collation="C", max_length=100, null=True, verbose_name="进口药品批件号"
            ),
        ),
        migrations.AddField(
            model_name="drugbatch",
            name="impt_entp_name",
            field=models.CharField(max_length=200, null=True, verbose_name="进口企业名称"),
        ),
        migrations.AlterField(
            model_name="drugbatch",
            name="aprvno",
            field=tracing.models.fields.CodeField(
                db_collation="C", max_length=100, null=True, verbose_name="药品批准文号"
            ),
        ),
        migrations.AlterField(
            model_name="drugbatch",
            name="family",
            field=models.CharField(max_length=20),
        ),
        migrations.AlterField(
            model_name="drugbatch",
            name="prodentp_uscc",
            field=tracing.models.fields.CodeField(
                db_collation="C", max_length=18, null=True, verbose_name="生产企业统一社会信用代码"
            ),
        ),
        migrations.AddConstraint(
            model_name="drugbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("family", "imported-drug"), _negated=True),
                    models.Q(("drug_regno__isnull", False), ("impt_entp_name__isnull", False)),
                    _connector="OR",
                ),
                name="drugbatch_imported_drug",
            ),
        ),
        migrations.AddConstraint(
            model_name="drugbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("family", "domestic-drug"), _negated=True),
                    models.Q(
                        ("aprvno__isnull", False),
                        ("drug_regno__isnull", True),
                        ("impt_appv_no__isnull", True),
                        ("impt_entp_name__isnull", True),
                        ("prodentp_uscc__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="drugbatch_domestic_drug",
            ),
        ),
        *(
            migrations.RunSQL(
                sql=f"ALTER TABLE tracing_staged_imported_drug_{record} SET UNLOGGED",
                reverse_sql=f"ALTER TABLE tracing_staged_imported_drug_{record} SET LOGGED",
            )
            for record in UNLOGGED
        ),
    ]
