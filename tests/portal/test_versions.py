"""PostgreSQL older than 16 is refused by name: by commands, by the website, by /readyz."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.backends.base import base
from django.test import Client

from portal.servers import starting
from portal.servers.homes import BASE_DIR
from portal.servers.versions import OldServer, refuse_old


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server says that it is 15.18, at the next connection; the real one comes back."""
    monkeypatch.setattr(base, "RAN_DB_VERSION_CHECK", set())
    monkeypatch.setattr(connections["default"], "pg_version", 150018)
    connection.close()
    yield
    connection.close()


@pytest.mark.parametrize("version", [160000, 160013, 180001])
def test_these_are_taken(version: int) -> None:
    refuse_old(version)


@pytest.mark.parametrize(("version", "name"), [(150018, "15.18"), (140000, "14.0")])
def test_these_are_refused_by_name(version: int, name: str) -> None:
    with pytest.raises(OldServer, match=rf"PostgreSQL {name}: PostgreSQL 16 or newer is expected"):
        refuse_old(version)


@pytest.mark.django_db(transaction=True)
def test_an_old_server_is_not_ready_and_is_said(
    client: Client, old: None, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] is False
    assert "leads to PostgreSQL 15.18" in caplog.text
    with pytest.raises(OldServer):
        connection.ensure_connection()


def test_a_process_does_not_start_on_an_old_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/portal")
    monkeypatch.setattr(starting, "version_of", lambda _: 150018)
    with pytest.raises(SystemExit) as ended:
        starting.refuse_bad_start()
    assert ended.value.code == 1
    assert "leads to PostgreSQL 15.18: PostgreSQL 16 or newer" in capsys.readouterr().err


@pytest.mark.slow
def test_a_command_ends_with_words_and_no_traceback(servers: None) -> None:
    told = (
        "import sys; from portal.servers import versions, commands; versions.OLDEST = 99; "
        "commands.run(['manage.py', 'clearsessions'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", told], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("DATABASE_URL leads to PostgreSQL ")
    assert "Traceback" not in ended.stderr
