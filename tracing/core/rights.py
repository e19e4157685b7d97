"""Which business an agent must be able to do for what."""

from __future__ import annotations

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.keys.scopes import SELF_SERVICE
from accounts.rights import queries
from accounts.rights.businesses import BUSINESSES
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tracing.records.bindings import BINDINGS


def require(unit: Unit, agent: Agent, business: str) -> None:
    """Refuse an agent who may not do the business of the unit now.

    That is whoever neither holds it nor stands in, the holder while somebody stands in, and
    everyone while the unit is not approved.
    """
    if bar := queries.bar(unit, agent, business):
        raise Refused(bar.code, business=BUSINESSES[business].title)


def require_upload(unit: Unit, agent: Agent, record_code: str, origin: Origin) -> None:
    """Refuse who may not upload a record's rows now; the same may void them. Raises KeyError for a
    code that no record has.

    A key has the right by its scopes, while somebody does 接口调用自助服务: the key goes along with
    that business, so whoever does it goes on with what another began.
    """
    business = BINDINGS[record_code].business
    if origin.key is None:
        require(unit, agent, business)
        return
    if business not in origin.key.scopes:
        raise Refused("no_business", business=BUSINESSES[business].title)
    require(unit, queries.acting(unit).get(SELF_SERVICE, agent), SELF_SERVICE)
