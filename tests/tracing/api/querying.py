"""Queries by interface, and what the pages show the same unit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from accounts.keys.models import InterfaceKey
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import call
from tracing.api.catalogue import INTERFACES


def answered(key: InterfaceKey, query: str, **param: Any) -> dict[str, Any]:
    """The data of a good answer, which is what the interface says that it returns."""
    answer = call(key, f"query/{query}", param)
    assert answer.status_code == 200, answer.content.decode()
    data: dict[str, Any] = answer.json()["data"]
    fits(INTERFACES[f"query/{query}"].returned, data)
    return data


def asked(side: Side, query: str, **param: Any) -> dict[str, Any]:
    """The same, by a fresh key of a unit."""
    return answered(key_of(side), query, **param)


def refused(side: Side, query: str, **param: Any) -> tuple[int, list[str]]:
    """The status and the codes of a refusal."""
    answer = call(key_of(side), f"query/{query}", param)
    return answer.status_code, [error["code"] for error in answer.json()["errors"]]


def told(answer: Any, code: str) -> str:
    """An answer without what differs between two calls, and without the code that was asked for."""
    text: str = answer.content.decode()
    return re.sub(r'"(request_id|timestamp)":"[^"]*"', "", text).replace(code, "")


def fits(schema: Mapping[str, Any], value: Any, place: str = "data") -> None:
    """Hold a value against the words of JSON Schema that queries use."""
    if "oneOf" in schema:
        assert sum(_fits(one, value) for one in schema["oneOf"]) == 1, place
        return
    if "enum" in schema:
        assert value in schema["enum"], (place, value)
        return
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(isinstance(value, _TYPES[kind]) for kind in kinds), (place, value)
    assert isinstance(value, bool) <= ("boolean" in kinds), (place, value)
    if isinstance(value, dict):
        assert list(value) == schema["required"], (place, list(value))
        for name, inner in value.items():
            fits(schema["properties"][name], inner, f"{place}.{name}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            fits(schema["items"], item, f"{place}[{number}]")


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    try:
        fits(schema, value)
    except AssertionError:
        return False
    return True


_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def as_json(value: Any) -> Any:
    """A value as JSON brings it back."""
    return json.loads(json.dumps(value, ensure_ascii=False))
