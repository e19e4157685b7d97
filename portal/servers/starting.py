"""What long-running processes look at before they start: better no start than a fault each time."""

import sys

import psycopg

from portal.servers.addresses import database_url, embedded_database
from portal.servers.commands import EXIT_FAILED
from portal.servers.data_folder import look_at
from portal.servers.errors import ServerError
from portal.servers.homes import homes
from portal.servers.versions import refuse_old

CONNECT_SECONDS = 5


def refuse_bad_start() -> None:
    """End the process, with words on standard error, where it could never do its work.

    A database that does not answer now is no reason: it may answer later, and /readyz says so.
    """
    try:
        look_at(homes().data, make=embedded_database())
        if not embedded_database():
            refuse_old(version_of(database_url()))
    except psycopg.OperationalError as error:
        sys.stderr.write(f"DATABASE_URL does not answer yet: {error}\n")
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_FAILED)


def version_of(address: str) -> int:
    """Return the version that a server reports. Raises psycopg.OperationalError."""
    with psycopg.connect(address, connect_timeout=CONNECT_SECONDS) as connection:
        return connection.info.server_version
