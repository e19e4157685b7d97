"""上传记录: every upload of a unit at a desk."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.agents.models import Agent
from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import Page, page_of
from tracing.uploads.models import Round, Submission
from tracing.uploads.outcome import in_state

NEWEST_FIRST = ("-received_at", "pk")

# Each of them found by the index that begins with the unit, behind the one before.
UPLOADERS = """
    WITH RECURSIVE found (agent) AS (
        SELECT min(agent_id) FROM tracing_submission WHERE unit_id = %(unit)s
        UNION ALL
        SELECT (SELECT min(agent_id) FROM tracing_submission
                WHERE unit_id = %(unit)s AND agent_id > found.agent)
        FROM found WHERE found.agent IS NOT NULL)
    SELECT agent FROM found WHERE agent IS NOT NULL"""


def uploads(
    unit: Unit,
    record_codes: Iterable[str],
    wanted: Mapping[str, Any],
    *,
    number: int = 1,
    size: int = 10,
) -> Page[Submission]:
    """One page of the unit's uploads of these records, the newest first, with files and agents.

    `wanted` holds a `record`, a `state`, an `agent` and the days `first` and `last`, each if asked
    for. Uploads that became a round of another one are not listed.
    """
    found = _of(unit, record_codes).filter(_matches(wanted))
    return page_of(found, NEWEST_FIRST, number, size, read=_whole)


def uploaders(unit: Unit) -> list[Agent]:
    """The agents who uploaded anything for a unit."""
    with connection.cursor() as cursor:
        cursor.execute(UPLOADERS, {"unit": unit.pk})
        found = [agent for (agent,) in cursor]
    return list(Agent.objects.filter(pk__in=found).order_by("name", "pk"))


def file_of(submission: Submission, number: int) -> Round | None:
    """A file of an upload by its round; None where it has no such round."""
    return submission.files.filter(number=number).first()


def _of(unit: Unit, record_codes: Iterable[str]) -> QuerySet[Submission]:
    return Submission.objects.of(unit).filter(
        record_code__in=list(record_codes), merged_into__isnull=True
    )


def _matches(wanted: Mapping[str, Any]) -> Q:
    chosen = Q()
    for name, field in (("record", "record_code"), ("agent", "agent_id")):
        if wanted.get(name):
            chosen &= Q(**{field: wanted[name]})
    if wanted.get("state"):
        chosen &= in_state(wanted["state"])
    first, last = wanted.get("first"), wanted.get("last")
    if first:
        chosen &= Q(received_at__gte=local_day_bounds(first, first)[0])
    if last:
        chosen &= Q(received_at__lt=local_day_bounds(last, last)[1])
    return chosen


def _whole(keys: list[uuid.UUID]) -> QuerySet[Submission]:
    """The uploads of a page with what a line of them shows, read at once."""
    rows = Submission.everything.filter(pk__in=keys)
    return rows.select_related("agent").prefetch_related("files")
