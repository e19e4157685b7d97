"""The demo and a database that is not embedded: it writes only where it is empty and it may."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from portal.lib.sealing import new_key
from portal.servers.homes import BASE_DIR, homes

pytestmark = pytest.mark.slow
TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


class Elsewhere:
    """A database of a server that DATABASE_URL names."""

    def __init__(self, name: str, data: Path) -> None:
        self.address = homes().database_url.replace("/portal?", f"/{name}?")
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "DJANGO_"))},
            "DATABASE_URL": self.address,
            "REDIS_URL": homes().redis_url(0),
            "PORTAL_REDIS_DATABASE": "30",
            "PORTAL_DATA": str(data),
            "PORTAL_SECRET_KEY": "x" * 50,
            "PORTAL_DATA_KEYS": new_key(),
            "PORTAL_SMS": "console",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run to the end; returns the exit code and what was said."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    def value(self, statement: str) -> int:
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return int(row[0]) if cursor.description and (row := cursor.fetchone()) else 0


@pytest.fixture
def elsewhere(servers: None, tmp_path: Path) -> Iterator[Elsewhere]:
    """An empty database, removed at the end."""
    name = f"elsewhere_{uuid.uuid4().hex}"
    with psycopg.connect(homes().database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield Elsewhere(name, tmp_path)
        connection.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))


def test_an_empty_database_is_filled_only_when_that_is_asked_for(elsewhere: Elsewhere) -> None:
    code, said = elsewhere.run("demo", "--port", "0")
    assert (code, elsewhere.value(TABLES)) == (4, 0), said
    assert "--fill" in said
    code, said = elsewhere.run("seed_demo")
    assert (code, elsewhere.value(TABLES)) == (4, 0), said
    assert "manage.py migrate" in said
    assert elsewhere.run("demo", "--check", "--fill")[0] == 2
    with elsewhere.start("demo", "--port", "0", "--fill") as demo:
        assert demo.stdout is not None
        assert any("演示已启动" in line for line in demo.stdout)
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=60)
    assert demo.returncode == 0
    assert elsewhere.value("SELECT count(*) FROM accounts_unit") == 4
    elsewhere.value("UPDATE accounts_unit SET uscc = '91110000MA0000000X' WHERE id = 1")
    elsewhere.value("DELETE FROM django_migrations WHERE app = 'sessions'")
    for arguments in (["demo", "--port", "0", "--fill"], ["seed_demo"]):
        code, said = elsewhere.run(*arguments)
        assert code == 4
        assert "已有其他单位" in said
    assert elsewhere.value("SELECT count(*) FROM django_migrations WHERE app = 'sessions'") == 0


def test_a_data_folder_that_is_not_there_is_refused_and_not_made(elsewhere: Elsewhere) -> None:
    folder = Path(elsewhere.environment["PORTAL_DATA"]) / "not mounted"
    elsewhere.environment["PORTAL_DATA"] = str(folder)
    code, said = elsewhere.run("demo", "--port", "0")
    assert code == 1
    assert f"PORTAL_DATA={folder} does not exist" in said
    assert not folder.exists()


def test_tables_of_something_else_are_left_alone(elsewhere: Elsewhere) -> None:
    elsewhere.value("CREATE TABLE ledger (id integer)")
    for command in (["demo", "--port", "0", "--fill"], ["seed_demo"]):
        code, said = elsewhere.run(*command)
        assert code == 4
        assert "其他程序的表" in said
    assert elsewhere.value(TABLES) == 1
