"""A client that keeps what it is shown, and the secrets that must not be among it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpResponseBase
from django.test import Client


class Shown(NamedTuple):
    """One answer: to what request, what was sent with it, and what came back."""

    request: str
    sent: str
    text: str


class Watched(Client):
    """Keeps every answer on `shown`, which all clients of a scenario share."""

    def __init__(self, shown: list[Shown]) -> None:
        super().__init__()
        self.raise_request_exception = False
        self.shown = shown

    def get(  # type: ignore[override]
        self, path: str, data: Any = None, **extra: Any
    ) -> Any:
        """Ask, and keep the answer."""
        return self._kept(f"GET {path}", data, super().get(path, data, **extra))

    def post(  # type: ignore[override]
        self, path: str, data: Any = None, **extra: Any
    ) -> Any:
        """Send, and keep the answer."""
        return self._kept(f"POST {path}", data, super().post(path, data, **extra))

    def _kept(self, request: str, data: Any, response: Any) -> Any:
        self.shown.append(Shown(request, f"{request} {data}", text_of(response)))
        return response


def text_of(response: HttpResponseBase) -> str:
    """The headers, and the body but that of a stream."""
    head = f"{response.status_code} {sorted(response.headers.items())}"
    body = getattr(response, "content", b"")
    return f"{head}\n{body.decode(errors='replace')}"


def holds(text: str, secret: str) -> bool:
    """Whether the secret stands in the text, and not merely its figures in a longer number."""
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])", text) is not None


def found_in(texts: dict[str, str], secrets: dict[str, str]) -> Iterator[str]:
    """Name what was found where; the secrets themselves are not printed."""
    for place, text in texts.items():
        for kind, secret in secrets.items():
            if holds(text, secret):
                yield f"{kind} in {place}"
