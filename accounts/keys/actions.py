"""Keys are applied for, changed, followed by others and shown: with `actions_ending` the only
writers of their table.

All of it happens under the lock on the unit, as the rights do with which keys move.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.limits import DAY, Limit, spend
from accounts.core.names import AccountKind, mask_mobile
from accounts.core.origin import Origin
from accounts.keys.models import KEY_LENGTH, InterfaceKey
from accounts.keys.networks import read_networks
from accounts.keys.scopes import SELF_SERVICE, scopes_of
from accounts.keys.states import FREEZERS, KeyState, state_of
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import lock, title_of
from accounts.rights.queries import holdings
from accounts.units.models import Unit
from portal.lib.clock import last_day
from portal.lib.refused import Refusal, Refused, refusal

# Of a unit, not counting those that are to take the place of another.
MOST_KEYS = 20
APPLICATIONS_A_DAY = 20
# After an application, in which the SKey is shown when its page is asked for.
SHOWN_WITHIN = timedelta(minutes=10)


class Terms(NamedTuple):
    """What a key may be told to be. `networks` are lines as people type them; `expires_at` is None
    for a key that holds until it is ended."""

    name: str
    scopes: Collection[str]
    contact_name: str
    contact_phone: str
    networks: Collection[str] = ()
    expires_at: datetime | None = None


def apply(
    unit: Unit, agent: Agent, terms: Terms, *, origin: Origin, sandbox: bool = False
) -> InterfaceKey:
    """Make a key that somebody applies for on the page.

    Raises Refused: keys_too_often, and what `issue` refuses.
    """
    _spend(unit)
    return issue(unit, agent, origin=origin, sandbox=sandbox, **terms._asdict())


@transaction.atomic
def issue(
    unit: Unit, agent: Agent, *, origin: Origin, sandbox: bool = False, **terms: Any
) -> InterfaceKey:
    """Make a key on `Terms`, which belongs to whoever holds 接口调用自助服务; `agent` does it now.

    Its `sk` is known to the row that is returned, and shown this once. Raises Refused: no_business,
    keys_too_many, key_scope_missing, key_scope_foreign, key_expires_past, key_name_taken,
    networks_too_many, network_unreadable, network_has_host, network_of_all.
    """
    lock(unit)
    holder = _holder(unit, agent)
    values = checked(unit, Terms(**terms))
    mine = (
        InterfaceKey.objects.of(unit)
        .filter(ended_at=None)
        .exclude(succeeds__ended_at=None, succeeds__isnull=False)
    )
    if (found := mine.count()) >= MOST_KEYS:
        raise Refused("keys_too_many", found=str(found), most=str(MOST_KEYS))
    key = _make(unit, holder, agent, sandbox=sandbox, **values)
    after = _said(key) | {"key_sandbox": sandbox}
    record(
        "key-issued",
        origin=origin.done_by(agent.account),
        unit=unit,
        target=called_key(key),
        after=after,
    )
    tell(key, "key-issued", origin.done_by(agent.account))
    return key


@transaction.atomic
def _rotate(unit: Unit, agent: Agent, key_id: int, origin: Origin) -> InterfaceKey:
    lock(unit)
    holder = _holder(unit, agent)
    old = live_key(unit, key_id)
    if problems := _not_to_rotate(old):
        raise Refused.of(*problems)
    values = {name: getattr(old, name) for name in (*Terms._fields, "sandbox")}
    key = _make(unit, holder, agent, succeeds=old, **values)
    record(
        "key-rotated",
        origin=origin,
        unit=unit,
        target=called_key(key),
        after={"key_succeeds": old.ak},
    )
    tell(key, "key-rotated", origin)
    return key


def rotate(unit: Unit, agent: Agent, key_id: int, *, origin: Origin) -> InterfaceKey:
    """Make a key on the same terms that is to take the place of another; both live until that is
    ended. Its SKey is shown as that of a new key.

    Raises Refused: keys_too_often, no_business, key_over, key_rests, key_has_successor,
    key_succeeds_live.
    """
    _spend(unit)
    return _rotate(unit, agent, key_id, origin)


@transaction.atomic
def change(unit: Unit, agent: Agent, key_id: int, terms: Terms, *, origin: Origin) -> list[str]:
    """Give a live key other terms; returns the labels of what has changed.

    Raises Refused: no_business, key_over, and what is refused of a new key's terms.
    """
    lock(unit)
    _holder(unit, agent)
    key = live_key(unit, key_id)
    values = checked(unit, terms, key)
    changed = [name for name, value in values.items() if getattr(key, name) != value]
    if not changed:
        return []
    before = _said(key)
    for name in changed:
        setattr(key, name, values[name])
    key.save(update_fields=changed)
    after = _said(key)
    # A telephone number stands masked: two may look alike.
    said = [name for name in after if before[name] != after[name]]
    record(
        "key-changed",
        origin=origin,
        unit=unit,
        target=called_key(key),
        before={name: before[name] for name in said},
        after={name: after[name] for name in said},
    )
    labels = [str(getattr(InterfaceKey._meta.get_field(name), "verbose_name")) for name in changed]  # noqa: B009
    tell(key, "key-changed", origin, fields="、".join(labels))
    return labels


@transaction.atomic
def reveal(unit: Unit, key_id: int, *, origin: Origin) -> InterfaceKey | None:
    """Return a key whose SKey may be shown to whoever applied for it, and note that it was.

    None where it was shown before, where it is too late, and to anyone else.
    """
    lock(unit)
    since = timezone.now() - SHOWN_WITHIN
    rows = InterfaceKey.objects.of(unit).filter(shown_at=None, ended_at=None, made_at__gt=since)
    key = rows.filter(pk=key_id, made_by=origin.doer).first()
    if key is None:
        return None
    key.shown_at = timezone.now()
    key.save(update_fields=["shown_at"])
    record("key-shown", origin=origin, unit=unit, target=called_key(key))
    return key


def live_key(unit: Unit, key_id: int) -> InterfaceKey:
    """Return a live key of the unit, under its lock. Raises Refused: key_over.

    The page that asks has found it in the unit. Raises DoesNotExist for another's.
    """
    rows = InterfaceKey.objects.of(unit).select_related("holder__account", "unit__account")
    key = rows.get(pk=key_id)
    if key.ended_at is not None:
        raise Refused("key_over", name=key.name)
    return key


def called_key(key: InterfaceKey) -> str:
    """Name a key as the operation log does."""
    return f"{key.name}（{key.ak}）"


def tell(key: InterfaceKey, code: str, origin: Origin, **detail: str) -> None:
    """Tell the holder and the unit account what was done to a key, but not whoever did it."""
    said = {"unit": key.unit.name, "name": key.name, "ak": key.ak, **detail}
    for account in (key.holder.account, key.unit.account):
        if account != origin.by:
            notify(account, code, doer=_doer(origin), **said)


def _doer(origin: Origin) -> str:
    if origin.by is None:
        return FREEZERS[AccountKind.STAFF]
    words = FREEZERS[origin.by.kind]
    return f"{words} {origin.by.agent.name} " if origin.by.kind == AccountKind.AGENT else words


def _spend(unit: Unit) -> None:
    limit = Limit("keys-of-unit", str(unit.pk), APPLICATIONS_A_DAY, DAY)
    spend("keys_too_often", limit, times=str(APPLICATIONS_A_DAY))


def _holder(unit: Unit, agent: Agent) -> Agent:
    """Whoever holds the business of keys, which the agent does now. Raises Refused."""
    hand = holdings(unit).get(SELF_SERVICE)
    if hand is None or hand.acting != agent:
        raise Refused("no_business", business=title_of(SELF_SERVICE))
    return hand.holder


def checked(unit: Unit, terms: Terms, own: InterfaceKey | None = None) -> dict[str, Any]:
    """Return the columns of a key on these terms; `own`, which is given them, may keep the name
    and the expiry that it has. Raises Refused, with all that is wrong, as `issue` does."""
    problems: list[Refusal] = []
    named = InterfaceKey.objects.of(unit).filter(name=terms.name, ended_at=None)
    if (own is None or own.name != terms.name) and named.exists():
        problems.append(refusal("key_name_taken", name=terms.name))
    allowed = {business.code: business.title for business in scopes_of(unit)}
    if not terms.scopes:
        problems.append(refusal("key_scope_missing"))
    for scope in sorted(set(terms.scopes) - allowed.keys()):
        words = "、".join(allowed.values())
        problems.append(refusal("key_scope_foreign", scope=title_of(scope), scopes=words))
    expires = terms.expires_at
    kept = own and own.expires_at
    if expires is not None and expires != kept and expires <= timezone.now():
        problems.append(refusal("key_expires_past", until=str(last_day(expires))))
    try:
        networks = read_networks("\n".join(terms.networks))
    except Refused as refused:
        problems += refused.refusals
    if problems:
        raise Refused.of(*problems)
    return terms._asdict() | {"scopes": sorted(set(terms.scopes)), "networks": networks}


def _make(unit: Unit, holder: Agent, agent: Agent, **values: Any) -> InterfaceKey:
    return InterfaceKey.objects.create(
        unit=unit,
        holder=holder,
        ak=secrets.token_hex(KEY_LENGTH // 2),
        sk=secrets.token_hex(KEY_LENGTH // 2),
        made_by=agent.account,
        **values,  # type: ignore[misc]  # the columns of Terms
    )


def _not_to_rotate(key: InterfaceKey) -> list[Refusal]:
    state = state_of(key)
    if state is not KeyState.LIVE:
        return [refusal("key_rests", name=key.name, state=state.word)]
    if successor := key.successors.filter(ended_at=None).first():
        return [refusal("key_has_successor", name=key.name, ak=successor.ak)]
    if key.succeeds is not None and key.succeeds.ended_at is None:
        return [refusal("key_succeeds_live", name=key.name, ak=key.succeeds.ak)]
    return []


def _said(key: InterfaceKey) -> dict[str, Any]:
    """A key's terms as the operation log keeps them."""
    return {
        "key_name": key.name,
        "businesses": key.scopes,
        "key_networks": key.networks,
        "key_expires": key.expires_at.isoformat() if key.expires_at else None,
        "key_contact": f"{key.contact_name}（{mask_mobile(key.contact_phone)}）",
    }
