"""One database of the run, migrated by the first worker that needs it, which all of them copy."""

import fcntl
import os
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection

MIGRATED = "portal_migrated"
DRAFT = "portal_migrating"


def migrated() -> str:
    """Make the database that `migrate` leaves, where no worker has; returns its name."""
    run = Path(os.environ["PORTAL_TEST_RUN"])
    with (run / "migrating").open("w") as turn, _server() as server:
        fcntl.flock(turn, fcntl.LOCK_EX)
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MIGRATED])
        if known.fetchone() is None:
            server.execute("DROP DATABASE IF EXISTS portal_migrating")
            server.execute("CREATE DATABASE portal_migrating")
            _migrate(DRAFT)
            server.execute("ALTER DATABASE portal_migrating RENAME TO portal_migrated")
    return MIGRATED


def _server() -> psycopg.Connection:
    """A connection without transactions to a database that nobody copies."""
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    known = {name: parameters[name] for name in ("host", "port", "user", "dbname")}
    return psycopg.connect(**known, autocommit=True)


def _migrate(name: str) -> None:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
