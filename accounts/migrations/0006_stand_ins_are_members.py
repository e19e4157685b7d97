"""Who stands in for a holder is a member of the unit, until the stand-in has ended."""

from django.db import migrations, models

ADD_KEY = """
ALTER TABLE accounts_standin ADD CONSTRAINT stand_in_is_a_member_fk
    FOREIGN KEY (unit_id, live_agent) REFERENCES accounts_membership (unit_id, agent_id)
"""
DROP_KEY = "ALTER TABLE accounts_standin DROP CONSTRAINT stand_in_is_a_member_fk"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_the_log_is_append_only")]

    operations = [
        migrations.AddField(
            model_name="standin",
            name="live_agent",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(models.When(ended_at=None, then=models.F("agent_id"))),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.RunSQL(ADD_KEY, DROP_KEY),
    ]
