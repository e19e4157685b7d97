"""The key of a row as a form or an address carries it: as it is, or as JSON if it has parts."""

from __future__ import annotations

import json

from django.core.exceptions import BadRequest

from tracing.records.bindings import BINDINGS
from tracing.records.event_kinds import EventKind
from tracing.stores.registry import store_of
from tracing.stores.voiding import Key


def written(key: Key) -> str:
    """The key as text; `read` takes it back."""
    return key[0] if len(key) == 1 else json.dumps(key, ensure_ascii=False)


def read(record_code: str, text: str) -> Key:
    """The key of a record's row; raises `BadRequest` for what no page of ours has sent."""
    parts = len(store_of(record_code).TARGET.key)
    if parts == 1:
        return (text,)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("not a key") from error
    if (
        not isinstance(found, list)
        or len(found) != parts
        or not all(isinstance(part, str) and part.isprintable() for part in found)
    ):
        raise BadRequest("not a key")
    return tuple(found)


def shown(record_code: str, key: Key) -> str:
    """The key of a record's row as people read it."""
    if BINDINGS[record_code].event is not None:
        return event_shown(key)
    return " ".join(filter(None, key))


def event_shown(key: Key) -> str:
    """An event by its code, what it was and its document."""
    code, kind, document = key
    label = EventKind(kind).label if kind in list(EventKind) else kind
    return f"{code}（{label}，单据 {document}）"
