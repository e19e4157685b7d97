"""The keys of a unit, for its pages and for whoever hands its business on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.keys.models import InterfaceKey
from accounts.keys.scopes import SELF_SERVICE
from accounts.keys.states import state_of
from accounts.rights.unfinished import Fate, Item, Pile
from accounts.units.models import Unit

# How long an ended key stands in the list, and how many of those at most.
SHOWN_DAYS, SHOWN_ENDED = 90, 50
NEWEST = 5
PILE = "接口密钥"


def live_keys(unit: Unit) -> QuerySet[InterfaceKey]:
    """The keys of a unit that have not ended, also frozen and expired ones; the newest first."""
    return _keys(unit).filter(ended_at=None)


def listed_keys(unit: Unit) -> list[InterfaceKey]:
    """Return the keys of a unit's list: live ones, then those that ended lately."""
    since = timezone.now() - timedelta(days=SHOWN_DAYS)
    ended = _keys(unit).filter(ended_at__gte=since).order_by(F("ended_at").desc(), "-pk")
    return [*live_keys(unit), *ended[:SHOWN_ENDED]]


def key_of_unit(unit: Unit, key_id: int) -> InterfaceKey | None:
    """Return one key of the unit, live or not; None for another's."""
    return _keys(unit).filter(pk=key_id).first()


def keys_going_along(unit: Unit, businesses: Collection[str]) -> Pile:
    """Return the live keys, which lie in 接口调用自助服务."""
    if SELF_SERVICE not in businesses:
        return Pile(PILE, 0, [])
    rows = live_keys(unit)
    newest = [Item(SELF_SERVICE, key.name, state_of(key).word) for key in rows[:NEWEST]]
    return Pile(PILE, rows.count(), newest, Fate.ENDS)


def _keys(unit: Unit) -> QuerySet[InterfaceKey]:
    rows = InterfaceKey.objects.of(unit).select_related("holder__account", "succeeds")
    return rows.order_by("-made_at", "-pk")
