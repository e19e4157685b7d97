"""The pieces that descriptions of answers are made of, as JSON Schema; titles are in Chinese."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Schema = dict[str, Any]


def said(title: str, kind: Mapping[str, Any] | str = "string", **more: Any) -> Schema:
    """A value with its title; `kind` is its type, or a schema."""
    schema = {"type": kind} if isinstance(kind, str) else dict(kind)
    return {**schema, "title": title, **more}


def shape(
    properties: Mapping[str, Mapping[str, Any]], title: str = "", *, optional: Collection[str] = ()
) -> Schema:
    """An object of these properties, in this order, and no other; each of them is always there but
    the optional ones."""
    found: Schema = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
    return {**found, "title": title} if title else found


def listed(items: Mapping[str, Any], title: str = "") -> Schema:
    """An array."""
    found: Schema = {"type": "array", "items": items}
    return {**found, "title": title} if title else found
