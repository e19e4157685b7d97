"""The regions of the insurance system."""

from accounts.models import Region


def regions() -> list[Region]:
    """Return all of them, by code."""
    return list(Region.objects.all())


def region_words(code: str) -> str:
    """Return a region with its name, or the code alone where the table does not have it."""
    region = Region.objects.filter(pk=code).first() if code else None
    return str(region) if region else code
