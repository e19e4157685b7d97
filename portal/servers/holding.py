"""Holding the embedded servers: started when nobody uses them, stopped after the last one.

    holder: mutex → shared lock on `holders` → keeper alive? else start it, wait → free the mutex
    keeper: nobody holds `holders`? → mutex → still nobody? → stop the servers → free the mutex

The shared lock is taken only under the mutex, so a newcomer either makes the keeper stay or waits
until it has stopped, and then starts another.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from portal.servers.addresses import embedded_database
from portal.servers.data_folder import look_at
from portal.servers.errors import ServerError
from portal.servers.file_locks import is_free, is_owned, lock, locked
from portal.servers.folders import make_run_folder, read_stamp
from portal.servers.homes import BASE_DIR, ROOT_HOME, Homes, homes
from portal.servers.redis_address import embedded_redis

WAIT_SECONDS = 120
TICK = 0.05


@dataclass(frozen=True)
class Held:
    """What a process that uses the servers has in its hands; None where the servers are others'."""

    file: int | None = None
    keeper: int | None = None

    @property
    def files(self) -> tuple[int, ...]:
        """For `pass_fds`: a child that gets them keeps the servers up as long as it lives."""
        return () if self.file is None else (self.file,)


@contextmanager
def hold() -> Iterator[Held]:
    """Keep the servers of PORTAL_DATA running for the length of the block.

    Starts them where nothing runs, joins them where something does. Raises ServerError, with what
    to do, if they cannot be started or PORTAL_DATA cannot be written to. Starts nothing where
    DATABASE_URL and REDIS_URL name others.
    """
    look_at(homes().data, make=embedded_database())
    if not (embedded_database() or embedded_redis()):
        yield Held()
        return
    spot = homes()
    held = _take(spot)
    try:
        yield held
    finally:
        _let_go(spot, held)


def keeper_lives(spot: Homes | None = None) -> bool:
    """Whether the servers are looked after; False within a hold only if the keeper was killed."""
    return is_owned((spot or homes()).keeper)


def remove() -> None:
    """Delete the embedded servers' data of this PORTAL_DATA, wherever it is kept.

    For tests and measurements, which must leave nothing behind. Refused while anyone holds them.
    """
    spot = homes()
    make_run_folder(spot)
    with locked(spot.mutex):
        if not is_free(spot.holders) or keeper_lives(spot):
            raise ServerError(f"The servers of {spot.data} are in use: end what uses them first.")
        stamp = read_stamp(spot)
        if stamp and os.geteuid() == 0:
            shutil.rmtree(ROOT_HOME / stamp, ignore_errors=True)
        shutil.rmtree(spot.own, ignore_errors=True)
        shutil.rmtree(spot.run)


def _take(spot: Homes) -> Held:
    until = time.monotonic() + WAIT_SECONDS
    make_run_folder(spot)
    while time.monotonic() < until:
        with locked(spot.mutex) as mutex:
            file = lock(spot.holders, shared=True)
            try:
                if not keeper_lives(spot):
                    _start_keeper(spot, mutex)
                state = json.loads(spot.state.read_text())
                if state["stamp"] == read_stamp(spot):
                    _refuse_other_version(spot, state["postgres"])
                    return Held(file, state["keeper"])
            except BaseException:
                os.close(file)
                raise
            # PORTAL_DATA was deleted under running servers, and their keeper is about to see it.
            os.close(file)
        time.sleep(TICK)
    raise ServerError(f"The old servers of {spot.data} do not end. End the commands that use them.")


def _refuse_other_version(spot: Homes, running: str) -> None:
    if running != spot.postgres:
        raise ServerError(
            f"PostgreSQL {running} is running on {spot.data}, but PORTAL_POSTGRES asks for "
            f"{spot.postgres}. End the commands that use it, or use another PORTAL_DATA."
        )


def _start_keeper(spot: Homes, mutex: int) -> None:
    """Return when the servers answer. The keeper shares the mutex until then: should this process
    be killed meanwhile, the next one waits for that keeper instead of starting a second."""
    spot.data.mkdir(parents=True, exist_ok=True)
    started = subprocess.run(
        [sys.executable, "-m", "portal.servers.keeper", spot.data, spot.postgres, str(mutex)],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        pass_fds=[mutex],
        check=False,
    )
    try:
        report = json.loads(started.stdout)
    except ValueError:
        report = {"error": f"The servers' keeper ended at once: {started.stderr.decode()}"}
    if "error" in report:
        _wait_while(lambda: keeper_lives(spot))
        raise ServerError(report["error"])


def _let_go(spot: Homes, held: Held) -> None:
    """Let go, and when nobody else is left, wait until the servers have stopped."""
    if held.file is not None:
        # Closed, never unlocked: forked children share the lock and may still need it.
        os.close(held.file)
    busy = 0

    def stopping() -> bool:
        # Seen twice in a row, a holder is a holder; once, it may be the keeper that looks itself.
        nonlocal busy
        busy = 0 if is_free(spot.holders) else busy + 1
        return busy < 2 and keeper_lives(spot)

    _wait_while(stopping)


def _wait_while(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while holds() and time.monotonic() < until:
        time.sleep(TICK)
