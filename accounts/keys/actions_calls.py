"""Each call by a key is noted: its last use, its place among the last calls, the count of its day.

A call is noted after its answer is made, in a statement of its own. What was done is done then, and
told: if noting fails, a program must not hear that its call failed, for it would send it again, and
an error in place of the answer would hide what became of the rows. So the failure is logged as one
of ours, with the call's request id, and the answer goes out as it is.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import NamedTuple

from django.db import Error, connection

from accounts.keys.masking import masked
from accounts.keys.models import InterfaceKey
from accounts.keys.models_calls import INTERFACE_LENGTH, RING, STRAY_RING
from portal.lib.clock import local_day

logger = logging.getLogger(__name__)
# A status from here on is a call that was not done.
FAILED = 400

# One statement: the key's row, locked first by all calls of the key alike, then day and ring. The
# end of a note need not be on disk before the answer goes out, and a note does not wait long for
# whoever changes the key: it is then one that failed.
NOTE = """
WITH quick AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '2s', true)
), used AS (
    UPDATE accounts_interfacekey AS key SET
        calls = key.calls + %(signed)s,
        strays = key.strays + 1 - %(signed)s,
        last_used_at = CASE WHEN %(signed)s = 1 THEN %(at)s ELSE key.last_used_at END,
        last_used_from = CASE WHEN %(signed)s = 1 THEN %(address)s::inet ELSE key.last_used_from END
    FROM quick WHERE key.id = %(key)s
    RETURNING key.id, key.unit_id, CASE WHEN %(signed)s = 1
        THEN (key.calls - 1) %% %(ring)s
        ELSE %(ring)s + (key.strays - 1) %% %(stray_ring)s END AS slot
), daily AS (
    INSERT INTO accounts_keyday (unit_id, key_id, day, calls, errors, strays)
    SELECT unit_id, id, %(day)s, %(signed)s, %(failed)s, 1 - %(signed)s FROM used
    ON CONFLICT (key_id, day) DO UPDATE SET
        calls = accounts_keyday.calls + EXCLUDED.calls,
        errors = accounts_keyday.errors + EXCLUDED.errors,
        strays = accounts_keyday.strays + EXCLUDED.strays
)
INSERT INTO accounts_keycall (unit_id, key_id, slot, at, interface, status, code, address,
    request_id, rows, milliseconds, param, answer)
SELECT unit_id, id, slot, %(at)s, %(interface)s, %(status)s, %(code)s, %(address)s::inet,
    %(request_id)s, %(rows)s, %(milliseconds)s, %(param)s, %(answer)s FROM used
ON CONFLICT (key_id, slot) DO UPDATE SET
    id = EXCLUDED.id, at = EXCLUDED.at, interface = EXCLUDED.interface, status = EXCLUDED.status,
    code = EXCLUDED.code, address = EXCLUDED.address, request_id = EXCLUDED.request_id,
    rows = EXCLUDED.rows, milliseconds = EXCLUDED.milliseconds, param = EXCLUDED.param,
    answer = EXCLUDED.answer
"""


class Call(NamedTuple):
    """One call whose key is known, and its answer. `signed`: the key's SKey signed it.

    `param` and `answer` are the texts or their beginnings; `secrets` what must not be kept of them
    besides the SKey, such as the signature. `rows`: how many, where the answer says so.
    """

    key: InterfaceKey
    signed: bool
    at: datetime
    interface: str
    status: int
    code: str
    address: str | None
    request_id: str
    milliseconds: int
    param: str
    answer: str
    rows: int | None = None
    secrets: tuple[str, ...] = ()


def note(call: Call) -> None:
    """Keep a call. It raises nothing that the database says; that is logged."""
    secrets = (call.key.sk, *call.secrets)
    values = {
        "key": call.key.pk,
        "ring": RING,
        "stray_ring": STRAY_RING,
        "signed": int(call.signed),
        "failed": int(call.signed and call.status >= FAILED),
        "at": call.at,
        "day": local_day(call.at),
        "interface": call.interface[:INTERFACE_LENGTH],
        "status": call.status,
        "code": call.code[:64],
        "address": call.address,
        "request_id": call.request_id[:64],
        "rows": call.rows,
        "milliseconds": call.milliseconds,
        "param": masked(call.param, secrets),
        "answer": masked(call.answer, secrets),
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, values)
    except Error:
        logger.exception("A call by the key %s was answered but not noted", call.key.ak)
