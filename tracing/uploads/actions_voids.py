"""删除 by a program: each of its rows is answered, whether it was there, and why it stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.units.models import Unit
from portal.lib.refused import Refusal
from tracing.core import rights
from tracing.core.advisory_locks import take_unit_and_record
from tracing.core.fault_levels import levels_in_force
from tracing.library.in_force import rules_in_force
from tracing.records.bindings import BINDINGS
from tracing.records.terms import Context, Fault
from tracing.stores.row_key import Key
from tracing.stores.voiding import changed_together, in_use, live
from tracing.uploads.actions import void_rows
from tracing.uploads.models import Terms
from tracing.uploads.void_keys import Read, read_keys


class Became(StrEnum):
    """What became of a row that was to be voided, or would."""

    VOIDED = "voided"
    ABSENT = "absent"
    WOULD_BE_VOIDED = "would_be_voided"


class Voided(NamedTuple):
    """What became of each row with a key, and why the others stay, by their positions."""

    became: dict[int, Became]
    refused: dict[int, list[Fault | Refusal]]


class Asked(NamedTuple):
    """Rows of one record that are to be voided: an array of rows, or what was read of it."""

    record_code: str
    rows: Any


def void_each(
    *,
    unit: Unit,
    agent: Agent,
    asked: Sequence[Asked],
    terms: Terms,
    reason: str,
    origin: Origin,
    max_rows: int,
    fails: bool = False,
) -> Voided:
    """Void the unit's rows that these name, for a reason; `fails` says that others of the call are
    refused already.

    A row that is not there for this unit is absent, whoever has one under its key. Nothing is
    voided under `check_only`, nor where any row fails under `all_or_nothing`. Positions of several
    records do not meet. Raises `Refused` for what is no array of rows of the record.
    """
    for one in asked:
        rights.require_upload(unit, agent, one.record_code, origin)
    context = Context(
        today=timezone.localdate(),
        unit_uscc=unit.uscc,
        levels=levels_in_force(),
        rules=rules_in_force(),
    )
    read = {
        one.record_code: read_keys(one.record_code, one.rows, context, max_rows=max_rows)
        for one in asked
    }
    with transaction.atomic():
        _lock(unit, list(read))
        found = {code: _looked_at(unit, code, keys) for code, keys in read.items()}
        refused = {row: why for one in found.values() for row, why in one.refused.items()}
        became = {row: what for one in found.values() for row, what in one.became.items()}
        if terms.check_only or (terms.all_or_nothing and (refused or fails)):
            return Voided(became, refused)
        for code, looked_at in found.items():
            rows = [row for row, what in looked_at.became.items() if what is Became.WOULD_BE_VOIDED]
            if rows:
                void_rows(
                    unit=unit,
                    agent=agent,
                    record_code=code,
                    keys=[read[code].keys[row] for row in rows],
                    reason=reason,
                    origin=origin,
                )
            became.update(dict.fromkeys(rows, Became.VOIDED))
    return Voided(became, refused)


def _lock(unit: Unit, record_codes: Sequence[str]) -> None:
    """In the order in which each of them is voided alone."""
    for code in BINDINGS:
        if code in record_codes:
            for each in changed_together(code):
                take_unit_and_record(unit.pk, each)


def _looked_at(unit: Unit, record_code: str, read: Read) -> Voided:
    """What voiding would do with each row of a record."""
    there = live(record_code, unit.pk, list(read.keys.values()))
    used = _used(unit, record_code, list(there))
    refused: dict[int, list[Fault | Refusal]] = {row: [*why] for row, why in read.faults.items()}
    became: dict[int, Became] = {}
    for row, key in read.keys.items():
        if key in used:
            refused[row] = [used[key]]
        else:
            became[row] = Became.WOULD_BE_VOIDED if key in there else Became.ABSENT
    return Voided(became, refused)


def _used(unit: Unit, record_code: str, keys: Sequence[Key]) -> Mapping[Key, Refusal]:
    """Those that stay because live codes need them, as if all went: so what goes needs no other
    look."""
    return in_use(record_code, unit.pk, keys) if keys else {}
