"""Whatever goes wrong below /api/v1/ is said in the shape of the answers, and never as a page."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as product
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from psycopg import errors
from pytest_django.fixtures import Settings
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from accounts.core import limits
from accounts.keys.models import InterfaceKey
from portal.interface_middleware import InterfaceMiddleware, unreadable
from portal.pages.error_pages import RETRY_SECONDS
from tests.people import Side, client_of
from tests.portal.own_redis import HOST, free_port
from tests.tracing.api.calls import ADDRESS, PARAM, call, code, envelope
from tracing.api.answers import LATER
from tracing.api.authentication import LARGEST_BODY

pytestmark = pytest.mark.django_db

PATH = f"/api/v1/{ADDRESS}"
JSON = "application/json"


@pytest.fixture
def software() -> Client:
    """A client that gets what an installation would answer."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FETCH"])
def test_another_method_is_told_the_one_there_is(software: Client, method: str) -> None:
    answer = software.generic(method, PATH)
    assert code(answer) == "method_not_post"
    assert answer["Allow"] == "POST"


def test_a_head_gets_no_body(software: Client) -> None:
    answer = software.head(PATH)
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        f"{PATH}/",
        "/api/v1/upload/%00",
        "/api/v1/upload/%FF%FE",
        "/api/v1//upload",
        "/api/v1/upload/421083198911111111",
        "/api/v1/../../login/",
        f"/{PATH}",
        "///api/v1",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_is_none_is_said(software: Client, path: str, method: str) -> None:
    # Given apart, for a client takes what stands between two slashes for the name of a site.
    more: Any = {"PATH_INFO": path} if path.startswith("//") else {}
    answer = software.generic(method, path, **more)
    assert code(answer) == "interface_unknown"
    assert "421083198911111111" not in answer.content.decode()


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/xml",
        "application/json; charset=gbk",
        "application/json; charset=utf-7",
        "{}",
    ],
)
def test_another_type_is_told_the_one_there_is(software: Client, content_type: str) -> None:
    answer = software.generic("POST", PATH, b"a=b", content_type=content_type)
    assert code(answer) == "type_not_json"


def test_a_type_that_cannot_be_read_is_none() -> None:
    """As portal/wsgi.py leaves it."""
    request = RequestFactory().post(PATH, b"{}", content_type=JSON)
    request.content_type, request.content_params = "", None
    middleware = InterfaceMiddleware(lambda _request: HttpResponse())
    assert json.loads(middleware(request).content)["code"] == "type_not_json"


def test_a_head_that_cannot_be_read_is_answered_in_the_same_shape() -> None:
    """By the web server, whose own answer would be a page."""
    head, _, body = unreadable().partition(b"\r\n\r\n")
    said = json.loads(body)
    assert head.startswith(b"HTTP/1.1 422 Unprocessable")
    assert b"Connection: close" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert said["code"] == "request_unreadable"


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json; charset=UTF-8", "Application/JSON", ""]
)
def test_json_is_read_however_it_is_announced(
    key: InterfaceKey, software: Client, content_type: str
) -> None:
    body = json.dumps(envelope(key, PARAM))
    answer = software.generic("POST", PATH, body, content_type=content_type)
    assert code(answer) != "type_not_json"


def test_what_a_client_says_it_takes_changes_nothing(key: InterfaceKey, software: Client) -> None:
    for accept in ("text/html", "application/xml", "nonsense", ""):
        body = json.dumps(envelope(key, "[]"))
        answer = software.post(
            f"{PATH}?format=xml", body, content_type=JSON, headers={"accept": accept}
        )
        assert code(answer) == "param_not_object"


def test_the_name_of_another_site_is_refused(software: Client) -> None:
    answer = software.post(PATH, b"{}", content_type=JSON, headers={"host": "elsewhere.example"})
    assert code(answer) == "request_unreadable"
    assert code(software.post(PATH, b"{}", content_type=JSON, headers={"host": "a b\0"})) == (
        "request_unreadable"
    )


def test_plain_http_is_refused_and_not_sent_on(software: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert code(software.post(PATH, b"{}", content_type=JSON)) == "https_required"
    assert code(software.post(PATH, b"{}", content_type=JSON, secure=True)) == "field_missing"


def test_cookies_forms_and_tokens_play_no_part(maker: Side, key: InterfaceKey) -> None:
    """Whoever is signed in calls like a stranger, and a call needs no token."""
    client = client_of(maker.agent.account)
    client.handler.enforce_csrf_checks = True
    assert code(client.post(PATH, b"{}", content_type=JSON)) == "field_missing"
    client.cookies["sessionid"] = "a\0b"
    answer = client.post(PATH, json.dumps(envelope(key, "[]")), content_type=JSON)
    assert code(answer) == "param_not_object"
    assert not answer.cookies


def test_a_call_reads_its_key_and_who_does_the_business_and_is_noted(
    key: InterfaceKey, maker: Side
) -> None:
    client = client_of(maker.agent.account)
    body = json.dumps(envelope(key, "[]"))
    with CaptureQueriesContext(
        connection,
    ) as spent:
        assert code(client.post(PATH, body, content_type=JSON)) == "param_not_object"
    assert [one["sql"].split()[0] for one in spent.captured_queries] == ["SELECT", "SELECT", "WITH"]


def test_an_answer_is_kept_nowhere_and_names_its_request(software: Client) -> None:
    answer = software.post(PATH, b"{}", content_type=JSON, headers={"x-request-id": "request-0001"})
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Request-ID"] == answer.json()["request_id"] == "request-0001"


def gone() -> OperationalError:
    error = OperationalError("told by the server")
    error.__cause__ = errors.AdminShutdown()
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (gone(), "portal_busy"),
        (NoRedis("gone"), "portal_busy"),
        (OSError(errno.ENOSPC, "No space left on device"), "portal_full"),
        (RequestDataTooBig(), "request_unreadable"),
        (TooManyFieldsSent(), "request_unreadable"),
        (SuspiciousOperation("421083198911111111"), "request_unreadable"),
        (RuntimeError("421083198911111111"), "portal_failed"),
        (KeyError("421083198911111111"), "portal_failed"),
        (RecursionError(), "portal_failed"),
        (MemoryError(), "portal_failed"),
    ],
    ids=repr,
)
def test_whatever_fails_inside_is_said_without_what_it_was(
    key: InterfaceKey,
    software: Client,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    expected: str,
) -> None:
    def fail(_text: str) -> None:
        raise error

    monkeypatch.setattr("tracing.api.views.asked", fail)
    answer = software.post(PATH, json.dumps(envelope(key, "{}")), content_type=JSON)
    assert code(answer) == expected
    assert "421083198911111111" not in answer.content.decode()
    if expected == "portal_failed":
        assert answer.json()["request_id"] in answer.json()["message"]
    assert answer.get("Retry-After") == ("30" if expected == "portal_busy" else None)


def test_a_fault_of_ours_is_told_to_whoever_listens(
    key: InterfaceKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_text: str) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("tracing.api.views.asked", fail)
    with pytest.raises(RuntimeError, match="ours"):
        call(key, ADDRESS, "{}")


def test_without_redis_no_call_goes_on(
    key: InterfaceKey, software: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Redis(host=HOST, port=free_port())
    monkeypatch.setattr(limits, "_client", lambda: nobody)
    answer = software.post(PATH, json.dumps(envelope(key, PARAM)), content_type=JSON)
    assert code(answer) == "portal_busy"
    assert answer["Retry-After"] == str(RETRY_SECONDS)
    assert RETRY_SECONDS in LATER.values()


def test_what_is_sent_as_a_form_is_never_read_as_one(software: Client) -> None:
    fields = "&".join(f"a{n}=1" for n in range(product.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    kind = "application/x-www-form-urlencoded"
    assert code(software.generic("POST", PATH, fields, content_type=kind)) == "type_not_json"
    large = b"x" * (product.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert len(large) < LARGEST_BODY
    assert code(software.generic("POST", PATH, large, content_type=JSON)) == "body_not_json"


def test_everything_else_goes_on_as_before() -> None:
    passed_on: list[str] = []

    def get_response(request: Any) -> Any:
        passed_on.append(request.path)

    middleware: Callable[[Any], Any] = InterfaceMiddleware(get_response)
    for path in ("/", "/api/", "/api/v10/", "/api/v1x", "/api/docs/", "/u/a/api/v1/"):
        middleware(RequestFactory().get(path))
    assert len(passed_on) == 6
