"""A website that says what it was sent; at /much, 64 MiB."""

from collections.abc import Callable, Iterable
from typing import Any

MEBIBYTE = 1024 * 1024


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/much":
        start("200 OK", [("Content-Length", str(64 * MEBIBYTE))])
        return (b"x" * MEBIBYTE for _ in range(64))
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]
