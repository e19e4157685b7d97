"""A second step at sign-in: browsers that an account has proven by SMS, and codes for it.

The column is empty and may be, so adding it rewrites nothing; the purposes are words of ours only.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_the_log_is_read_by_time")]

    operations = [
        migrations.AddField(
            model_name="device",
            name="proven_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="短信验证时间"),
        ),
        migrations.AlterField(
            model_name="smscode",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("register", "单位注册"),
                    ("recover", "找回密码"),
                    ("member", "添加经办人"),
                    ("contact", "变更联系手机号"),
                    ("close", "账号注销"),
                    ("signin", "登录验证"),
                ],
                max_length=8,
            ),
        ),
    ]
