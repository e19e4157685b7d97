"""Taking the operation log out of the portal."""

from dataclasses import asdict

from django.db import transaction

from accounts.core.limits import HOUR, Limit, spend
from accounts.core.origin import Origin
from accounts.log.models import OperationLog
from accounts.log.queries import LogFilter, log_entries
from accounts.log.writing import record
from accounts.units.models import Unit
from portal.lib.refused import Refused

MOST_ENTRIES = 10_000
EXPORTS_AN_HOUR = 30


@transaction.atomic
def export_log(unit: Unit, wanted: LogFilter, *, who: str, origin: Origin) -> list[OperationLog]:
    """Return the entries that are wanted, newest first, and log that they were taken out.

    `who` names in words whom the filter means. Raises Refused: log_export_empty,
    log_export_too_many, log_exports_too_often.
    """
    limit = Limit("log-exports", str(unit.pk), EXPORTS_AN_HOUR, HOUR)
    spend("log_exports_too_often", limit, times=str(EXPORTS_AN_HOUR))
    rows = log_entries(unit, wanted)
    found = rows.order_by().count()
    if not found:
        raise Refused("log_export_empty")
    if found > MOST_ENTRIES:
        most = str(MOST_ENTRIES)
        raise Refused("log_export_too_many", found=str(found), limit=most)
    entries = list(rows[:MOST_ENTRIES])
    asked = {name: str(value) for name, value in asdict(wanted).items() if value}
    if wanted.who:
        asked["who"] = who
    after = {"asked": asked or None, "exported": len(entries)}
    record("log-exported", origin=origin, unit=unit, after=after)
    return entries
