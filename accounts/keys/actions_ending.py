"""Keys are frozen, end, and follow the business that they belong to, as webhooks do."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.core.actions import called
from accounts.core.names import AccountKind
from accounts.core.origin import Origin
from accounts.core.reasons import reason_of
from accounts.keys.actions import called_key, live_key, tell
from accounts.keys.models import InterfaceKey
from accounts.keys.models_webhooks import Pause, Webhook, WebhookState
from accounts.keys.queries_webhooks import kept
from accounts.keys.scopes import SELF_SERVICE
from accounts.keys.states import freezer, may_thaw
from accounts.keys.webhook_pauses import pause
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import lock, title_of
from accounts.rights.followers import Passing
from accounts.rights.queries import holdings
from accounts.units.models import Unit
from portal.lib.refused import Refused


@transaction.atomic
def freeze(unit: Unit, key_id: int, reason: str, *, origin: Origin) -> None:
    """Let a key do nothing until that is undone.

    Raises Refused: key_reason_missing, reason_too_long, key_over, key_frozen_already.
    """
    reason = reason_of(reason, "key_reason_missing")
    lock(unit)
    key = live_key(unit, key_id)
    if key.frozen_at is not None and not _outranks(key, _kind(origin)):
        raise Refused("key_frozen_already", name=key.name, who=freezer(key))
    key.frozen_at, key.frozen_why, key.frozen_by = timezone.now(), reason, _kind(origin)
    key.save(update_fields=["frozen_at", "frozen_why", "frozen_by"])
    after = {"reason": reason}
    record("key-frozen", origin=origin, unit=unit, target=called_key(key), after=after)
    tell(key, "key-frozen", origin, reason=reason)


@transaction.atomic
def thaw(unit: Unit, key_id: int, reason: str = "", *, origin: Origin) -> None:
    """Undo that a key is frozen; staff say why.

    Raises Refused: key_over, key_not_frozen, key_frozen_above for one that the unit account or
    staff froze and somebody below asks for.
    """
    lock(unit)
    key = live_key(unit, key_id)
    if key.frozen_at is None:
        raise Refused("key_not_frozen", name=key.name)
    if not may_thaw(key, _kind(origin)):
        raise Refused("key_frozen_above", name=key.name, who=freezer(key))
    before, after = {"reason": key.frozen_why}, {"reason": reason}
    key.frozen_at, key.frozen_why, key.frozen_by = None, "", ""
    key.save(update_fields=["frozen_at", "frozen_why", "frozen_by"])
    record(
        "key-thawed",
        origin=origin,
        unit=unit,
        target=called_key(key),
        before=before,
        after=after if reason else None,
    )
    tell(key, "key-thawed", origin)


@transaction.atomic
def end_key(unit: Unit, key_id: int, *, origin: Origin) -> None:
    """End a key for good. Raises Refused: key_over."""
    lock(unit)
    key = live_key(unit, key_id)
    agent = _kind(origin) == AccountKind.AGENT
    key.ended_at = timezone.now()
    key.end = InterfaceKey.End.AGENT if agent else InterfaceKey.End.UNIT
    key.save(update_fields=["ended_at", "end"])
    record("key-ended", origin=origin, unit=unit, target=called_key(key))
    tell(key, "key-ended", origin)


def keys_follow(passing: Passing) -> None:
    """Give the live keys of a business that passes on to its next holder, or end them."""
    if SELF_SERVICE not in passing.businesses:
        return
    rows = InterfaceKey.objects.of(passing.unit).filter(ended_at=None)
    keys = list(rows.select_related("holder__account").order_by("pk"))
    if not keys:
        return
    if passing.to is None:
        _end_all(passing, keys)
    else:
        _move_all(passing, keys)


def _end_all(passing: Passing, keys: list[InterfaceKey]) -> None:
    for key in keys:
        key.ended_at = max(key.made_at, passing.moment)
        key.end = InterfaceKey.End.RIGHT
        key.save(update_fields=["ended_at", "end"])
        record(
            "key-ended",
            origin=passing.origin,
            unit=passing.unit,
            target=called_key(key),
            before={"holder": called(key.holder)},
        )
    for account in (keys[0].holder.account, passing.unit.account):
        notify(account, "keys-ended", **_count(passing, len(keys)))


def _move_all(passing: Passing, keys: list[InterfaceKey]) -> None:
    assert passing.to is not None  # noqa: S101 - tells mypy what the caller knows
    for key in keys:
        before = {"holder": called(key.holder)}
        key.holder = passing.to
        key.save(update_fields=["holder"])
        record(
            "key-moved",
            origin=passing.origin,
            unit=passing.unit,
            target=called_key(key),
            before=before,
            after={"holder": called(passing.to)},
        )
    notify(passing.to.account, "keys-moved", **_count(passing, len(keys)))


def webhooks_follow(passing: Passing) -> None:
    """Let the webhooks of a business that passes on go along, or pause them where it falls free:
    whoever is next must see where they lead before anything is sent there again."""
    if SELF_SERVICE not in passing.businesses:
        return
    rows = kept(passing.unit)
    if passing.to is None:
        _pause_all(passing, rows.filter(state=WebhookState.LIVE))
    elif count := rows.count():
        notify(passing.to.account, "webhooks-moved", **_count(passing, count))


def _pause_all(passing: Passing, live: QuerySet[Webhook]) -> None:
    count = sum(pause(webhook, Pause.VACANT, passing.origin) for webhook in live.order_by("pk"))
    # The authorisation ends after this, in the same transaction.
    hand = holdings(passing.unit).get(SELF_SERVICE)
    holders = [hand.holder.account] if hand else []
    for account in [*holders, passing.unit.account] if count else ():
        notify(account, "webhooks-paused", **_count(passing, count))


def _count(passing: Passing, count: int) -> dict[str, str]:
    business = title_of(SELF_SERVICE)
    return {"unit": passing.unit.name, "business": business, "count": str(count)}


def _kind(origin: Origin) -> str:
    """Who acts: a command acts for staff."""
    return AccountKind.STAFF if origin.by is None else origin.by.kind


def _outranks(key: InterfaceKey, kind: str) -> bool:
    """Whether a frozen key may be frozen anew, by somebody whom its freezer cannot undo."""
    return may_thaw(key, kind) and key.frozen_by != kind
