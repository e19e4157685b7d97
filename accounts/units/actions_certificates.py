"""数字证书: a unit keeps its certificates, and removes those it uses no more."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.core.limits import HOUR, Limit, spend
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.rights.actions import lock
from accounts.units.certificates import CertificateContent, foreign, judged, read
from accounts.units.models import Certificate, Unit
from accounts.units.qualifications import shown_name
from portal.lib.refused import Refused

MOST = 20
UPLOADS_AN_HOUR = 30


def add_certificate(
    unit: Unit, *, name: str, content: bytes, origin: Origin = COMMAND
) -> Certificate:
    """Keep a certificate of the unit; `content` is PEM or DER.

    Raises Refused: all that accounts.units.certificates refuses, certificate_known,
    certificate_too_many, unit_uploads_too_many.
    """
    limit = Limit("certificates-of-unit", str(unit.pk), UPLOADS_AN_HOUR, HOUR)
    spend("unit_uploads_too_many", limit, times=str(UPLOADS_AN_HOUR))
    name = shown_name(name)
    facts = judged(name, read(name, content), unit.name, unit.uscc)
    try:
        return _store(unit, facts, origin)
    except IntegrityError as error:
        if "certificate_once" not in str(error):
            raise
        # Somebody else's, kept since the look or before; this unit must not learn that it is there.
        raise Refused.of(foreign(facts, unit.name, unit.uscc)) from error


@transaction.atomic
def _store(unit: Unit, facts: CertificateContent, origin: Origin) -> Certificate:
    """Of two uploads of one unit the second waits and sees what the first has stored."""
    lock(unit)
    kept = Certificate.objects.of(unit).filter(removed_at=None)
    if kept.filter(sha256=facts.sha256).exists():
        raise Refused("certificate_known", serial=facts.serial)
    if kept.count() >= MOST:
        raise Refused("certificate_too_many", most=str(MOST))
    certificate = Certificate(unit=unit)
    for field, value in facts._asdict().items():
        setattr(certificate, field, value)
    certificate.save()
    record(
        "certificate-added",
        origin=origin,
        unit=unit,
        target=_called(certificate),
        after={
            "certificate_subject": certificate.subject[:200],
            "certificate_end": certificate.not_after.isoformat(),
        },
    )
    return certificate


@transaction.atomic
def remove_certificate(certificate: Certificate, *, origin: Origin = COMMAND) -> None:
    """Take a certificate out of use; the row stays. Removing one again changes nothing."""
    live = Certificate.everything.filter(pk=certificate.pk, removed_at=None)
    if live.update(removed_at=timezone.now()):
        record(
            "certificate-removed",
            origin=origin,
            unit=certificate.unit,
            target=_called(certificate),
        )


def _called(certificate: Certificate) -> str:
    """Name a certificate as the log does."""
    return f"证书 {certificate.serial}"
