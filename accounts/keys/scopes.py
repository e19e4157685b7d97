"""What a key may do: businesses of its unit, by their codes."""

from accounts.rights.businesses import BUSINESSES, Business
from accounts.units.models import Unit

# Whoever does this business has the keys.
SELF_SERVICE = "api-self-service"


def scopes_of(unit: Unit) -> list[Business]:
    """The businesses that a key of the unit may be given, in the hall's order: what units of its
    kinds upload and ask."""
    codes = {code for kind in unit.kinds for code in (kind.uploads, kind.query)}
    return [business for business in BUSINESSES.values() if business.code in codes]
