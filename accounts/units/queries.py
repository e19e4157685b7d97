"""The papers, certificates and regions of units, and how far a unit has come."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from accounts.agents.models import Membership
from accounts.rights.models import Authorization
from accounts.units.models import Certificate, Qualification, Region, Unit


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


def newest_paper(unit: Unit, kind: Qualification.Kind) -> Qualification | None:
    """Return the paper of this kind that counts, if one was uploaded."""
    papers = Qualification.objects.of(unit).filter(kind=kind)
    return papers.order_by("-uploaded_at", "-pk").first()


def paper_of(unit: Unit, paper_id: UUID) -> Qualification | None:
    """Return one paper of the unit; None for another unit's."""
    return Qualification.objects.of(unit).filter(pk=paper_id).first()


def papers_before(paper: Qualification) -> list[Qualification]:
    """Return the papers that this one took the place of, newest first, at most ten."""
    papers = Qualification.everything.filter(unit=paper.unit_id, kind=paper.kind)
    return list(papers.filter(uploaded_at__lt=paper.uploaded_at).order_by("-uploaded_at")[:10])


class Progress(NamedTuple):
    """What a unit has done so far: agents added, a business granted now, a holder who came."""

    has_agents: bool
    has_granted: bool
    holder_signed_in: bool


def progress(unit: Unit) -> Progress:
    """Return how far the unit has come.

    A holder has come when a sign-in of theirs is newer than a grant of this unit: an agent who
    serves several units may have signed in for another one before.
    """
    grants = Authorization.objects.of(unit)
    came = grants.filter(agent__account__this_sign_in_at__gte=F("granted_at"))
    return Progress(
        has_agents=Membership.objects.of(unit).exists(),
        has_granted=grants.filter(revoked_at=None).exists(),
        holder_signed_in=came.exists(),
    )


def newest_papers(unit: Unit) -> dict[str, Qualification]:
    """Return the papers of the unit that count, by their kind."""
    papers = Qualification.objects.of(unit).order_by("kind", "-uploaded_at", "-pk")
    return {paper.kind: paper for paper in papers.distinct("kind")}


def regions() -> list[Region]:
    """Return all of them, by code."""
    return list(Region.objects.all())


def region_words(code: str) -> str:
    """Return a region with its name, or the code alone where the table does not have it."""
    region = Region.objects.filter(pk=code).first() if code else None
    return str(region) if region else code
