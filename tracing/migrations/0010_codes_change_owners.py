# A further cause of before-images; the database has no constraint on it, so nothing is locked.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracing", "0009_circulations_are_listed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rowhistory",
            name="cause",
            field=models.CharField(
                choices=[
                    ("replaced", "重复数据替换"),
                    ("voided", "删除"),
                    ("revived", "重新上传"),
                    ("moved", "归属变更"),
                ],
                max_length=10,
            ),
        ),
    ]
