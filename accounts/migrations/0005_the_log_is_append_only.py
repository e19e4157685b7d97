"""PostgreSQL keeps the operation log and its chains as they are, and notes what is not chained yet.

The entries that are there already are noted too: their chains begin with the first sealing.
"""

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = ("accounts_operationlog", "accounts_logseal")

CREATE_REFUSAL = """
CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The operation log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING HINT = 'Entries and seals are only ever added. See docs/adr/0009.';
END $$
"""
DROP_REFUSAL = "DROP FUNCTION accounts_refuse_change()"

# Statements that change no row are harmless, so rows are guarded, which costs an insert nothing.
# TRUNCATE knows no rows.
CREATE_GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change()
"""
DROP_GUARDS = """
DROP TRIGGER append_only ON {table};
DROP TRIGGER append_only_whole ON {table}
"""

# Creating the trigger holds writers off until the end of the migration, so that no entry comes
# between it and the copying of those that are there.
CREATE_NOTE = """
CREATE FUNCTION accounts_note_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_unsealedentry (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER note_unsealed AFTER INSERT ON accounts_operationlog
    FOR EACH ROW EXECUTE FUNCTION accounts_note_unsealed();
INSERT INTO accounts_unsealedentry (entry_id)
    SELECT id FROM accounts_operationlog e
    WHERE NOT EXISTS (SELECT FROM accounts_logseal s WHERE s.entry_id = e.id)
"""
DROP_NOTE = """
DROP TRIGGER note_unsealed ON accounts_operationlog;
DROP FUNCTION accounts_note_unsealed()
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_provinces")]

    operations = [
        migrations.AlterField("logseal", "at", models.DateTimeField()),
        migrations.CreateModel(
            name="UnsealedEntry",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.operationlog",
                    ),
                ),
            ],
            options={
                "verbose_name": "待入链的操作记录",
                "verbose_name_plural": "待入链的操作记录",
            },
        ),
        migrations.RunSQL(CREATE_REFUSAL, DROP_REFUSAL),
        *(
            migrations.RunSQL(CREATE_GUARDS.format(table=table), DROP_GUARDS.format(table=table))
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(CREATE_NOTE, DROP_NOTE),
    ]
