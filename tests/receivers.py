"""A receiver of webhooks on this machine: a real server, one thread, one answer after the other."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

# Says what is sent back for a whole request, piece by piece.
Answering = Callable[["Received"], Iterator[bytes]]


class Received(NamedTuple):
    """A request as it arrived: its first line, its headers by lower-case names, its body, and the
    name that TLS asked for."""

    line: str
    headers: dict[str, str]
    body: bytes
    server_name: str = ""


class Receiver:
    """`received` holds what came, in order; `port` is where it listens."""

    def __init__(self, answering: Answering, context: ssl.SSLContext | None) -> None:
        self.received: list[Received] = []
        self.answering, self.context = answering, context
        self.names: list[str] = []
        if context is not None:
            context.sni_callback = lambda _s, name, _c: self.names.append(name or "")
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.over = threading.Event()

    def run(self) -> None:
        """Answer until the end."""
        while not self.over.is_set():
            try:
                link, _ = self.listening.accept()
            except OSError:
                return
            # A client that gives up in between is what some tests are about.
            with contextlib.suppress(OSError), link:
                link.settimeout(10)
                self._serve(link)

    def _serve(self, link: socket.socket) -> None:
        if self.context is not None:
            link = self.context.wrap_socket(link, server_side=True)
        with link, link.makefile("rb") as stream:
            line = stream.readline().decode("latin-1").strip()
            headers: dict[str, str] = {}
            while (header := stream.readline().decode("latin-1").strip()) != "":
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", "0")))
            came = Received(line, headers, body, self.names[-1] if self.names else "")
            self.received.append(came)
            for piece in self.answering(came):
                link.sendall(piece)


def plain(status: str = "200 OK", body: bytes = b"ok", **headers: str) -> Answering:
    """The same answer for everything."""

    def answering(_: Received) -> Iterator[bytes]:
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        yield head.encode() + body

    return answering


@contextlib.contextmanager
def receiver(
    answering: Answering | None = None, context: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    """A receiver that listens until the end."""
    made = Receiver(answering or plain(), context)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.over.set()
        with contextlib.suppress(OSError):
            made.listening.shutdown(socket.SHUT_RDWR)
        made.listening.close()
        thread.join(timeout=10)
