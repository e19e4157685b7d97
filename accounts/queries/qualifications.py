"""The papers of a unit: the newest of each kind, and one by its id."""

from uuid import UUID

from accounts.models import Qualification, Unit


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
