"""Sending a message to one very network address: no lookup, no redirect, no proxy, and an end.

The name is checked by the certificate and said in Host and SNI; the connection goes to the address
that was judged (portal/lib/outside.py).
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple

from portal.lib.outside import Target

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 10.0
# Bytes of an answer that are read; the rest is left.
ANSWER_BYTES = 64 * 1024
# How many of a name's addresses are tried.
TRIED = 3


class Answer(NamedTuple):
    """What came back: the status and the beginning of the body."""

    status: int
    body: bytes


class TooSlow(Exception):
    """The answer was not whole in time."""


class _Straight(http.client.HTTPConnection):
    """A connection to addresses that are given as numbers."""

    def __init__(self, target: Target, addresses: list[str], context: ssl.SSLContext | None):
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target, self.addresses, self.context = target, addresses, context
        # `sock` is given up where the answer ends with the connection, and read on all the same.
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the first address that answers. Raises OSError."""
        raw = self._connected(time.monotonic() + CONNECT_SECONDS)
        raw.settimeout(WHOLE_SECONDS)
        self.sock = self.wire = raw
        if self.context is not None:
            # In two steps, so that a handshake that never ends can be ended too.
            safe = self.context.wrap_socket(
                raw, server_hostname=self.target.host, do_handshake_on_connect=False
            )
            self.sock = self.wire = safe
            safe.do_handshake()

    def _connected(self, end: float) -> socket.socket:
        failed: OSError = TimeoutError()
        for address in self.addresses[:TRIED]:
            left = end - time.monotonic()
            if left <= 0:
                break
            try:
                return socket.create_connection((address, self.target.port), timeout=left)
            except OSError as error:
                failed = error
        raise failed


def post(
    target: Target,
    addresses: list[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    context: ssl.SSLContext | None = None,
    seconds: float = WHOLE_SECONDS,
) -> Answer:
    """POST a body; whatever the status, its answer is returned.

    `context` verifies the certificate of https, by the authorities of the machine unless given.
    Raises TooSlow, ssl.SSLError, OSError, and http.client.HTTPException for what is no HTTP.
    """
    if target.scheme == "https" and context is None:
        context = ssl.create_default_context()
    link = _Straight(target, addresses, context if target.scheme == "https" else None)
    with _ended_after(seconds, link) as late:
        try:
            link.request("POST", target.path, body, {"Host": target.shown_host, **headers})
            answer = link.getresponse()
            found = Answer(answer.status, answer.read(ANSWER_BYTES))
        except (OSError, ValueError, http.client.HTTPException) as error:
            # A socket that was ended in the middle of anything says so in many ways.
            if late.is_set() or isinstance(error, TimeoutError):
                raise TooSlow from error
            raise
        finally:
            link.close()
    if late.is_set():
        raise TooSlow
    return found


@contextmanager
def _ended_after(seconds: float, link: _Straight) -> Iterator[threading.Event]:
    """End what is sent and received after this long, however little by little it comes: the limit
    of a socket begins anew with every byte."""
    late = threading.Event()

    def end() -> None:
        late.set()
        if link.wire is not None:
            # Not the method of an SSL socket, which would read on without its encryption.
            with suppress(OSError):
                socket.socket.shutdown(link.wire, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
