"""The second scheme: HMAC-SHA256 over all of a call, its signature in headers."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.keys.models import InterfaceKey
from portal.lib.refused import Refused
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import ADDRESS, PARAM, code, envelope, passed, post, signed_headers
from tracing.api.envelope import asked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "expected"), [("Portal-Nonce", "header_missing"), ("Portal-Key", "header_missing")]
)
def test_the_second_scheme_needs_all_its_headers(
    key: InterfaceKey, field: str, expected: str
) -> None:
    headers = signed_headers(key, PARAM.encode())
    del headers[field]
    assert code(post(ADDRESS, PARAM, **headers)) == expected


def test_the_second_scheme_lets_in_by_headers(key: InterfaceKey) -> None:
    body = PARAM.encode()
    assert passed(post(ADDRESS, PARAM, **signed_headers(key, body)))
    path = f"/api/v1/{ADDRESS}?a=1&b=%E4%B8%AD"
    assert passed(post(f"{ADDRESS}?a=1&b=%E4%B8%AD", PARAM, **signed_headers(key, body, path=path)))


@pytest.mark.parametrize("written", ["?x=a|b", "?", "?x=%2d%2D", "?x=a'b", "?x=中", "?x=%7e"])
def test_the_path_is_signed_as_it_is_sent(key: InterfaceKey, written: str) -> None:
    """Django would write it otherwise; the web server keeps what came, its bytes as characters."""
    path = f"/api/v1/{ADDRESS}{written}"
    headers = signed_headers(key, PARAM.encode(), path=path)
    raw = path.encode().decode("latin-1")
    sent = partial(Client().post, path, PARAM, content_type="application/json", headers=headers)
    assert passed(sent(RAW_URI=raw))
    headers |= signed_headers(key, PARAM.encode(), path=path)
    assert code(sent(RAW_URI=f"{raw}&more=1")) == "headers_signature_wrong"


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        ({"path": "/api/v1/upload/another"}, "headers_signature_wrong"),
        ({"path": f"/api/v1/{ADDRESS}?a=1"}, "headers_signature_wrong"),
        ({"method": "PUT"}, "headers_signature_wrong"),
        ({"body": b"{}"}, "headers_signature_wrong"),
        ({"nonce": "short"}, "nonce_unreadable"),
        ({"nonce": "a" * 65}, "nonce_unreadable"),
        ({"nonce": "sixteen or more!"}, "nonce_unreadable"),
    ],
)
def test_the_second_scheme_signs_all_of_a_call(
    key: InterfaceKey, signed: dict[str, Any], expected: str
) -> None:
    headers = signed_headers(key, signed.pop("body", PARAM.encode()), **signed)
    assert code(post(ADDRESS, PARAM, **headers)) == expected


def test_a_nonce_is_used_once_by_a_key_and_again_by_another(key: InterfaceKey, maker: Side) -> None:
    nonce = "a-nonce-of-this-test"
    body = b'{"data":"other"}'
    assert passed(post(ADDRESS, PARAM, **signed_headers(key, PARAM.encode(), nonce=nonce)))
    again = post(ADDRESS, body, **signed_headers(key, body, nonce=nonce))
    assert code(again) == "call_replayed"
    other = key_of(maker)
    assert passed(post(ADDRESS, body, **signed_headers(other, body, nonce=nonce)))


def test_the_schemes_are_never_mixed(key: InterfaceKey) -> None:
    body = json.dumps(envelope(key, PARAM)).encode()
    assert code(post(ADDRESS, body, **signed_headers(key, body))) == "schemes_mixed"
    assert code(post(ADDRESS, body, **{"Portal-Key": key.ak})) == "header_missing"
    with pytest.raises(Refused):
        asked(json.dumps(envelope(key, PARAM)))


def test_a_header_of_the_second_scheme_has_an_end(key: InterfaceKey) -> None:
    headers = {**signed_headers(key, PARAM.encode()), "Portal-Signature": "a" * 101}
    assert code(post(ADDRESS, PARAM, **headers)) == "field_too_long"
