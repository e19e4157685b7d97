"""The certificates a unit has in use."""

from datetime import datetime

from accounts.models import Certificate, Unit


def certificates(unit: Unit) -> list[Certificate]:
    """Return those in use, the one that ends first at the front."""
    return list(Certificate.objects.of(unit).filter(removed_at=None).order_by("not_after", "pk"))


def certificate_of(unit: Unit, certificate_id: int) -> Certificate | None:
    """Return one in use; None for another unit's."""
    return Certificate.objects.of(unit).filter(removed_at=None, pk=certificate_id).first()


def certificates_ending(unit: Unit, before: datetime) -> list[Certificate]:
    """Return those in use that end, or have ended, before a moment."""
    rows = Certificate.objects.of(unit).filter(removed_at=None, not_after__lt=before)
    return list(rows.order_by("not_after", "pk"))
