"""The processes of the demo: web, the workers of each queue, and the clock."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from portal.celery import QUEUES
from portal.lib.orphans import dies_with_parent
from portal.servers.homes import BASE_DIR

STOP_SECONDS = 30
TICK = 0.1
ENVIRONMENT = {
    # A worker's SIGTERM means: give the running task a moment, then put it back and end.
    "REMAP_SIGTERM": "SIGQUIT",
    # Root may try the demo; the tasks are JSON, which is what the warning is about.
    "PYTHONWARNINGS": "ignore:You're running the worker",
    # The demo has checked the product when it began. A worker that does so as well loads all pages.
    "CELERY_SKIP_CHECKS": "1",
    "PORTAL_WEB_LOG_LEVEL": "warning",
    # The demo listens on this machine only, without a proxy, also on servers of others.
    "PORTAL_HTTPS": "off",
}
# Nobody is there to approve the papers of a unit.
DEFAULTS = {"PORTAL_HOSTS": "127.0.0.1,localhost", "PORTAL_APPROVALS": "automatic"}


@dataclass
class Child:
    """One process. It is told to end when the demo dies, however that happens."""

    name: str
    arguments: Sequence[str | Path]
    files: tuple[int, ...]
    starts: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            cwd=BASE_DIR,
            env={**DEFAULTS, **os.environ, **ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            pass_fds=self.files,
            preexec_fn=dies_with_parent(signal.SIGTERM),
            # Ctrl-C reaches the demo alone, which then ends its children in order. A worker that
            # got both signals would stop twice over, and say so with a traceback.
            process_group=0,
        )

    @property
    def ended(self) -> int | None:
        """The exit code of a process that has ended."""
        return None if self.process is None else self.process.poll()

    def starts_within(self, seconds: float) -> int:
        since = time.monotonic() - seconds
        return sum(moment > since for moment in self.starts)


def children_of(listener: int, data: Path, held: tuple[int, ...]) -> list[Child]:
    """All that the demo runs. `listener` is the open socket that the web server answers on;
    `held` are the files that keep the embedded servers up until the last process has ended."""
    web: list[str | Path] = [
        "gunicorn",
        "--config",
        BASE_DIR / "gunicorn.conf.py",
        "--bind",
        f"fd://{listener}",
    ]
    celery = ["celery", "--app", "portal.celery", "--quiet"]
    beat: list[str | Path] = [
        "beat",
        "--schedule",
        data / "beat",
        "--pidfile=",
        "--loglevel",
        "WARNING",
    ]
    return [
        Child("网站", web, (listener, *held)),
        *(Child(f"后台队列 {queue}", [*celery, *worker(queue)], held) for queue in QUEUES),
        Child("定时任务", [*celery, *beat], held),
    ]


def worker(queue: str) -> list[str]:
    hands = {"imports": settings.PORTAL_IMPORT_WORKERS, "exports": settings.PORTAL_EXPORT_WORKERS}
    return [
        "worker",
        f"--queues={queue}",
        f"--hostname={queue}@%h",
        f"--concurrency={hands.get(queue, 1)}",
        "--loglevel=WARNING",
    ]


def stop(children: Sequence[Child]) -> None:
    """End all of them together, in order first and at once after a while."""
    running = [child.process for child in children if child.process and child.ended is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until and any(process.poll() is None for process in running):
        time.sleep(TICK)
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()
