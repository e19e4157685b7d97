"""接口查询: what a unit's software may ask, in the order of the documents."""

from __future__ import annotations

from collections.abc import Iterator

from tracing.api.interfaces import Interface
from tracing.api.query_codes import code_interfaces
from tracing.api.query_events import event_interfaces
from tracing.api.query_lists import goods_interfaces, list_interfaces
from tracing.api.query_mapping import mapping_interfaces


def query_interfaces() -> Iterator[Interface]:
    """All queries."""
    yield from code_interfaces()
    yield from mapping_interfaces()
    yield from goods_interfaces()
    yield from event_interfaces()
    yield from list_interfaces()
