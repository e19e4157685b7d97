"""Real processes, really killed: a runner in the middle of 确认, and PostgreSQL between the steps.

The commands run on servers of their own, in a folder of the test.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.conf import settings

from portal.servers.addresses import database_url
from portal.servers.holding import hold, remove
from portal.servers.homes import homes
from tests.seeded import seed
from tests.tracing.uploads.rows import CODES, code_rows, workbook

pytestmark = pytest.mark.slow

ROWS = 400
LONGEST_WAIT = 60
UNIT = "maker1"


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A PORTAL_DATA of the test alone with the demo's units; its servers are held meanwhile."""
    folder = tmp_path / "data"
    seed(folder)
    for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_REDIS_DATABASE", "PORTAL_TEST_RUN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_DATA", str(folder))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings")
    yield folder
    wait_until(lambda: not servers())
    remove()


def start(*arguments: str) -> subprocess.Popen[str]:
    """Start a command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def command(*arguments: str) -> str:
    """Run a command; its output. A command that some rows made end with 3 is done as well."""
    process = start(*arguments)
    out, errors = process.communicate(timeout=LONGEST_WAIT * 2)
    assert process.returncode in (0, 3), errors
    return out


def import_file(path: Path, *options: str) -> dict[str, Any]:
    """`import_file --json` of codes."""
    arguments = ("import_file", "--unit", UNIT, "--record", CODES, "--json", *options, str(path))
    result: dict[str, Any] = json.loads(command(*arguments))
    return result


def servers() -> list[psutil.Process]:
    """The keeper and the servers of this PORTAL_DATA."""
    marks = (str(homes().run), str(homes().data))
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(mark in part for part in process.info["cmdline"] or () for mark in marks)
        and "import_file" not in (process.info["cmdline"] or ())
    ]


def wait_until(true: Callable[[], object]) -> None:
    """Look every tenth of a second; an error after the longest wait."""
    end = time.monotonic() + LONGEST_WAIT
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(true)
        time.sleep(0.1)


def connected(*, autocommit: bool = False) -> closing[psycopg.Connection[Any]]:
    """A connection that is closed at the end, also when its server was killed."""
    return closing(psycopg.connect(database_url(), autocommit=autocommit))


def number(connection: psycopg.Connection[Any], statement: str) -> int:
    """The one number that a query answers."""
    row = connection.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def codes_and_boxes(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """How many codes and boxes of the test are stored; the demo's have another prefix."""
    return (
        number(connection, "SELECT count(*) FROM tracing_tracecode WHERE code LIKE '8000001%'"),
        number(connection, "SELECT count(*) FROM tracing_pack WHERE code ~ '^800000[23]'"),
    )


def kill(processes: list[psutil.Process]) -> None:
    """SIGKILL, and wait until they are gone.

    PostgreSQL first: the end of the keeper would ask it to shut down in order, which is no crash.
    """
    for process in sorted(processes, key=lambda process: process.name() != "postgres"):
        process.kill()
    psutil.wait_procs(processes, timeout=LONGEST_WAIT)


def test_a_runner_killed_in_the_middle_of_storing(demo: Path, tmp_path: Path) -> None:
    path = workbook(tmp_path / "codes.xlsx", CODES, code_rows(ROWS))
    with hold(), connected() as blocker, connected(autocommit=True) as watcher:
        staged = import_file(path)
        assert (staged["state"], staged["accepted"]) == ("staged", ROWS)
        before = codes_and_boxes(watcher)
        # The boxes are in when the codes must wait for this lock.
        blocker.execute("LOCK TABLE tracing_tracecode IN EXCLUSIVE MODE")
        runner = start("import_file", "--unit", UNIT, "--record", CODES, "--confirm", str(path))
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND query LIKE '%INSERT INTO tracing_tracecode%'"
        )
        wait_until(lambda: number(watcher, waiting))
        kill([psutil.Process(runner.pid)])
        runner.communicate()
        blocker.rollback()
        wait_until(lambda: not number(watcher, waiting))
        backends = (
            "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle'"
            " AND query LIKE '%tracing_%' AND pid <> pg_backend_pid()"
        )
        wait_until(lambda: not number(watcher, backends))
        assert codes_and_boxes(watcher) == before
        watcher.execute("UPDATE tracing_submission SET lease_until = now() WHERE state = 'storing'")
        stored = import_file(path, "--confirm")
        assert (stored["state"], stored["created"]) == ("stored", ROWS)
        assert codes_and_boxes(watcher)[0] == before[0] + ROWS


def test_postgresql_killed_between_checking_and_storing(demo: Path, tmp_path: Path) -> None:
    rows = code_rows(ROWS)
    rows[10]["prod_code"] = "6999000000019"
    path = workbook(tmp_path / "codes.xlsx", CODES, rows)
    with hold():
        staged = import_file(path)
        assert (staged["accepted"], staged["rejected"]) == (ROWS - 1, 1)
        kill(servers())
    with hold(), connected(autocommit=True) as watcher:
        emptied = "SELECT count(*) FROM tracing_staged_domestic_drug_codes"
        assert number(watcher, emptied) == 0
        stored = import_file(path, "--confirm")
        assert stored["submission"] == staged["submission"]
        assert (stored["state"], stored["created"], stored["rejected"]) == ("stored", ROWS - 1, 1)


def test_everything_killed_in_the_middle_of_storing(demo: Path, tmp_path: Path) -> None:
    path = workbook(tmp_path / "codes.xlsx", CODES, code_rows(ROWS))
    with hold(), connected() as blocker, connected(autocommit=True) as watcher:
        import_file(path)
        before = codes_and_boxes(watcher)
        blocker.execute("LOCK TABLE tracing_tracecode IN EXCLUSIVE MODE")
        runner = start("import_file", "--unit", UNIT, "--record", CODES, "--confirm", str(path))
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND query LIKE '%INSERT INTO tracing_tracecode%'"
        )
        wait_until(lambda: number(watcher, waiting))
        kill([psutil.Process(runner.pid), *servers()])
        runner.communicate()
    with hold(), connected(autocommit=True) as watcher:
        assert codes_and_boxes(watcher) == before
        watcher.execute("UPDATE tracing_submission SET lease_until = now() WHERE state = 'storing'")
        stored = import_file(path, "--confirm")
        assert (stored["state"], stored["created"]) == ("stored", ROWS)
