"""A process that holds the embedded servers until it is told to end; it says when it has them.

Tests of the servers start `Holder()`, which runs this file in a process of its own.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg

from portal.servers.addresses import database_url
from portal.servers.errors import ServerError
from portal.servers.holding import hold
from portal.servers.homes import BASE_DIR

PATIENCE = 180


def wait_until(holds: Callable[[], bool]) -> None:
    """Fail if it does not come true; how fast is not the question."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


class Holder:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.portal.holder"],
            cwd=BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def report(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        report: dict[str, Any] = json.loads(self.process.stdout.readline())
        return report

    def end(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.end()


def main() -> int:
    try:
        with hold() as held:
            with psycopg.connect(database_url()) as connection:
                row = connection.execute("SHOW server_version").fetchone()
            say(keeper=held.keeper, version=row[0] if row else None)
            sys.stdin.read()
    except ServerError as error:
        say(error=str(error))
        return 1
    return 0


def say(**report: object) -> None:
    print(json.dumps(report), flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
