"""Migrations of tables that grow without end lock nobody out for as long as an index takes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

# Without end: one row for each code, each thing that happened to one, each act.
BIG = {
    "accounts": {"operationlog"},
    "tracing": {"tracecode", "pack", "traceevent", "unitcode", "rowhistory"},
}
# They came before this rule, and do in one transaction what belongs together; no installation is
# left that has not run them.
KNOWN = {("tracing", "0003_exports_know_their_moment"), ("tracing", "0008_codes_are_counted")}
# What every installation has run before the rule about new columns.
LANDED = {
    "accounts": ("accounts", "0009_codes_of_a_unit"),
    "tracing": ("tracing", "0011_sweeps_note_what_they_did"),
}
# They lock a table for a moment alone, if what locked it before has ended with its transaction.
CONCURRENT = (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    AddConstraintNotValid,
    ValidateConstraint,
)
LOCKING = (migrations.AddIndex, migrations.AddConstraint, migrations.AlterUniqueTogether)
INDEX_IN_SQL = re.compile(r"CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)", re.IGNORECASE)


def wrong_with(migration: migrations.Migration) -> Iterator[str]:
    """Say what a migration does that would lock a big table for long."""
    made = {op.name_lower for op in migration.operations if isinstance(op, migrations.CreateModel)}
    big = BIG.get(migration.app_label, set()) - made
    for operation in migration.operations:
        if isinstance(operation, CONCURRENT):
            if migration.atomic:
                yield f"{operation.describe()}: not in a transaction with others: atomic = False"
            continue
        if isinstance(operation, migrations.RunSQL) and INDEX_IN_SQL.search(str(operation.sql)):
            yield "CREATE INDEX without CONCURRENTLY"
        name = getattr(operation, "model_name_lower", getattr(operation, "name_lower", ""))
        if name not in big:
            continue
        field: Any = getattr(operation, "field", None)
        indexed = field is not None and (field.db_index or field.unique)
        if indexed or isinstance(operation, LOCKING):
            yield f"{operation.describe()}: locks {name} while it is read"


def test_no_index_of_a_big_table_locks_it() -> None:
    loader = MigrationLoader(None)
    wrong = {
        key: found
        for key, migration in loader.disk_migrations.items()
        if key[0] in BIG and (found := list(wrong_with(migration)))
    }
    assert set(wrong) == KNOWN, wrong


def test_a_new_column_lets_the_version_before_go_on_storing() -> None:
    """At an upgrade the old website stores rows between `migrate` and its end."""
    loader = MigrationLoader(None)
    without = [
        f"{key}: {operation.model_name}.{operation.name}"
        for key, migration in loader.disk_migrations.items()
        if key[0] in BIG and key > LANDED[key[0]]
        for operation in migration.operations
        if isinstance(operation, migrations.AddField)
        and not operation.field.null
        and not operation.field.generated
        and operation.field.db_default is models.NOT_PROVIDED
    ]
    assert without == []


def migration_of(operations: list[Any], atomic: bool) -> migrations.Migration:
    """A migration of codes that does this."""
    written = type("Migration", (migrations.Migration,), {"operations": operations})
    migration: migrations.Migration = written("9999_new", "tracing")
    setattr(migration, "atomic", atomic)  # noqa: B010 - an attribute of the class, to its types
    return migration


INDEX = models.Index(fields=["unit"], name="x")
RULE = models.CheckConstraint(condition=models.Q(kind="retail"), name="x")


@pytest.mark.parametrize(
    ("operation", "atomic"),
    [
        (migrations.AddIndex("tracecode", INDEX), False),
        (migrations.AddConstraint("Pack", models.UniqueConstraint(fields=["a"], name="x")), True),
        (migrations.AddField("unitcode", "a", models.TextField(unique=True)), True),
        (migrations.AlterField("unitcode", "a", models.TextField(db_index=True)), True),
        (migrations.RunSQL("create index x on y (z)"), True),
        (AddIndexConcurrently("tracecode", INDEX), True),
        (AddConstraintNotValid("traceevent", RULE), True),
        (ValidateConstraint("traceevent", "x"), True),
    ],
)
def test_what_would_lock_is_found(operation: Any, atomic: bool) -> None:
    assert list(wrong_with(migration_of([operation], atomic)))


def test_what_locks_nobody_passes() -> None:
    operations = [
        AddIndexConcurrently("tracecode", INDEX),
        RemoveIndexConcurrently("tracecode", "x"),
        migrations.RemoveConstraint("traceevent", "x"),
        AddConstraintNotValid("traceevent", RULE),
        ValidateConstraint("traceevent", "x"),
        migrations.AddIndex("export", INDEX),
        migrations.AddField("unitcode", "a", models.TextField(null=True)),
    ]
    assert list(wrong_with(migration_of(operations, atomic=False))) == []
