"""Examples of calls and answers, signed with a key that nobody has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from accounts.keys import signing
from portal.lib.refused import Declared, refusal
from tracing.api.envelope import (
    AK,
    KEY_HEADER,
    NONCE_HEADER,
    PARAM,
    SIGN,
    SIGNATURE_HEADER,
    TIMESTAMP,
    TIMESTAMP_HEADER,
)
from tracing.api.interfaces import DATA_NAME, OK, Interface, Parameter
from tracing.records import RECORDS
from tracing.records.bindings import record_of
from tracing.records.shapes import Shape

EXAMPLE_AK = "0123456789abcdef0123456789abcdef"
EXAMPLE_SK = "fedcba9876543210fedcba9876543210"
EXAMPLE_NONCE = "a1b2c3d4e5f60718"
# The guide's.
EXAMPLE_TIME = "1687674798"
EXAMPLE_EVENT = "0f8fad5b-d9cb-469f-a165-70867728950e"
EXAMPLE_REQUEST = "3f2c9a1e5b7d4086"
EXAMPLE_RECORD = record_of(Shape.PRODUCT).code
# What a parameter of a type is where it gives no example of its own.
_OF_TYPE: dict[str, Any] = {
    "string": "…",
    "integer": 1,
    "number": 1,
    "boolean": False,
    "array": [],
    "object": {},
    "null": None,
}


def compact(value: Any) -> str:
    """JSON without a blank, as it is best signed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def example_param(interface: Interface) -> dict[str, Any]:
    """What a call asks: what it must, and what has an example."""
    return {
        parameter.name: example_of(interface, parameter)
        for parameter in interface.parameters
        if parameter.required or parameter.example is not None
    }


def example_of(interface: Interface, parameter: Parameter) -> Any:
    """The value of one parameter; the rows are the record's own example."""
    if parameter.example is not None:
        return parameter.example
    if parameter.name == DATA_NAME and interface.record is not None:
        return [example_row(interface.record)]
    return example_value(schema_of(parameter))


def schema_of(parameter: Parameter) -> Mapping[str, Any]:
    """The type of a parameter as a JSON Schema object."""
    return {"type": parameter.type} if isinstance(parameter.type, str) else parameter.type


def example_row(record_code: str) -> dict[str, str]:
    """A row that every check of the record accepts; its empty columns are left out."""
    columns = RECORDS[record_code].columns
    return {column.name: column.example for column in columns if column.example}


def example_value(schema: Mapping[str, Any]) -> Any:
    """A value of a JSON Schema object: its example where it gives one, else the plainest."""
    for given in ("examples", "enum"):
        if given in schema:
            return schema[given][0]
    for given in ("example", "const", "default"):
        if given in schema:
            return schema[given]
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return example_value(schema[several][0])
    return _plainest(schema)


def _plainest(schema: Mapping[str, Any]) -> Any:
    """A value of a type."""
    if "properties" in schema:
        return {name: example_value(inner) for name, inner in schema["properties"].items()}
    types = schema.get("type", "object")
    kind = types if isinstance(types, str) else types[0]
    if kind == "array" and schema.get("items"):
        return [example_value(schema["items"])]
    return _OF_TYPE[kind]


def example_envelope(param: str) -> dict[str, str]:
    """The guide's message around what is asked, with the right signature."""
    sign = signing.guide_signature(EXAMPLE_AK, EXAMPLE_TIME, EXAMPLE_SK, param)
    return {AK: EXAMPLE_AK, TIMESTAMP: EXAMPLE_TIME, SIGN: sign, PARAM: param}


def example_headers(path: str, param: str) -> dict[str, str]:
    """The headers of the second scheme for a call, with the right signature."""
    text = signing.hmac_text("POST", path, EXAMPLE_TIME, EXAMPLE_NONCE, param.encode())
    return {
        KEY_HEADER: EXAMPLE_AK,
        TIMESTAMP_HEADER: EXAMPLE_TIME,
        NONCE_HEADER: EXAMPLE_NONCE,
        SIGNATURE_HEADER: signing.hmac_signature(EXAMPLE_SK, text),
    }


def example_answer(interface: Interface) -> dict[str, Any]:
    """A good answer."""
    return _answer(OK, "成功", example_value(interface.returned) if interface.returned else {})


def example_refusal(declared: Declared) -> dict[str, Any]:
    """The answer of a refusal; each detail stands as its name in 〈〉."""
    made = refusal(declared.code, **{name: f"〈{name}〉" for name in declared.details})
    reason = {"code": made.code, "message": made.message, "place": made.place}
    return _answer(made.code, made.message, None) | {"errors": [reason]}


def _answer(code: str, message: str, data: Any) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "data": data,
        "request_id": EXAMPLE_REQUEST,
        "timestamp": EXAMPLE_TIME,
    }
