"""What was done: the operation log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.log.models import OperationLog
from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds

LOG_PAGE = 20
# Entries are counted up to here: a page of a log without end costs no more than one of a short
# log, and what is wanted of it is found by a day.
LOG_COUNTED = 10_000
# The last page anyone may ask for: PostgreSQL takes no larger offset.
LAST_PAGE = 10**9
# Who acted, beside the agents, whose primary keys stand for them.
UNIT, SYSTEM, STAFF = "unit", "system", "staff"


@dataclass(frozen=True)
class LogFilter:
    """What is wanted of a unit's log; what is empty does not matter.

    `first` and `last` are local days, both included. `who` is UNIT, SYSTEM, STAFF or the primary
    key of an agent. `text` stands anywhere in the target.
    """

    first: date | None = None
    last: date | None = None
    action: str = ""
    who: str = ""
    text: str = ""


@dataclass(frozen=True)
class LogPage:
    """One page of a log. `total` is exact unless `more` says that it only counts the first."""

    entries: Sequence[OperationLog]
    number: int
    total: int
    more: bool
    has_next: bool

    @property
    def pages(self) -> int:
        """How many pages the counted entries fill; an empty log has one."""
        return max(1, -(-self.total // LOG_PAGE))


def log_entries(unit: Unit, wanted: LogFilter) -> QuerySet[OperationLog]:
    """Return the entries of the unit's log that are wanted, newest first, with who acted."""
    chosen = Q(target__icontains=wanted.text) if wanted.text else Q()
    if wanted.action:
        chosen &= Q(action=wanted.action)
    if wanted.first or wanted.last:
        start, end = local_day_bounds(wanted.first or date.min, wanted.last or date.max)
        # A day at either end of the calendar lies outside the span of times.
        chosen &= Q(at__gte=start) if wanted.first else Q()
        chosen &= Q(at__lt=end) if wanted.last else Q()
    rows = OperationLog.objects.of(unit).filter(chosen, _by(unit, wanted.who))
    return rows.select_related("account__agent", "account__unit").order_by("-at", "-pk")


def log_page(unit: Unit, wanted: LogFilter, number: int) -> LogPage:
    """Return one page of the log, newest first; a number past either end is mended."""
    rows = log_entries(unit, wanted)
    counted = rows.order_by()[: LOG_COUNTED + 1].count()
    more = counted > LOG_COUNTED
    number = min(max(number, 1), LAST_PAGE)
    last = max(1, -(-counted // LOG_PAGE))
    if not more:
        number = min(number, last)
    found = _page(rows, number)
    if not found and number > last:
        # Nobody but a typist asks for a page behind the end of so long a log.
        number = -(-rows.count() // LOG_PAGE)
        found = _page(rows, number)
    return LogPage(
        entries=found[:LOG_PAGE],
        number=number,
        total=min(counted, LOG_COUNTED),
        more=more,
        has_next=len(found) > LOG_PAGE,
    )


def log_agents(unit: Unit) -> list[Agent]:
    """Return the agents who may have acted for the unit, now or before, by name."""
    acted = (
        Q(memberships__unit=unit)
        | Q(authorizations__unit=unit)
        | Q(stand_ins__unit=unit)
        | Q(access_requests__unit=unit)
    )
    return list(Agent.objects.filter(acted).select_related("account").distinct().order_by("name"))


def unit_names(unit_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the account names of these units, by primary key."""
    rows = Unit.objects.filter(pk__in=list(unit_ids))
    return dict(rows.values_list("pk", "account__name"))


def _page(rows: QuerySet[OperationLog], number: int) -> list[OperationLog]:
    """The entries of a page, and the first of the next one if there is any.

    The keys are looked up first, in the index alone: what lies before the page is not read.
    """
    start = (number - 1) * LOG_PAGE
    keys = rows.select_related(None).values_list("pk", flat=True)
    return list(rows.filter(pk__in=list(keys[start : start + LOG_PAGE + 1])))


def _by(unit: Unit, who: str) -> Q:
    if not who:
        return Q()
    if who == SYSTEM:
        return Q(account=None)
    if who == STAFF:
        staff = Account.objects.filter(kind=AccountKind.STAFF.value).values_list("pk", flat=True)
        return Q(account__in=list(staff))
    if who == UNIT:
        return Q(account=unit.account_id)
    agent = Agent.objects.filter(pk=int(who)).values_list("account", flat=True).first()
    return Q(account=agent) if agent else Q(pk__in=[])
