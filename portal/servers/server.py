"""What PostgreSQL and Valkey have in common: started, watched, stopped by the keeper."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from portal.servers.errors import ServerError
from portal.servers.homes import Homes
from portal.servers.runner import Runner

LOG_LIMIT = 10 * 2**20
START_SECONDS = 60
STOP_SECONDS = 30
TICK = 0.05


class Server:
    """One server process. Subclasses say how it is called, when it is ready, how it is stopped."""

    name: ClassVar[str]
    # Sent one after the other, each after waiting: from orderly to at once.
    stop_signals: ClassVar[tuple[signal.Signals, ...]]

    def __init__(self, places: Homes, runner: Runner, home: Path) -> None:
        self.places = places
        self.runner = runner
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    # What subclasses answer.

    def prepare(self) -> None:
        """Make the data where there is none."""
        raise NotImplementedError

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def ready(self) -> bool:
        raise NotImplementedError

    @property
    def pid_file(self) -> Path:
        raise NotImplementedError

    @property
    def mark(self) -> str:
        """A text in the process's command line that only this very server has."""
        raise NotImplementedError

    # What they share.

    @property
    def log(self) -> Path:
        return self.places.own / f"{self.name}.log"

    def start(self) -> None:
        """Return when the server answers; ServerError with the end of its log when it does not."""
        self.prepare()
        self.end_leftover()
        until = time.monotonic() + START_SECONDS
        while not self._started(until):
            # PostgreSQL waits for the last process of one that was killed; then it starts.
            time.sleep(0.5)

    def _started(self, until: float) -> bool:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.unlink()
        with self.log.open("ab") as log:
            self.process = self.runner.start(
                self.command(), cwd=self.home, log=log, death=self.stop_signals[0]
            )
        while self.process.poll() is None:
            if self.ready():
                return True
            if time.monotonic() > until:
                self.stop()
                break
            time.sleep(TICK)
        if time.monotonic() > until or not self.worth_another_try():
            raise ServerError(self._failure())
        return False

    def worth_another_try(self) -> bool:
        return False

    def log_tail(self, lines: int = 15) -> str:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8192))
            text = log.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def _failure(self) -> str:
        return (
            f"The embedded {self.name} did not start. The end of its log {self.log}:\n"
            f"{self.log_tail()}\n"
            "Mend what it names, or set DATABASE_URL and REDIS_URL to servers of your own."
        )

    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process is None:
            return
        process = self.process
        self._end(lambda number: process.send_signal(number), lambda: process.poll() is not None)

    def end_leftover(self) -> None:
        """End a server that a killed keeper left behind; its pid file names it."""
        pid = self._leftover()
        if pid is not None:
            self._end(lambda number: os.kill(pid, number), lambda: self._leftover() != pid)

    def _leftover(self) -> int | None:
        try:
            pid = int(self.pid_file.read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
            return None  # No pid file, or none of its process: it is gone already.
        return pid if self.mark.encode() in command else None

    def _end(self, send: Callable[[int], None], gone: Callable[[], bool]) -> None:
        for number in (*self.stop_signals, signal.SIGKILL):
            until = time.monotonic() + STOP_SECONDS
            try:
                send(number)
            except ProcessLookupError:
                return
            while time.monotonic() < until:
                if gone():
                    return
                time.sleep(TICK)
