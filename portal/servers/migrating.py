"""Brings the tables up to date. Callers see to it that the database is ours to change."""

import time

from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

# Two commands that start together migrate one after the other: an advisory lock on this number.
LOCK_NUMBER = 7_316_204
WAIT_SECONDS = 0.2


def up_to_date() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate_as_one() -> None:
    if up_to_date():
        return
    with connection.cursor() as cursor:
        while not _taken(cursor):
            time.sleep(WAIT_SECONDS)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])


def _taken(cursor: CursorWrapper) -> bool:
    """Take the lock if it is free.

    To wait for it inside PostgreSQL would be one long statement, and an index that is made
    concurrently waits for all statements: the two would wait for each other.
    """
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_NUMBER])
    return bool(cursor.fetchone()[0])
