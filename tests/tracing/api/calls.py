"""Calls of the interface as a unit's software makes them."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

from django.test import Client

from accounts.keys.models import InterfaceKey
from accounts.keys.signing import guide_signature

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
