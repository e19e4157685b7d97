"""A schema of PostgreSQL for each unit that tries the interface: made when it is needed, gone
by night.

It has a table of its own, empty, for every table of tracing and for what an act of it tells in
accounts: the operation log and notices. Whatever else there is it sees by views of the real
tables: units, agents, keys, the recognition rules. The search path of a connection in the sandbox
names this schema alone, so a name that is missing in it is an error and never a real row: ADR 0037.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.units.models import Unit
from portal.lib.refused import Refused
from portal.lib.schema import current_schema
from tracing.core.advisory_locks import Lock
from tracing.library.models import RulesVersion, VersionRule

PREFIX = "sandbox_"
# Units that have one at once. Each is some fifty tables with their indexes, in the catalogues of
# PostgreSQL that all statements use.
MOST = 100
# Rows of one call: its work is done in the request.
MOST_ROWS = 1_000

# Kept by staff, and the same for everybody.
SHARED = frozenset({RulesVersion, VersionRule})
# Of accounts: what an act of tracing writes there, to be seen on pages.
TOLD = frozenset({OperationLog, Notice})

# A schema is as it should be while no migration has been applied since it was made.
STAMP = "SELECT coalesce(max(id), 0)::text FROM {}.django_migrations"
MADE = "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')"
LOCK = "SELECT {}(%s, hashtext(%s))"


def name_of(unit: Unit) -> str:
    """The schema of a unit."""
    return f"{PREFIX}{unit.pk}"


def own_tables() -> set[str]:
    """The tables that a sandbox has for itself."""
    models = apps.get_app_config("tracing").get_models(include_auto_created=True)
    return {model._meta.db_table for model in TOLD.union(models) - SHARED}


@contextmanager
def entered(unit: Unit) -> Iterator[None]:
    """Whatever is done within meets the rows of the unit's sandbox, by every connection that this
    context uses. Raises Refused where there are as many sandboxes as there may be.
    """
    name = name_of(unit)
    while True:
        with _locked(name, shared=True):
            if _is_current(name):
                with _inside(name):
                    yield
                return
        with _locked(name):
            _make(name)


def drop(name: str) -> None:
    """Remove a sandbox when nobody is in it any more."""
    with _locked(name), connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))


def drop_all() -> None:
    """Remove all of them: by night, and before migrations, in whose way the views would stand."""
    for name in existing():
        drop(name)


def remove_sandboxes(**_signal: object) -> None:
    """Called before migrations."""
    drop_all()


def existing() -> list[str]:
    """The sandboxes there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ %s ORDER BY oid",
            [f"^{PREFIX}[0-9]+$"],
        )
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def _inside(name: str) -> Iterator[None]:
    token = current_schema.set(name)
    try:
        # Now, and not within a transaction of what follows: its end would take the path back.
        _follow()
        yield
    finally:
        current_schema.reset(token)
        _follow()


def _follow() -> None:
    """Let the connection go where the context is; one that cannot is given up."""
    try:
        connection.cursor().close()
    except DatabaseError:
        connection.close()


@contextmanager
def _locked(name: str, *, shared: bool = False) -> Iterator[None]:
    """A lock of this connection, in a transaction or without one. Whoever is in a sandbox shares
    it, whoever makes or removes one has it alone."""
    kind = "_shared" if shared else ""
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(f"pg_advisory_lock{kind}"), [Lock.SANDBOX, name])
    try:
        yield
    finally:
        _unlock(name, kind)


def _unlock(name: str, kind: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(LOCK.format(f"pg_advisory_unlock{kind}"), [Lock.SANDBOX, name])
    except DatabaseError:
        # The connection broke, and its locks with it; or it must not go on holding this one.
        connection.close()


def _is_current(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(MADE, [name])
        made = cursor.fetchone()[0]
        return bool(made) and made == _stamp(_real_schema())


def _real_schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def _stamp(real: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(STAMP).format(sql.Identifier(real)))
        return str(cursor.fetchone()[0])


@transaction.atomic
def _make(name: str) -> None:
    """Make the schema anew, empty."""
    others = [one for one in existing() if one != name]
    if len(others) >= MOST:
        raise Refused("sandboxes_too_many", most=str(MOST))
    real, own = _real_schema(), own_tables()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [real])
        tables = [table for (table,) in cursor.fetchall()]
        statements = [
            sql.SQL("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}").format(
                sql.Identifier(name)
            ),
            *((_copy if one in own else _view)(name, real, one) for one in tables),
            sql.SQL("COMMENT ON SCHEMA {} IS {}").format(
                sql.Identifier(name), sql.Literal(_stamp(real))
            ),
        ]
        cursor.execute(sql.SQL("; ").join(statements))


def _copy(name: str, real: str, table: str) -> sql.Composed:
    here, there = sql.Identifier(name, table), sql.Identifier(real, table)
    return sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(here, there)


def _view(name: str, real: str, table: str) -> sql.Composed:
    here, there = sql.Identifier(name, table), sql.Identifier(real, table)
    return sql.SQL("CREATE VIEW {} AS SELECT * FROM {}").format(here, there)
