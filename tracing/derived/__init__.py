"""What follows from rows and is kept beside them, in the transaction that changes them.

Counters, so that no list counts its rows; and for the codes that a unit uploaded without owning
them the maker's batch, so that it can be looked for. Nobody else writes either.
"""

from tracing.derived.changes import Fresh, codes_change, events_change
from tracing.derived.owners import owner_changes
from tracing.derived.rebuild import rebuild

__all__ = ["Fresh", "codes_change", "events_change", "owner_changes", "rebuild"]
