"""Waits for the database, and brings its tables up to date: callers see to it that it is ours to
change."""

import time

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from portal.servers.errors import ServerError

# Two commands that start together migrate one after the other: an advisory lock on this number.
LOCK_NUMBER = 7_316_204
WAIT_SECONDS = 0.2
# A database that was killed is back by then, or takes longer than anybody waits for a command.
ANSWER_SECONDS = 20


def await_database() -> None:
    """Wait while the database starts, or recovers. Raises ServerError where it takes too long."""
    until = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            connection.ensure_connection()
        except ServerError:
            raise  # Too old a server, which waiting makes no younger.
        except OperationalError as error:
            if time.monotonic() >= until:
                raise ServerError(
                    f"The database does not answer: {str(error).strip()}. It may be recovering: "
                    "wait, and run the command again; or see to it that PostgreSQL runs."
                ) from error
            time.sleep(WAIT_SECONDS)
        else:
            return


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
