"""A PORTAL_DATA with the demo's people and codes, made once in a run; tests begin with copies.

To make the database cluster, its tables and the demo's data takes longer than most of what is
tested with them.
"""

import fcntl
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

from portal.servers.homes import BASE_DIR, ROOT_HOME, Homes

# Two commands that wait for each other would wait for ever.
TOGETHER_SECONDS = 300
OTHERS = ("PORTAL_", "DJANGO_", "DATABASE_URL", "REDIS_URL")


def folder_of(run: str) -> Path:
    """Where the one is that all are copies of; it may not be there yet."""
    return Path(run) / "seeded"


def seed(target: Path) -> None:
    """Make `target` a folder in which `seed_demo` was run and has ended. Fails where it did, or the
    command that began beside it on the new data."""
    run = os.environ["PORTAL_TEST_RUN"]
    source = folder_of(run)
    with (Path(run) / "seeding").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not source.exists():
            said = _make(source)
            (Path(run) / "seeding.json").write_text(json.dumps(said))
    ended = json.loads((Path(run) / "seeding.json").read_text())
    assert [code for code, _ in ended] == [0, 0], ended
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)
    stamp = Homes(target).stamp
    kept = ROOT_HOME / stamp.read_text()
    # As root the servers keep their data elsewhere, by this name.
    if kept.exists():
        stamp.write_text(secrets.token_hex(8))
        subprocess.run(["cp", "-a", kept, ROOT_HOME / stamp.read_text()], check=True)


def _make(source: Path) -> list[tuple[int, str]]:
    """Seed new data while another command begins there too, which has to wait for the tables: what
    two commands at once do to new data is seen where it is made once. Returns how they ended."""
    passed_on = {k: v for k, v in os.environ.items() if not k.startswith(OTHERS)}
    postgres = os.environ.get("PORTAL_POSTGRES")
    both = [
        subprocess.Popen(
            [sys.executable, "manage.py", command],
            cwd=BASE_DIR,
            env={
                **passed_on,
                **({"PORTAL_POSTGRES": postgres} if postgres else {}),
                "PORTAL_POSTGRES_FSYNC": "off",
                "PORTAL_DATA": str(source),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in ("seed_demo", "clearsessions")
    ]
    try:
        said = [one.communicate(timeout=TOGETHER_SECONDS)[0] for one in both]
    finally:
        for one in both:
            one.kill()
    return [(one.returncode, words) for one, words in zip(both, said, strict=True)]
