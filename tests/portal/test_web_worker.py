"""Slow clients: the website hangs up on them, and answers the others meanwhile."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from portal.servers.homes import BASE_DIR
from tests.portal.holder import wait_until

pytestmark = pytest.mark.slow
# Two processes of two threads each; a head may take two seconds, a whole request four.
CONFIG = """
from portal import web_worker
web_worker.HEAD_SECONDS, web_worker.WHOLE_SECONDS = 2, 4
wsgi_app = "tests.portal.echo"
worker_class = "portal.web_worker.Worker"
workers, threads, keepalive, graceful_timeout = 2, 2, 2, 1
control_socket_disable = True
"""
# Slow clients are not given up while a test runs.
PATIENT = "web_worker.HEAD_SECONDS = web_worker.WHOLE_SECONDS = 300"
# One process that ends after every fifth request, slow clients or not.
SHORT_LIVED = """
web_worker.WHOLE_SECONDS = 300
workers, max_requests, graceful_timeout, timeout = 1, 5, 1, 300
"""
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
WHOLE = HEAD + b"Connection: close\r\n\r\n123456789"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where a website of this worker answers with what it was sent."""
    with website(tmp_path / "conf.py", CONFIG) as port:
        yield port


@contextmanager
def website(config: Path, text: str) -> Iterator[int]:
    config.write_text(text)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", str(config)]
            + ["--bind", f"fd://{listener.fileno()}"],
            cwd=BASE_DIR,
            pass_fds=[listener.fileno()],
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: answer(listener.getsockname()[1]).endswith(b"123456789"))
            yield listener.getsockname()[1]
        finally:
            process.terminate()
            process.wait(timeout=30)


def connect(port: int) -> socket.socket:
    # Less than gunicorn's own limit, which would end a process that hangs.
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def answer(port: int, sent: bytes = WHOLE) -> bytes:
    """What comes back, to the end."""
    with connect(port) as client:
        client.sendall(sent)
        parts = []
        while part := client.recv(65536):
            parts.append(part)
        return b"".join(parts)


def hung_up(client: socket.socket, drip: bytes) -> bool:
    """Send byte by byte until the other side hangs up; False if it never does."""
    client.settimeout(0.2)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            client.sendall(drip)
            if client.recv(1) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


@pytest.mark.parametrize(("begun", "drip"), [(b"POST / HTTP/1.1\r\n", b"X-a: b\r\n"), (HEAD, b"a")])
def test_a_head_that_never_ends_is_given_up(port: int, begun: bytes, drip: bytes) -> None:
    with connect(port) as client:
        client.sendall(begun)
        assert hung_up(client, drip)


def test_a_body_that_never_comes_is_given_up(port: int) -> None:
    with connect(port) as client:
        client.sendall(HEAD.replace(b"9", b"90000") + b"\r\n")
        assert hung_up(client, b"1")


def test_an_answer_that_nobody_takes_is_given_up(port: int) -> None:
    """Four such clients keep all four threads, until the website hangs up on them."""
    deaf = [connect(port) for _ in range(4)]
    try:
        for client in deaf:
            client.sendall(WHOLE.replace(b"POST /", b"POST /much"))
        time.sleep(0.5)
        assert answer(port).endswith(b"123456789")
    finally:
        for client in deaf:
            client.close()


def test_others_are_answered_while_a_thread_is_free(tmp_path: Path) -> None:
    """Three slow ones and four threads: whichever process they fall to, one thread is left. Who had
    to wait for a slow one to be given up would wait longer than `connect` does."""
    with website(tmp_path / "conf.py", CONFIG + PATIENT) as port, ExitStack() as open_:
        for _ in range(3):
            client = open_.enter_context(connect(port))
            client.sendall(HEAD.replace(b"9", b"90000") + b"\r\n")
        time.sleep(0.5)
        for _ in range(5):
            assert answer(port).endswith(b"123456789")


def test_who_never_says_a_word_keeps_no_thread(port: int) -> None:
    """A hundred, for each of whom one of four threads would wait until its head is given up."""
    with ExitStack() as idle:
        for _ in range(100):
            idle.enter_context(connect(port))
        assert answer(port).endswith(b"123456789")


def test_a_process_that_ends_does_not_wait_for_a_slow_client(tmp_path: Path) -> None:
    """No other takes its place before it is gone: nobody would be answered meanwhile."""
    with website(tmp_path / "conf.py", CONFIG + SHORT_LIVED) as port, connect(port) as slow:
        slow.sendall(HEAD.replace(b"9", b"90000") + b"\r\n")
        for _ in range(12):
            assert answer(port).endswith(b"123456789")
