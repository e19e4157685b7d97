"""What 单位经办人 says of the unit's businesses: whose they are, who stands in, who asks."""

from typing import Any, NamedTuple

from accounts.rights import queries
from accounts.rights.businesses import BUSINESSES, Business, of_kinds
from accounts.rights.holding import Holding
from accounts.rights.models import AccessRequest, StandIn
from accounts.rights.queries import open_requests
from accounts.units.models import Unit


class Held(NamedTuple):
    """A business of the unit. `hand` is None while nobody holds it."""

    business: Business
    hand: Holding | None


class Period(NamedTuple):
    """A stand-in that runs or will."""

    business: Business
    stand_in: StandIn
    runs: bool


class Asked(NamedTuple):
    """An open request for a business."""

    business: Business
    request: AccessRequest


def rights_section(unit: Unit) -> dict[str, Any]:
    """Return `rights` in the context of templates/accounts/rights/section.html."""
    hands = queries.holdings(unit)
    running = {(code, hand.acting.pk, hand.until) for code, hand in hands.items() if hand.until}
    stand_ins = [
        Period(
            BUSINESSES[row.authorization.business],
            row,
            (row.authorization.business, row.agent_id, row.ends_at) in running,
        )
        for row in queries.stand_ins(unit)
    ]
    return {
        "rights": {
            "held": [Held(b, hands.get(b.code)) for b in of_kinds(unit.kinds)],
            "stand_ins": stand_ins,
            "asked": [Asked(BUSINESSES[r.business], r) for r in open_requests(unit)],
        }
    }
