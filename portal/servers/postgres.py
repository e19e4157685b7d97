"""The embedded PostgreSQL: no network, a socket that only its own user (and root) can reach."""

import shutil
import signal
from pathlib import Path

import psycopg
from psycopg import sql

from portal.env import env_bool
from portal.servers.errors import ServerError
from portal.servers.folders import Programs
from portal.servers.homes import DATABASE, SOCKET_NUMBER, Homes
from portal.servers.runner import Runner
from portal.servers.server import Server

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # Room for an import of 100,000 rows without a checkpoint in the middle.
    "max_wal_size": "2GB",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class Postgres(Server):
    name = "PostgreSQL"
    stop_signals = (signal.SIGINT, signal.SIGQUIT)  # A fast shutdown, then an immediate one.

    def __init__(self, places: Homes, runner: Runner, home: Path, programs: Programs) -> None:
        super().__init__(places, runner, home)
        self.programs = programs.postgres
        # A data folder belongs to one major version.
        self.data = home / f"postgres-{places.postgres}"

    def prepare(self) -> None:
        if self.data.exists():
            return
        draft = self.data.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        made = self.runner.run(
            [
                self.programs / "initdb",
                f"--pgdata={draft}",
                f"--username={DATABASE}",
                "--encoding=UTF8",
                "--no-locale",
                # The folder of the socket decides who may connect.
                "--auth-local=trust",
                "--auth-host=reject",
                "--no-instructions",
            ],
            cwd=self.home,
        )
        if made.returncode:
            raise ServerError(f"The data of the embedded PostgreSQL was not made:\n{made.stdout}")
        draft.rename(self.data)

    def command(self) -> list[str | Path]:
        # Without it only a crash of the whole machine loses data: enough for data of tests.
        durable = "on" if env_bool("PORTAL_POSTGRES_FSYNC", default=True) else "off"
        chosen = {**OPTIONS, "fsync": durable}
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        sockets: list[str | Path] = ["-k", self.places.sockets, "-p", str(SOCKET_NUMBER)]
        return [self.programs / "postgres", "-D", self.data, *sockets, *options]

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def mark(self) -> str:
        return str(self.data)

    def ready(self) -> bool:
        try:
            with psycopg.connect(
                host=str(self.places.sockets),
                port=SOCKET_NUMBER,
                user=DATABASE,
                dbname="postgres",
                autocommit=True,
            ) as connection:
                self._make_database(connection)
        except psycopg.OperationalError:
            return False
        return True

    def _make_database(self, connection: psycopg.Connection) -> None:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def worth_another_try(self) -> bool:
        # The last processes of a killed server notice only at the end of their statement.
        return "shared memory block" in self.log_tail(6)
