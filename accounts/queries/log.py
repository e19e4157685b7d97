"""What was done: the operation log."""

from collections.abc import Iterable

from django.core.paginator import Page, Paginator

from accounts.models import OperationLog, Unit

LOG_PAGE = 20


def log_page(unit: Unit, number: str) -> Page[OperationLog]:
    """Return one page of the unit's operation log, newest first; a wrong number is mended."""
    entries = OperationLog.objects.of(unit).select_related("account__agent", "account__unit")
    return Paginator(entries.order_by("-pk"), LOG_PAGE).get_page(number)


def unit_names(unit_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the account names of these units, by primary key."""
    rows = Unit.objects.filter(pk__in=list(unit_ids))
    return dict(rows.values_list("pk", "account__name"))
