"""What may stand in an address for a unit."""

from django.urls import register_converter

from accounts.core.names import NAME_PATTERNS, AccountKind


class UnitSlug:
    """A unit account's name; anything else is an address that does not exist."""

    regex = NAME_PATTERNS[AccountKind.UNIT].strip("^$")

    def to_python(self, value: str) -> str:
        """Return it as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it stands."""
        return value


register_converter(UnitSlug, "unit")
