"""A website of one web process, as an installation runs it, on the database of this process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from portal.lib.orphans import dies_with_parent

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 30
TICK = 0.05


class NoWebsite(Exception):
    """It did not start."""


@contextmanager
def website(**environment: str) -> Iterator[int]:
    """Run it for the length of the block; yields its port on loopback.

    `environment` is what its processes find there beside, or in place of, what they need.
    """
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        bind = f"fd://{listener.fileno()}"
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", bind],
            cwd=settings.BASE_DIR,
            env={**os.environ, **_environment(), **environment},
            stdin=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        try:
            _wait_for(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=STOP_SECONDS)


def _environment() -> dict[str, str]:
    """An installation on servers of its own: this process's, whichever these are."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    known: dict[str, Any] = {name: parameters.get(name) for name in names}
    return {
        "DATABASE_URL": make_conninfo(**known),
        # Counted from the cache's: so no message reaches the workers of another database.
        "REDIS_URL": str(settings.CACHES["default"]["LOCATION"]),
        "PORTAL_DATA": str(settings.PORTAL_FILES),
        "PORTAL_SECRET_KEY": settings.SECRET_KEY,
        "PORTAL_DATA_KEYS": ",".join(settings.PORTAL_DATA_KEYS),
        "PORTAL_HOSTS": HOST,
        "PORTAL_HTTPS": "off",
        "PORTAL_SMS": "console",
        "PORTAL_TEST_CAPTCHA": "",
        "PORTAL_WEB_WORKERS": "1",
        "PORTAL_WEB_LOG_LEVEL": "warning",
        "PORTAL_LOG_LEVEL": "WARNING",
    }


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            asked = HTTPConnection(HOST, port, timeout=START_SECONDS)
            asked.request("GET", "/healthz")
            if asked.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(TICK)
        finally:
            asked.close()
    raise NoWebsite(f"exit {process.poll()}")
