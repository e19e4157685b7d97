"""Keys are issued, changed and ended: the only writers of their tables."""

import secrets
from collections.abc import Collection

from django.db import transaction

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.keys.models import KEY_LENGTH, InterfaceKey
from accounts.log.writing import record
from accounts.rights.actions import lock
from accounts.units.models import Unit


@transaction.atomic
def issue(
    unit: Unit,
    agent: Agent,
    *,
    name: str,
    scopes: Collection[str],
    contact_name: str,
    contact_phone: str,
    origin: Origin,
    sandbox: bool = False,
) -> InterfaceKey:
    """Make a key. Its `sk` is known to the row that is returned, and shown this once."""
    lock(unit)
    key = InterfaceKey.objects.create(
        unit=unit,
        holder=agent,
        name=name,
        ak=secrets.token_hex(KEY_LENGTH // 2),
        sk=secrets.token_hex(KEY_LENGTH // 2),
        scopes=sorted(scopes),
        sandbox=sandbox,
        contact_name=contact_name,
        contact_phone=contact_phone,
        made_by=agent.account,
    )
    record(
        "key-issued",
        origin=origin.done_by(agent.account),
        unit=unit,
        target=key.ak,
        after={"key_name": name, "businesses": key.scopes, "key_sandbox": sandbox},
    )
    return key
