"""Which business an agent must hold for what."""

from __future__ import annotations

from accounts import queries
from accounts.businesses import BUSINESSES
from accounts.models import Agent, Unit
from tracing.ingest.gates.refused import Refused

# Whoever uploads a record's rows may also void them.
UPLOAD: dict[str, str] = {
    "domestic-drug-info": "maker-upload",
    "domestic-drug-codes": "maker-upload",
    "domestic-drug-shipment": "maker-upload",
    "domestic-drug-delivery": "maker-upload",
    "domestic-drug-receipt": "maker-upload",
    "domestic-drug-retail": "maker-upload",
    "circulation": "distributor-upload",
}
QUERY = "maker-query"


def require(unit: Unit, agent: Agent, business: str) -> None:
    """Refuse an agent who does not hold the business of the unit now."""
    if business not in queries.held_by(unit, agent):
        raise Refused("no_business", (BUSINESSES[business].title,))
