"""Arrays of rows whose runner is really killed, in the middle of the check and of 确认."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from portal.servers.holding import hold
from tests.tracing.uploads.rows import CODES, code_rows
from tests.tracing.uploads.test_kills import (
    ROWS,
    UNIT,
    codes_and_boxes,
    connected,
    demo,
    import_file,
    kill,
    number,
    start,
    wait_until,
)

pytestmark = pytest.mark.slow
__all__ = ["demo"]

IDLE = (
    "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle'"
    " AND query LIKE '%tracing_%' AND pid <> pg_backend_pid()"
)


def array(path: Path) -> Path:
    """A file of rows in JSON, one of which fails."""
    rows = code_rows(ROWS)
    rows[10]["prod_code"] = "6999000000019"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def killed_while_it_waits(
    path: Path, table: str, waiting: str, watcher: psycopg.Connection[Any], *options: str
) -> None:
    """Kill a runner where it must wait for a table, and let the row go as when its lease ends."""
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        f" AND query LIKE '%{waiting}%'"
    )
    with connected() as blocker:
        blocker.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        runner = start("import_file", "--unit", UNIT, "--record", CODES, *options, str(path))
        wait_until(lambda: number(watcher, waits))
        kill([psutil.Process(runner.pid)])
        runner.communicate()
        blocker.rollback()
    wait_until(lambda: not number(watcher, waits))
    wait_until(lambda: not number(watcher, IDLE))
    watcher.execute("UPDATE tracing_submission SET lease_until = now() WHERE lease_until > now()")


def test_killed_at_the_check_and_at_storing_it_finishes(demo: Path, tmp_path: Path) -> None:
    path = array(tmp_path / "codes.jsonl")
    with hold(), connected(autocommit=True) as watcher:
        before = codes_and_boxes(watcher)
        staging = "tracing_staged_domestic_drug_codes"
        killed_while_it_waits(path, staging, f'COPY "{staging}"', watcher)
        assert number(watcher, f"SELECT count(*) FROM {staging}") == 0
        checked = import_file(path)
        assert (checked["state"], checked["earlier"]) == ("staged", True)
        assert (checked["accepted"], checked["rejected"]) == (ROWS - 1, 1)

        killed_while_it_waits(
            path, "tracing_tracecode", "INSERT INTO tracing_tracecode", watcher, "--confirm"
        )
        assert codes_and_boxes(watcher) == before
        stored = import_file(path, "--confirm")
        assert stored["submission"] == checked["submission"]
        assert (stored["state"], stored["created"], stored["rejected"]) == ("stored", ROWS - 1, 1)
        assert codes_and_boxes(watcher)[0] == before[0] + ROWS - 1
