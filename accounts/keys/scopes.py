"""What a key may do: businesses of its unit, by their codes."""

from collections.abc import Collection

from accounts.core.kinds import KINDS, UnitKind
from accounts.rights.businesses import BUSINESSES, Business
from accounts.units.models import Unit

# Whoever does this business has the keys.
SELF_SERVICE = "api-self-service"


def _of_kinds(kinds: Collection[UnitKind]) -> list[str]:
    codes = {code for kind in kinds for code in (kind.uploads, kind.query)}
    return [business for business in BUSINESSES if business in codes]


# All that there are, in the hall's order.
SCOPES = _of_kinds(KINDS.values())


def scopes_of(unit: Unit) -> list[Business]:
    """The businesses that a key of the unit may be given, in the hall's order: what units of its
    kinds upload and ask."""
    return [BUSINESSES[code] for code in _of_kinds(unit.kinds)]


def scopes_now(unit: Unit, scopes: Collection[str]) -> list[Business]:
    """Those of a key's scopes that its unit has at this moment: its kinds may change."""
    return [business for business in scopes_of(unit) if business.code in scopes]
