"""What was done: the operation log."""

from django.core.paginator import Page, Paginator

from accounts.models import OperationLog, Unit

LOG_PAGE = 20


def log_page(unit: Unit, number: str) -> Page[OperationLog]:
    """Return one page of the unit's operation log, newest first; a wrong number is mended."""
    entries = OperationLog.objects.of(unit).select_related("account__agent", "account__unit")
    return Paginator(entries.order_by("-pk"), LOG_PAGE).get_page(number)
