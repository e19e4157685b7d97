"""What lies with whoever holds a business and must not outlast that: keys of interfaces.

Other domains say what they have when the app starts; accounts.rights knows none of them. A follower
is called under the lock on the unit, in the transaction in which authorisations end.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.units.models import Unit


class Passing(NamedTuple):
    """Businesses of a unit leave their holders at a moment, and pass on to the agent `to`, who is
    a member; None where they fall free."""

    unit: Unit
    businesses: frozenset[str]
    to: Agent | None
    moment: datetime
    origin: Origin


Follower = Callable[[Passing], None]
_FOLLOWERS: list[Follower] = []


def declare(follower: Follower) -> None:
    """Add a follower: it moves or ends what lies in the businesses, and logs that."""
    _FOLLOWERS.append(follower)


def follow(passing: Passing) -> None:
    """Let everything follow."""
    for follower in _FOLLOWERS:
        follower(passing)
