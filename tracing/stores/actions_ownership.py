"""What staff do about the ownership of codes: an appeal is looked at, then decided."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.core.kinds import CodeList, kind_words, kinds_with
from accounts.core.origin import COMMAND, Origin
from accounts.core.reasons import short_reason
from accounts.log import writing
from accounts.messages.notices import notify
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused, refusal
from tracing.library.typed_codes import canonical
from tracing.stores import ownership
from tracing.stores.ownership import MOST_LISTED, Plan

# A GS1 code may hold a comma, so that it is none that parts two.
BETWEEN_CODES = re.compile(r"[\s，；、]+")


def codes_in(text: str) -> list[str]:
    """Return the codes of a pasted list or a text file, each once, as they stand there."""
    parts = BETWEEN_CODES.split(text)
    return list(dict.fromkeys(part for part in parts if part))


def preview_ownership(codes: Sequence[str], to_unit: Unit) -> Plan:
    """Return what moving the codes would do, and why it cannot be done, if it cannot."""
    if problems := _not_at_all(codes, to_unit):
        return Plan(None, 0, 0, [], problems)
    wanted, wrong = _canonical(codes)
    with transaction.atomic():
        planned = ownership.plan(wanted, to_unit.pk)
    return planned._replace(problems=[*wrong, *planned.problems])


def move_ownership(
    codes: Sequence[str], to_unit: Unit, reason: str, *, origin: Origin = COMMAND
) -> Plan:
    """Give the codes, and what lies in them, to `to_unit`: all or none. Both units are told,
    neither of them whom the codes came from or went to.

    Raises Refused with the reasons; those about one code have it as their place.
    """
    reason = short_reason(reason, "move_reason_missing")
    before = preview_ownership(codes, to_unit)
    if before.problems or before.owner is None:
        raise Refused.of(*before.problems)
    wanted, _ = _canonical(codes)
    move_id = uuid.uuid4()
    with transaction.atomic():
        moved = ownership.move(wanted, before.owner, to_unit.pk, move_id, timezone.now())
        if moved.problems:
            raise Refused.of(*moved.problems)
        if moved.owner != before.owner:
            raise Refused("owner_changed", place=wanted[0])
        said = {"codes": wanted, "reason": reason, "rows": moved.packs, "boxes": moved.boxes}
        received = {**said, "waiting": moved.waiting}
        old = Unit.objects.select_related("account").get(pk=before.owner)
        for unit, action, after in (
            (old, "codes-moved-away", said),
            (to_unit, "codes-received", received),
        ):
            writing.record(action, origin=origin, unit=unit, target=str(move_id), after=after)
            notify(unit.account, action, count=moved.packs, reason=reason)
    return moved


def _not_at_all(codes: Sequence[str], to_unit: Unit) -> list[Refusal]:
    """Why the list or the unit is such that no code needs to be looked at."""
    if not codes:
        return [refusal("codes_missing")]
    if len(codes) > MOST_LISTED:
        return [refusal("codes_too_many", found=str(len(codes)), limit=str(MOST_LISTED))]
    makers = kinds_with(CodeList.MADE)
    if to_unit.kinds.isdisjoint(makers) or to_unit.closed_at is not None:
        return [refusal("unit_makes_nothing", unit=to_unit.name, kinds=kind_words(makers))]
    return []


def _canonical(codes: Sequence[str]) -> tuple[list[str], list[Refusal]]:
    """Return the codes in canonical form, each once, and those that can be none."""
    wanted: dict[str, None] = {}
    wrong = []
    for typed in codes:
        code = canonical(typed)
        if code is None:
            wrong.append(refusal("not_a_code", place=typed))
        else:
            wanted[code] = None
    return list(wanted), wrong
