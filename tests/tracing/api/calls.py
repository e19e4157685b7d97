"""Calls of the interface as a unit's software makes them."""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from typing import Any

from django.test import Client

from accounts.keys.models import InterfaceKey
from accounts.keys.signing import guide_signature, hmac_signature, hmac_text
from portal.lib.refused import catalogue
from tests.tracing.uploads.rows import CODES

ADDRESS = f"upload/{CODES}"
# A param that is no fault of the envelope, and stores nothing.
PARAM = '{"data":"none"}'
# Two calls of one key in one millisecond would be a replay.
_LATER = itertools.count()


def envelope(key: InterfaceKey, param: str, timestamp: str | None = None) -> dict[str, Any]:
    """The guide's message, signed."""
    timestamp = timestamp or str(time.time_ns() // 1_000_000 + next(_LATER) % 1_000)
    sign = guide_signature(key.ak, timestamp, key.sk, param)
    return {"ak": key.ak, "timestamp": timestamp, "sign": sign, "param": param}


def post(address: str, message: Any, **headers: str) -> Any:
    """Send a message to an address below /api/v1/; returns Django's response."""
    body = message if isinstance(message, bytes | str) else json.dumps(message, ensure_ascii=False)
    return Client().post(
        f"/api/v1/{address}", body, content_type="application/json", headers=headers
    )


def call(key: InterfaceKey, address: str, param: Any, **headers: str) -> Any:
    """Call an interface by a key; returns Django's response."""
    text = param if isinstance(param, str) else json.dumps(param, ensure_ascii=False)
    return post(address, envelope(key, text), **headers)


def code(answer: Any) -> str:
    """The code of an answer, whose shape is looked at on the way."""
    said = answer.json()
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert {"code", "message", "data", "request_id", "timestamp"} <= said.keys()
    assert all(one["message"].isprintable() for one in said.get("errors", ()))
    found: str = said["code"]
    if found in catalogue():
        assert answer.status_code == catalogue()[found].ground.value
        assert said["errors"][0]["code"] == found
    return found


def passed(answer: Any) -> bool:
    """Whether a call came through the envelope."""
    found = code(answer)
    return found not in catalogue() or catalogue()[found].place != "envelope"


def signed_headers(
    key: InterfaceKey,
    body: bytes,
    *,
    path: str = f"/api/v1/{ADDRESS}",
    nonce: str = "",
    method: str = "POST",
) -> dict[str, str]:
    """The headers of the second scheme."""
    timestamp = str(int(time.time()))
    nonce = nonce or hashlib.sha256(str(time.time_ns()).encode()).hexdigest()[:32]
    text = hmac_text(method, path, timestamp, nonce, body)
    return {
        "Portal-Key": key.ak,
        "Portal-Timestamp": timestamp,
        "Portal-Nonce": nonce,
        "Portal-Signature": hmac_signature(key.sk, text),
    }
