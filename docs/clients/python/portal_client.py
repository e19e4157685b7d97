"""A client of the portal's signed interface. Python 3.11 or newer, the standard library alone.

    portal = Portal("https://portal.example", ak, sk)
    done = portal.upload("domestic-drug-codes", rows)
    if done.data["state"] == WAITING:
        result = portal.wait(done.data["submission"])

A call whose answer does not come, or that the portal could not do now, is made again; uploads carry
an Idempotency-Key, so that nothing is stored twice. What the portal refuses is raised as an error
by its kind, with the code, the sentence and the place of every reason.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

OK = "ok"
# The state of an upload that is still worked on.
WAITING = "waiting"
RESULT = "upload/result"
PREFIX = "/api/v1/"
# The same call at another moment may be done: too many, gateways, busy.
AGAIN_STATUSES = frozenset({429, 502, 503, 504})
# So is one whose twin, under the same Idempotency-Key, is not answered yet.
AGAIN_CODES = frozenset({"idempotency_running"})


class Scheme(Enum):
    """How a call is signed."""

    GUIDE = "guide"  # ak, timestamp, sign and param in the body
    HMAC = "hmac"  # headers; the body is the param itself


@dataclass(frozen=True)
class Reason:
    """One reason why a call was refused."""

    code: str
    message: str
    place: str


@dataclass(frozen=True)
class Answer:
    """A good answer. `status` is 202 where the portal goes on working."""

    status: int
    data: dict[str, Any]
    request_id: str


class PortalError(Exception):
    """A call was not done. `code` and `message` are those of the first of `reasons`; `request_id`
    is what the portal's support asks for."""

    def __init__(
        self, status: int, code: str, message: str, reasons: tuple[Reason, ...], request_id: str
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.reasons = reasons
        self.request_id = request_id


class Unsigned(PortalError):
    """The key, the time or the signature is wrong (401)."""


class Forbidden(PortalError):
    """The key or its unit may not do this, as things are (403)."""


class Unknown(PortalError):
    """There is no such thing, or it is not of this unit (404)."""


class Conflict(PortalError):
    """Things are no longer, or not yet, as the call needs them (409)."""


class Invalid(PortalError):
    """What was sent must be mended (413, 422 and whatever else is of the caller)."""


class TooOften(PortalError):
    """The key has called too often (429), also after all tries."""


class Unavailable(PortalError):
    """The portal could not do it (5xx), or no answer came at all (status 0)."""


ERRORS: dict[int, type[PortalError]] = {
    401: Unsigned,
    403: Forbidden,
    404: Unknown,
    409: Conflict,
    429: TooOften,
}


class _Reply(NamedTuple):
    status: int
    body: bytes
    retry_after: float | None


class Portal:
    """The interface of one portal by one key. Threads may share it."""

    def __init__(
        self,
        address: str,
        ak: str,
        sk: str,
        *,
        scheme: Scheme = Scheme.GUIDE,
        timeout: float = 120,
        attempts: int = 5,
        pause: float = 1,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`address` is that of the site. A try ends after `timeout` seconds; there are at most
        `attempts`, with `pause` seconds between the first two, twice as many before each further
        one, or as many as the portal asks for. Raises ValueError for an address that is none.
        """
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"The address {address!r} begins neither with https:// nor http://.")
        self._address = address.rstrip("/")
        self._ak, self._sk = ak, sk
        self._scheme = scheme
        self._timeout, self._attempts, self._pause = timeout, attempts, pause
        self._sleep = sleep

    def upload(
        self,
        record: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        mode: str | None = None,
        check_only: bool = False,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Store rows of a record, such as `domestic-drug-codes`. `mode` is "proceed" or "rollback".

        Without an `idempotency_key` one is made: tries of this call are one upload, two calls are
        two. Give your own, kept beside the rows, where your program may end in between.
        """
        more: dict[str, Any] = {"checkOnly": True} if check_only else {}
        if mode is not None:
            more["mode"] = mode
        return self._rows(record, rows, False, more, idempotency_key)

    def delete(
        self,
        record: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Void rows, which are named by the columns of their key."""
        return self._rows(record, rows, True, {}, idempotency_key)

    def query(self, interface: str, **asked: Any) -> Answer:
        """Ask an interface that changes nothing, by the names of its parameters."""
        return self.call(interface, asked)

    def wait(self, submission: str, *, seconds: float = 3600, every: float = 2) -> Answer:
        """Ask for the result of an upload until it is there, for so long. Raises TimeoutError."""
        left = seconds
        while True:
            answer = self.query(RESULT, submission=submission)
            if answer.data["state"] != WAITING:
                return answer
            if left <= 0:
                raise TimeoutError(f"The upload {submission} still waits after {seconds:g} s.")
            self._sleep(min(every, left))
            left -= every

    def call(
        self, interface: str, param: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Call an interface by its address below /api/v1/. Raises PortalError."""
        text = json.dumps(param, ensure_ascii=False, separators=(",", ":"))
        pause = self._pause
        for attempt in range(1, self._attempts + 1):
            reply = self._try(interface, text, idempotency_key)
            answer = _read(reply)
            if isinstance(answer, Answer):
                return answer
            if attempt == self._attempts or not _again(answer):
                raise answer
            self._sleep(pause if reply.retry_after is None else reply.retry_after)
            pause *= 2
        raise AssertionError("there is at least one attempt")

    def _rows(
        self,
        record: str,
        rows: Iterable[Mapping[str, Any]],
        void: bool,
        more: dict[str, Any],
        idempotency_key: str | None,
    ) -> Answer:
        param = {"delFlag": void, "data": list(rows), **more}
        key = idempotency_key or str(uuid.uuid4())
        return self.call(f"upload/{record}", param, idempotency_key=key)

    def _try(self, interface: str, param: str, idempotency_key: str | None) -> _Reply:
        """Make one try, signed anew: no signature is taken twice."""
        path = f"{urlsplit(self._address).path}{PREFIX}{interface}"
        headers = {"Content-Type": "application/json"}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        if self._scheme is Scheme.HMAC:
            body = param.encode()
            headers |= hmac_headers(self._ak, self._sk, path, body)
        else:
            message = guide_message(self._ak, self._sk, param)
            body = json.dumps(message, ensure_ascii=False).encode()
        request = urllib.request.Request(
            f"{self._address}{PREFIX}{interface}", body, headers, method="POST"
        )
        return self._send(request)

    def _send(self, request: urllib.request.Request) -> _Reply:
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                return _Reply(answer.status, answer.read(), None)
        except urllib.error.HTTPError as error:
            with error:
                return _Reply(error.code, error.read(), _seconds(error.headers["Retry-After"]))
        except (OSError, http.client.HTTPException) as error:
            return _Reply(0, str(error).encode(), None)


def guide_message(ak: str, sk: str, param: str, timestamp: str | None = None) -> dict[str, str]:
    """The guide's message: `param` is signed and sent as the text that it is."""
    timestamp = timestamp or now()
    sign = hashlib.sha256((ak + timestamp + sk + param).encode()).hexdigest()
    return {"ak": ak, "timestamp": timestamp, "sign": sign, "param": param}


def hmac_headers(
    ak: str,
    sk: str,
    path: str,
    body: bytes,
    *,
    timestamp: str | None = None,
    nonce: str | None = None,
) -> dict[str, str]:
    """The headers of the second scheme for a POST to `path`."""
    timestamp, nonce = timestamp or now(), nonce or secrets.token_hex(16)
    signed = "\n".join(("POST", path, timestamp, nonce, hashlib.sha256(body).hexdigest()))
    return {
        "Portal-Key": ak,
        "Portal-Timestamp": timestamp,
        "Portal-Nonce": nonce,
        "Portal-Signature": hmac.new(sk.encode(), signed.encode(), hashlib.sha256).hexdigest(),
    }


class _Clock:
    """Milliseconds since 1970, each given once: no signature is taken twice, and two calls of one
    moment that ask the same would have the same one."""

    def __init__(self) -> None:
        self._last = 0
        self._turn = threading.Lock()

    def __call__(self) -> str:
        with self._turn:
            self._last = max(time.time_ns() // 1_000_000, self._last + 1)
            return str(self._last)


now = _Clock()


def _again(error: PortalError) -> bool:
    return error.status == 0 or error.status in AGAIN_STATUSES or error.code in AGAIN_CODES


def _read(reply: _Reply) -> Answer | PortalError:
    """What came back; an error is returned, to be raised or tried again."""
    try:
        told = json.loads(reply.body)
        if told["code"] == OK:
            return Answer(reply.status, told["data"], told["request_id"])
        reasons = tuple(
            Reason(each["code"], each["message"], each["place"]) for each in told["errors"]
        )
        said = (told["code"], told["message"], reasons, told["request_id"])
    except (ValueError, KeyError, TypeError):
        # A gateway's page, or no answer at all.
        said = ("no_answer", reply.body.decode(errors="replace")[:500], (), "")
    kind = Unavailable if reply.status in (0, *range(500, 600)) else Invalid
    return ERRORS.get(reply.status, kind)(reply.status, *said)


def _seconds(header: str | None) -> float | None:
    """What Retry-After says, where it says seconds."""
    return float(header) if header is not None and header.isdecimal() else None
