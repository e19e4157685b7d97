"""Connections cut, Redis killed, its port blocked, a worker frozen: everything goes on by itself.

A few turns of each; `PORTAL_TEST_TURNS=20` asks for so many, and for a minute of silence.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.servers import remove
from portal.servers.places import BASE_DIR

pytestmark = pytest.mark.slow

TURNS = int(os.environ.get("PORTAL_TEST_TURNS", "0"))
CUTS, KILLS = TURNS or 2, TURNS or 1
# Who stands still for a minute while it reads is stopped by the limit of reading, not by Redis.
BLOCKED, FROZEN = (60, 50) if TURNS else (20, 45)
# Nobody waits longer, by the issue; what is measured here has a busy machine in it as well.
LONGEST_WAIT = 90


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_REDIS_DATABASE", "PORTAL_TEST_RUN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PORTAL_IMPORT_WORKERS", "2")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings")
    yield tmp_path
    remove()


def test_no_lost_connection_hangs_a_worker_and_readyz_tells_the_truth(folder: Path) -> None:
    arguments = [str(value) for value in (folder, CUTS, KILLS, BLOCKED, FROZEN)]
    run = subprocess.run(
        [sys.executable, "-m", "tests.portal.lost_connections", *arguments],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=600 + 120 * TURNS,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    report: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    assert report["errors"] == []
    assert report["untrue"] == []
    assert [turn["what"] for turn in report["turns"]] == [
        *["cut"] * CUTS,
        *["kill"] * KILLS,
        "block",
        "freeze",
    ]
    assert max(turn["well_after"] for turn in report["turns"]) < LONGEST_WAIT
