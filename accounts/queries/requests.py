"""Who asks the unit account for a business."""

from accounts.models import AccessRequest, Agent, Unit


def open_requests(unit: Unit) -> list[AccessRequest]:
    """Return the requests that wait for the unit account, the oldest first."""
    rows = AccessRequest.objects.of(unit).filter(decided_at=None)
    return list(rows.select_related("agent__account").order_by("made_at", "pk"))


def request_of(unit: Unit, request_id: int) -> AccessRequest | None:
    """Return one request to the unit, open or not; None for one to another unit."""
    rows = AccessRequest.objects.of(unit).filter(pk=request_id)
    return rows.select_related("agent__account").first()


def own_request(unit: Unit, agent: Agent, business: str) -> AccessRequest | None:
    """Return the agent's open request for the business."""
    rows = AccessRequest.objects.of(unit).filter(agent=agent, business=business, decided_at=None)
    return rows.first()
