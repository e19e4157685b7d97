"""The Python client: against a server that answers as told, and against the portal itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import portal_client
import pytest
from portal_client import (
    Answer,
    Conflict,
    Forbidden,
    Invalid,
    Portal,
    PortalError,
    Scheme,
    TooOften,
    Unavailable,
    Unknown,
    Unsigned,
)
from pytest_django.live_server_helper import LiveServer

from accounts.keys import signing
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.uploads.rows import CODES, code_rows
from tracing.api.envelope import guide_envelope
from tracing.stores.models_codes import TraceCode

AK, SK = "a" * 32, "b" * 32
Told = tuple[int, dict[str, str], bytes]


def good(data: dict[str, Any], status: int = 200) -> Told:
    told = {"code": "ok", "message": "成功", "data": data, "request_id": "r1", "timestamp": "1"}
    return status, {}, json.dumps(told).encode()


def bad(status: int, code: str, **headers: str) -> Told:
    reasons = [{"code": code, "message": "说明", "place": "rows"}]
    told = {"code": code, "message": "说明", "data": None, "request_id": "r2", "errors": reasons}
    return status, headers, json.dumps(told).encode()


class Call(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Answering(ThreadingHTTPServer):
    """Answers as it was told, one call after the other, and keeps the calls."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Told | None] = []
        self.calls: list[Call] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(Call(self.path, dict(self.headers), body))
        answer = self.server.answers.pop(0)
        if answer is None:
            # The line is cut.
            self.connection.close()
            return
        status, headers, content = answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Answering]:
    with Answering() as started:
        thread = threading.Thread(target=started.serve_forever, args=(0.01,))
        thread.start()
        yield started
        started.shutdown()
        thread.join()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def portal(server: Answering, slept: list[float]) -> Portal:
    return Portal(server.address, AK, SK, sleep=slept.append)


def test_both_schemes_sign_as_the_portal_does() -> None:
    param = '{"a": "值"}'
    message = portal_client.guide_message(AK, SK, param, "1687674798")
    assert message["sign"] == signing.guide_signature(AK, "1687674798", SK, param)
    headers = portal_client.hmac_headers(
        AK, SK, "/api/v1/x", param.encode(), timestamp="1687674798", nonce="n" * 16
    )
    text = signing.hmac_text("POST", "/api/v1/x", "1687674798", "n" * 16, param.encode())
    assert headers["Portal-Signature"] == signing.hmac_signature(SK, text)


def test_no_moment_is_given_twice() -> None:
    assert len({portal_client.now() for _ in range(1_000)}) == 1_000


def test_an_upload_is_sent_as_signed(portal: Portal, server: Answering) -> None:
    server.answers = [good({"state": "stored"})]
    answer = portal.upload(CODES, iter([{"x": "1"}]), mode="rollback", check_only=True)
    assert answer == Answer(200, {"state": "stored"}, "r1")
    [call] = server.calls
    assert call.path == f"/api/v1/upload/{CODES}"
    assert call.headers["Content-Type"] == "application/json"
    envelope = guide_envelope(call.body)
    assert envelope.sign == envelope.expected(SK)
    asked = {"delFlag": False, "data": [{"x": "1"}], "checkOnly": True, "mode": "rollback"}
    assert json.loads(envelope.param) == asked


def test_a_deletion_says_so(portal: Portal, server: Answering) -> None:
    server.answers = [good({})]
    portal.delete(CODES, [{"x": "1"}], idempotency_key="mine")
    [call] = server.calls
    asked = json.loads(guide_envelope(call.body).param)
    assert asked == {"delFlag": True, "data": [{"x": "1"}]}
    assert call.headers["Idempotency-Key"] == "mine"


def test_by_headers_the_body_is_the_param(server: Answering) -> None:
    server.answers = [good({})]
    Portal(server.address, AK, SK, scheme=Scheme.HMAC).query("query/codes", CURRENT_PAGE=1)
    [call] = server.calls
    assert json.loads(call.body) == {"CURRENT_PAGE": 1}
    text = signing.hmac_text(
        "POST",
        "/api/v1/query/codes",
        call.headers["Portal-Timestamp"],
        call.headers["Portal-Nonce"],
        call.body,
    )
    assert call.headers["Portal-Signature"] == signing.hmac_signature(SK, text)
    assert "Idempotency-Key" not in call.headers


@pytest.mark.parametrize(
    "first",
    [
        None,
        (502, {}, b"<html>a gateway's page</html>"),
        bad(503, "portal_busy"),
        bad(429, "calls_too_often"),
        bad(409, "idempotency_running"),
    ],
    ids=["cut", "gateway", "busy", "too often", "running"],
)
def test_what_may_be_done_later_is_tried_again_as_the_same_upload(
    first: Told | None, portal: Portal, server: Answering, slept: list[float]
) -> None:
    server.answers = [first, good({"state": "stored"})]
    assert portal.upload(CODES, [{"x": "1"}]).data == {"state": "stored"}
    one, two = (guide_envelope(call.body) for call in server.calls)
    assert one.param == two.param
    assert one.sign != two.sign
    assert len({call.headers["Idempotency-Key"] for call in server.calls}) == 1
    assert slept == [1]


def test_two_uploads_are_two(portal: Portal, server: Answering) -> None:
    server.answers = [good({}), good({})]
    portal.upload(CODES, [{"x": "1"}])
    portal.upload(CODES, [{"x": "1"}])
    assert len({call.headers["Idempotency-Key"] for call in server.calls}) == 2


def test_it_waits_as_long_as_the_portal_asks_else_ever_longer(
    portal: Portal, server: Answering, slept: list[float]
) -> None:
    busy = bad(503, "portal_busy")
    server.answers = [busy, bad(429, "calls_too_often", Retry_After="7"), busy, busy, busy]
    with pytest.raises(Unavailable) as raised:
        portal.query("query/codes")
    assert raised.value.code == "portal_busy"
    assert slept == [1, 7, 4, 8]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Unsigned), (403, Forbidden), (404, Unknown), (409, Conflict), (413, Invalid)]
    + [(422, Invalid), (500, Unavailable), (507, Unavailable)],
)
def test_what_is_refused_is_raised_by_its_kind_and_not_tried_again(
    status: int, kind: type[PortalError], portal: Portal, server: Answering, slept: list[float]
) -> None:
    server.answers = [bad(status, "some_code")]
    with pytest.raises(PortalError) as raised:
        portal.query("query/codes")
    assert type(raised.value) is kind
    assert (raised.value.code, raised.value.message) == ("some_code", "说明")
    assert raised.value.reasons == (portal_client.Reason("some_code", "说明", "rows"),)
    assert raised.value.request_id == "r2"
    assert slept == []


def test_too_often_to_the_end(server: Answering) -> None:
    server.answers = [bad(429, "calls_too_often")]
    with pytest.raises(TooOften):
        Portal(server.address, AK, SK, attempts=1).query("query/codes")


def test_nobody_answers(server: Answering) -> None:
    address = server.address
    server.server_close()
    with pytest.raises(Unavailable) as raised:
        Portal(address, AK, SK, attempts=2, sleep=lambda _: None).query("query/codes")
    assert raised.value.status == 0


def states(*told: str) -> Sequence[Told]:
    return [good({"state": state}) for state in told]


def test_the_result_of_a_large_upload_is_waited_for(
    portal: Portal, server: Answering, slept: list[float]
) -> None:
    server.answers = [*states("waiting", "waiting", "stored")]
    assert portal.wait("s1", every=3).data["state"] == "stored"
    assert slept == [3, 3]
    [asked, *_] = [json.loads(guide_envelope(call.body).param) for call in server.calls]
    assert asked == {"submission": "s1"}


def test_but_not_for_ever(portal: Portal, server: Answering, slept: list[float]) -> None:
    server.answers = [*states(*["waiting"] * 4)]
    with pytest.raises(TimeoutError):
        portal.wait("s1", seconds=5, every=2)
    assert slept == [2, 2, 1]


@pytest.mark.parametrize("address", ["portal.example", "file:///etc/passwd", ""])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ValueError, match="begins neither"):
        Portal(address, AK, SK)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", Scheme)
def test_the_portal_takes_its_calls(scheme: Scheme, maker: Side, live_server: LiveServer) -> None:
    key = key_of(maker)
    portal = Portal(live_server.url, key.ak, key.sk, scheme=scheme)
    done = portal.upload(CODES, code_rows(3), idempotency_key="the-first-three")
    assert done.data["created"] == 3
    assert portal.upload(CODES, code_rows(3), idempotency_key="the-first-three") == done
    result = portal.wait(done.data["submission"])
    assert result.data["state"] == done.data["state"] == "stored"
    assert [row["result"] for row in result.data["rows"]] == ["created"] * 3

    portal.delete(CODES, code_rows(1))
    assert TraceCode.objects.of(maker.unit).filter(voided_at=None).count() == 2

    with pytest.raises(Invalid) as raised:
        portal.upload(CODES, [{"no_such_column": "1"}])
    assert raised.value.code == "column_unknown"
    with pytest.raises(Unknown):
        portal.wait(key.ak)
    with pytest.raises(Unsigned) as unsigned:
        Portal(live_server.url, key.ak, SK, scheme=scheme).upload(CODES, code_rows(1))
    wrong = {Scheme.GUIDE: "signature_wrong", Scheme.HMAC: "headers_signature_wrong"}
    assert unsigned.value.code == wrong[scheme]
