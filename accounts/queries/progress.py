"""How far a unit has come on its way into the hall."""

from typing import NamedTuple

from django.db.models import F

from accounts.models import Authorization, Membership, Qualification, Unit


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
