"""All interfaces, in the order of the documents."""

from __future__ import annotations

from tracing.api.interfaces import Interface
from tracing.api.query import query_interfaces
from tracing.api.uploads import upload_interfaces

INTERFACES: dict[str, Interface] = {
    one.address: one for one in (*upload_interfaces(), *query_interfaces())
}
