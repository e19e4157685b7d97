"""The keeper: a small process of its own that starts both servers and outlives whoever asked.

It watches the lock that every user of the servers shares. When the last one is gone, however it
ended, the keeper stops the servers and ends. A server that dies is started again. When PORTAL_DATA
is deleted, the servers stop, since their data is no longer wanted.

Started by portal.servers.holding, which reads one JSON object from standard output.
"""

import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from portal.servers.errors import ServerError
from portal.servers.file_locks import is_free, lock, locked
from portal.servers.folders import (
    find_programs,
    make_home,
    make_own_folder,
    make_socket_folder,
    make_stamp,
    read_stamp,
)
from portal.servers.homes import Homes
from portal.servers.postgres import Postgres
from portal.servers.runner import find_runner
from portal.servers.server import Server
from portal.servers.valkey import Valkey

TICK = 0.1
# A server that cannot be kept up is given up after this many starts in a row.
MOST_RESTARTS = 5
STEADY_SECONDS = 60
# Programs that tidy the temporary folder go by the time of the last use.
TOUCH_SECONDS = 3600


class Keeper:
    def __init__(self, places: Homes) -> None:
        self.places = places
        self.told_to_stop = False
        runner = find_runner()
        self.stamp = make_stamp(places)
        home = make_home(places, runner, self.stamp)
        make_socket_folder(places, runner)
        programs = find_programs(places, runner)
        self.servers: list[Server] = [
            Valkey(places, runner, home, programs),
            Postgres(places, runner, home, programs),
        ]
        self.restarts = 0
        self.steady_since = time.monotonic()
        self.touched = time.monotonic()

    def start(self) -> None:
        """Start both, or neither."""
        try:
            for server in self.servers:
                server.start()
        except ServerError:
            self.stop()
            raise
        state = {"keeper": os.getpid(), "postgres": self.places.postgres, "stamp": self.stamp}
        self.places.state.write_text(json.dumps(state))

    def stop(self) -> None:
        for server in self.servers:
            server.stop()

    def unwanted(self) -> bool:
        lost = read_stamp(self.places) != self.stamp
        return self.told_to_stop or lost or is_free(self.places.holders)

    def keep(self) -> NoReturn:
        """Look after the servers, and end with them; newcomers wait at the mutex meanwhile."""
        while True:
            time.sleep(TICK)
            if self.unwanted():
                with locked(self.places.mutex):
                    if self.unwanted():  # Somebody may have come while we waited.
                        self.end()
            self.restart_dead()
            self.touch()

    def end(self) -> NoReturn:
        self.stop()
        self.places.state.unlink(missing_ok=True)
        # Ends with the locks in hand: whoever sees them free will see no process either.
        os._exit(0)

    def restart_dead(self) -> None:
        if time.monotonic() > self.steady_since + STEADY_SECONDS:
            self.restarts = 0
        for server in self.servers:
            if server.runs():
                continue
            self.restarts += 1
            self.steady_since = time.monotonic()
            say(f"{server.name} ended by itself; start {self.restarts} of {MOST_RESTARTS}")
            try:
                server.start()
            except ServerError as error:
                say(str(error))
            if self.restarts >= MOST_RESTARTS and not server.runs():
                say("given up; the next command starts afresh and says what is wrong")
                self.told_to_stop = True

    def touch(self) -> None:
        if time.monotonic() < self.touched + TOUCH_SECONDS:
            return
        self.touched = time.monotonic()
        for path in [self.places.run, *self.places.run.rglob("*")]:
            os.utime(path)

    def live(self) -> None:
        """Hold the lock that says that this keeper lives, and end in order when told to."""

        def on_signal(number: int, frame: object) -> None:
            self.told_to_stop = True

        signal.signal(signal.SIGTERM, on_signal)
        lock(self.places.keeper)


def say(text: str) -> None:
    """Into the keeper's log."""
    print(time.strftime("%Y-%m-%dT%H:%M:%S"), text, file=sys.stderr, flush=True)  # noqa: T201


def detach(log: Path) -> None:
    """Leave the terminal, the session and the parent of whoever started this process."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, sys.stderr.fileno())
    os.close(file)


def answer(**report: str) -> None:
    """Tell whoever waits, and let go of their pipe."""
    with suppress(BrokenPipeError):  # They were killed; somebody else may come.
        os.write(sys.stdout.fileno(), json.dumps(report).encode())
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)


def main(data: str, postgres: str, mutex: str) -> NoReturn:
    places = Homes(Path(data), postgres)
    try:
        make_own_folder(places)
        detach(places.log)
        keeper = Keeper(places)
        keeper.live()
        keeper.start()
    except ServerError as error:
        fail(str(error))
    except OSError as error:
        fail(
            f"The embedded servers cannot be set up here: {error}. Mend that, or set DATABASE_URL "
            "and REDIS_URL to servers of your own."
        )
    os.close(int(mutex))
    answer(state="ready")
    keeper.keep()


def fail(text: str) -> NoReturn:
    say(f"not started: {text}")
    answer(error=text)
    sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
