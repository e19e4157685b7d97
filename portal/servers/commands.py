"""Runs a management command with the servers it needs, and says plainly when it cannot."""

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from portal.servers.addresses import embedded_database
from portal.servers.errors import ServerError
from portal.servers.holding import hold
from portal.servers.migrating import await_database, migrate_as_one

# Every other command, also one that a package brings, is taken to need the servers.
WITHOUT_SERVERS = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "demo",  # Holds them itself, so that its children can hold them too.
        "describe_records",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "makemigrations",
        "startapp",
        "template",
        "version",
    }
)
# These bring the tables up to date themselves, or must see them as they are.
WITHOUT_MIGRATING = frozenset({"migrate", "showmigrations", "sqlmigrate"})
EXIT_FAILED, EXIT_USAGE = 1, 2


def run(argv: Sequence[str]) -> None:
    try:
        with servers_for(argv):
            execute_from_command_line(list(argv))
    except ImproperlyConfigured as error:
        stop(error, EXIT_USAGE)
    except ServerError as error:
        stop(error, EXIT_FAILED)


def stop(error: Exception, code: int) -> None:
    sys.stderr.write(f"{error}\n")
    sys.exit(code)


def needs_servers(argv: Sequence[str]) -> bool:
    if len(argv) < 2 or argv[1].startswith("-") or {"-h", "--help", "--version"} & set(argv):
        return False
    if argv[1] == "check" and any(part.startswith("--database") for part in argv):
        return True
    return argv[1] not in WITHOUT_SERVERS


@contextmanager
def servers_for(argv: Sequence[str]) -> Iterator[None]:
    if not needs_servers(argv):
        # makemigrations would like to compare with the database; embedded ones are always ours.
        warnings.filterwarnings("ignore", message="Got an error checking a consistent migration")
        yield
        return
    django.setup()
    with hold():
        await_database()
        if embedded_database() and argv[1] not in WITHOUT_MIGRATING:
            migrate_as_one()
        yield
