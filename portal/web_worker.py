"""The website's worker: threads, and an end to requests that never come whole.

A thread of gunicorn's own waits for the rest of a request, and for a client to take its answer, as
long as the client likes: as many slow clients as there are threads, and nobody else is answered.
It also waits some seconds for the first byte, and a process that is to end waits for every thread.
"""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    ParseException,
)
from gunicorn.workers.gthread import TConn, ThreadWorker

# From the first byte to the end of the head.
HEAD_SECONDS = 10
# The rest: the body, our work, and the answer taken.
WHOLE_SECONDS = 300
# What a head that cannot be read is answered, all bytes of it; the site sets it (portal/wsgi.py).
unreadable: Callable[[], bytes] | None = None
# Not what was sent is to blame for these.
OF_ANSWERS = (InvalidResponseHeader, InvalidResponseHeaderName)


class Worker(ThreadWorker):  # type: ignore[misc]  # the package has no types
    """gunicorn's, which hangs up on whoever takes too long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Connections that a thread is busy with, and until when; each changed by its own thread.
        self.until: dict[TConn, float] = {}
        self.ended = False

    def run(self) -> None:
        """The loop, to its end; then whoever is still slow has had the time of grace.

        The process ends when its threads have, and no other takes its place before.
        """
        super().run()
        self.ended = True
        self.tpool.shutdown(wait=False, cancel_futures=True)
        for conn in list(self.until):
            hang_up(conn)

    def has_room(self) -> bool:
        """Whether a thread is free for one more connection."""
        resting = len(self.keepalived_conns) + len(self.pending_conns)
        return bool(self.nr_conns - resting < self.cfg.threads)

    def accept(self, listener: Any) -> None:
        """Take a connection, and leave the next one to a worker that has room for it."""
        super().accept(listener)
        self.set_accept_enabled(self.has_room())

    def set_accept_enabled(self, enabled: bool) -> None:
        """Called at every turn of the loop where nothing is accepted at the moment."""
        super().set_accept_enabled(enabled and self.has_room())

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread; one that has sent nothing yet waits without a thread."""
        if conn.initialized or conn.wait_for_data(0):
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, readable)

    def handle(self, conn: TConn) -> Any:
        """Read a request and answer it, in a thread."""
        self.until[conn] = time.monotonic() + HEAD_SECONDS
        try:
            # Looked at after the entry was made: `run` sees the entry, or we see its end.
            return False if self.ended else super().handle(conn)
        finally:
            self.until.pop(conn, None)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """The head is there."""
        self.until[conn] = time.monotonic() + WHOLE_SECONDS
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """A head that cannot be read is answered as calls of the interface are, whose path may have
        been in it: no browser sends one. What fails on our side is gunicorn's to say."""
        if unreadable is None or not isinstance(exc, ParseException) or isinstance(exc, OF_ANSWERS):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("The head of a request from %s cannot be read: %r", addr, exc)
        with suppress(OSError):
            util.write_nonblock(client, unreadable())

    def murder_pending(self) -> None:
        """Called once a second: also hang up on those whose time is over."""
        super().murder_pending()
        now = time.monotonic()
        for conn, until in list(self.until.items()):
            if now > until:
                hang_up(conn)


def hang_up(conn: TConn) -> None:
    """End a connection under the thread that waits for it."""
    with suppress(OSError):  # It has just gone by itself.
        conn.sock.shutdown(socket.SHUT_RDWR)
