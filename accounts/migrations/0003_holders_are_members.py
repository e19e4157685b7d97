"""What Django cannot declare, and what the units that are there already get."""

from django.db import migrations

# A business lies in the hands of a member, or of nobody: while an authorisation is live, its unit
# and agent must be those of a membership.
ADD_KEY = """
ALTER TABLE accounts_authorization ADD CONSTRAINT holder_is_a_member_fk
    FOREIGN KEY (unit_id, live_agent) REFERENCES accounts_membership (unit_id, agent_id)
"""
DROP_KEY = "ALTER TABLE accounts_authorization DROP CONSTRAINT holder_is_a_member_fk"
# Units from before there was a 资质认证 were opened by staff.
APPROVE = "UPDATE accounts_unit SET approved_at = created_at WHERE approved_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_the_whole_hall")]

    operations = [
        migrations.RunSQL(ADD_KEY, DROP_KEY),
        migrations.RunSQL(APPROVE, migrations.RunSQL.noop),
    ]
