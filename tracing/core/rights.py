"""Which business an agent must be able to do for what."""

from __future__ import annotations

from accounts.agents.models import Agent
from accounts.rights import queries
from accounts.rights.businesses import BUSINESSES
from accounts.units.models import Unit
from tracing.uploads.workbook.refused import Refused

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
# Why an agent may not do a business, as the refusals of actions name it.
REFUSALS = {
    "not_approved": "unit_not_approved",
    "not_held": "no_business",
    "rests": "business_rests",
}


def require(unit: Unit, agent: Agent, business: str) -> None:
    """Refuse an agent who may not do the business of the unit now.

    That is whoever neither holds it nor stands in, the holder while somebody stands in, and
    everyone while the unit is not approved.
    """
    if bar := queries.bar(unit, agent, business):
        raise Refused(REFUSALS[bar.code], (BUSINESSES[business].title,))
