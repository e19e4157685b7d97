"""What a link of a chain is made of: an entry as PostgreSQL gives it back, and its hash.

The form is part of docs/adr/0009: changing it would break every chain there is.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import NamedTuple

# The hash before the first link.
START = "0" * 64

# An entry as texts and whole numbers that PostgreSQL itself has written out, so that no value goes
# through a number or a calendar of Python before it is hashed. `e` is the entry.
ENTRY_COLUMNS = """
    e.id, e.unit_id, e.account_id,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    e.action, e.target, e.before::text, e.after::text, e.address::text, e.request_id
"""


class Entry(NamedTuple):
    """An entry as it is hashed, in the order of `ENTRY_COLUMNS`. Numbers are primary keys, `at` is
    UTC with microseconds, `before` and `after` are PostgreSQL's own text of the JSON."""

    id: int
    unit: int | None
    account: int | None
    at: str
    action: str
    target: str
    before: str | None
    after: str | None
    address: str | None
    request_id: str


def link_hash(previous: str, position: int, sealed_at: datetime, entry: Entry) -> str:
    """Return the SHA-256, in hex, of the hash before this link and of all that the link holds."""
    held = {
        **entry._asdict(),
        "position": position,
        "sealed_at": sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
