"""The key of a row as a form or an address carries it: as it is, or as JSON if it has parts."""

from __future__ import annotations

from django.core.exceptions import BadRequest

from tracing.records.bindings import BINDINGS
from tracing.records.event_kinds import EventKind
from tracing.stores.registry import store_of
from tracing.stores.row_key import Key, parts_of, written

__all__ = ["event_shown", "read", "shown", "shown_as_written", "written"]


def read(record_code: str, text: str) -> Key:
    """The key of a record's row; raises `BadRequest` for what no page of ours has sent."""
    count = len(store_of(record_code).TARGET.key)
    found = parts_of(text, count)
    if found is None or (count > 1 and not all(part.isprintable() for part in found)):
        raise BadRequest("not a key")
    return found


def shown(record_code: str, key: Key) -> str:
    """The key of a record's row as people read it."""
    if BINDINGS[record_code].event is not None:
        return event_shown(key)
    return " ".join(filter(None, key))


def shown_as_written(record_code: str, text: str) -> str:
    """The same of a key as it is kept; a text that is none is shown as it is."""
    key = parts_of(text, len(store_of(record_code).TARGET.key))
    return text if key is None else shown(record_code, key)


def event_shown(key: Key) -> str:
    """An event by its code, what it was and its document."""
    code, kind, document = key
    label = EventKind(kind).label if kind in list(EventKind) else kind
    return f"{code}（{label}，单据 {document}）"
