"""Who calls: a call's signature is checked, and what its key may do at this moment.

In this order, so that whoever has no SKey learns nothing of the key but that it is there: form,
key, time, signature, use for the first time; only then the key's own state and where it is used.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from django.core.cache import cache
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.kinds import kind_words
from accounts.core.origin import KeyUse, Origin
from accounts.keys import signing
from accounts.keys.models import KEY_LENGTH, InterfaceKey
from accounts.keys.scopes import SELF_SERVICE, scopes_now
from accounts.keys.states import freezer
from accounts.rights.businesses import BUSINESSES
from accounts.rights.queries import holdings
from accounts.units.models import Unit
from portal.lib.clock import last_day, to_minute
from portal.lib.refused import Refused, echoed

# How far a call's time may be from ours, in seconds, either way.
WINDOW = 300
SECONDS_DIGITS, MILLISECONDS_DIGITS = 10, 13
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Caller(NamedTuple):
    """A unit's software, by its key, in the name of the agent who does 接口调用自助服务."""

    key: InterfaceKey
    unit: Unit
    agent: Agent
    origin: Origin

    @property
    def scopes(self) -> frozenset[str]:
        """The businesses that the key may do now: those of its scopes that its unit still has."""
        return self.origin.key.scopes if self.origin.key else frozenset()

    def require(self, businesses: Sequence[str], interface: str) -> None:
        """Raises Refused where the key may do none of some businesses, or its unit has none."""
        if not self.scopes.isdisjoint(businesses):
            return
        titles = "或".join(BUSINESSES[business].title for business in businesses)
        kinds = frozenset().union(*(BUSINESSES[business].kinds for business in businesses))
        if kinds.isdisjoint(self.unit.kinds):
            raise Refused("scope_not_of_unit", business=titles, kinds=kind_words(kinds))
        raise Refused("scope_missing", business=titles, interface=interface)


def key_of(ak: str) -> InterfaceKey:
    """The live key of this AKey. Raises Refused: key_unknown."""
    rows = InterfaceKey.everything.filter(ak=ak, ended_at=None)
    key = rows.select_related("unit__account").first() if len(ak) == KEY_LENGTH else None
    if key is None:
        raise Refused("key_unknown", found=echoed(ak), length=str(KEY_LENGTH))
    return key


def check_time(timestamp: str) -> None:
    """Raises Refused for a time that is none, or too far from ours."""
    digits = timestamp.isascii() and timestamp.isdigit()
    if not digits or len(timestamp) not in (SECONDS_DIGITS, MILLISECONDS_DIGITS):
        raise Refused("timestamp_unreadable", found=echoed(timestamp))
    now = int(time.time())
    if abs(now - int(timestamp[:SECONDS_DIGITS])) > WINDOW:
        raise Refused("time_outside_window", found=timestamp, server=str(now), seconds=str(WINDOW))


def check_signature(given: str, expected: str, *, by_headers: bool) -> None:
    """Raises Refused for any other signature, in the words of the scheme that was used."""
    if signing.same(given, expected):
        return
    if by_headers:
        raise Refused("headers_signature_wrong", found=echoed(given))
    raise Refused("signature_wrong", found=echoed(given))


def check_nonce(nonce: str) -> None:
    """Raises Refused for what is no nonce."""
    if not NONCE.fullmatch(nonce):
        raise Refused("nonce_unreadable", found=echoed(nonce))


def check_first_use(key: InterfaceKey, once: str) -> None:
    """Raises Refused where the key has brought this signature or nonce within the window."""
    # Twice the window: a time that is ahead of ours is accepted that long.
    if not cache.add(f"api-once:{key.ak}:{once}", 1, timeout=2 * WINDOW + 1):
        raise Refused("call_replayed")


def caller(key: InterfaceKey, origin: Origin) -> Caller:
    """Who calls by a key whose signature was right. Raises Refused for a key that may do nothing
    now, or not from there."""
    now = timezone.now()
    title = BUSINESSES[SELF_SERVICE].title
    if key.frozen_at is not None:
        since = to_minute(key.frozen_at)
        raise Refused("key_frozen", since=since, why=key.frozen_why, who=freezer(key))
    if key.expires_at is not None and key.expires_at <= now:
        raise Refused("key_expired", until=str(last_day(key.expires_at)))
    if not allowed(key, origin.address):
        raise Refused("address_not_allowed", found=origin.address or "")
    hand = holdings(key.unit).get(SELF_SERVICE)
    if hand is None or not hand.unit_open:
        raise Refused("key_without_holder", business=title)
    agent = hand.acting
    scopes = frozenset(business.code for business in scopes_now(key.unit, key.scopes))
    use = KeyUse(key.ak, scopes)
    return Caller(key, key.unit, agent, origin._replace(by=agent.account, key=use))


def allowed(key: InterfaceKey, address: str | None) -> bool:
    """Whether a key may be used from an address; from any where it names none."""
    if not key.networks:
        return True
    if address is None:
        return False
    found = ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped in ip_network(network) for network in key.networks)
