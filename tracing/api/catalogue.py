"""All interfaces, in the order of the documents."""

from __future__ import annotations

from itertools import chain

from tracing.api.interfaces import Interface
from tracing.api.named_uploads import named_interfaces
from tracing.api.query import query_interfaces
from tracing.api.upload_results import result_interfaces
from tracing.api.uploads import upload_interfaces

_AREAS = (named_interfaces, upload_interfaces, result_interfaces, query_interfaces)
INTERFACES: dict[str, Interface] = {
    one.address: one for one in chain.from_iterable(area() for area in _AREAS)
}
