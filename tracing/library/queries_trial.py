"""What a draft of the 识别规则 would do: to codes that are typed in, and to codes that are stored.

A trial changes nothing. Of stored codes it takes the newest of every unit, a bounded number, and
stops looking when its time is over.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import QueryCanceled

from portal.lib.refused import Refused
from tracing.core.fault_levels import levels_in_force
from tracing.jobs.patience import limit_statements
from tracing.library.in_force import rules_in_force, rules_of
from tracing.library.models import RulesVersion
from tracing.library.typed_codes import CODE
from tracing.records.code_parts import CodePart, recognised
from tracing.records.messages import sentence
from tracing.records.reading import judge
from tracing.records.rule_sets import RuleSet
from tracing.records.terms import Context
from tracing.records.trace_codes import system_label

# Rows looked at of smallest packs, and as many of codes that were uploaded without being owned.
MOST_ROWS = 5_000
# Of each unit at least so many, so that a large one does not hide the others.
LEAST_OF_UNIT = 20
STATEMENT_SECONDS = 10
SECONDS = 20
EXAMPLES = 10

_NEWEST = """
    SELECT {columns} FROM accounts_unit u CROSS JOIN LATERAL (
        SELECT {columns}, uploaded_at FROM {table} c
        WHERE c.unit_id = u.id AND c.voided_at IS NULL
        ORDER BY c.uploaded_at DESC, c.code DESC
        LIMIT greatest(%(least)s, %(most)s / greatest(1, (SELECT count(*) FROM accounts_unit)))) n
    ORDER BY n.uploaded_at DESC LIMIT %(most)s"""
SAMPLES = tuple(
    _NEWEST.format(table=table, columns=", ".join(columns))
    for table, columns in (
        ("tracing_tracecode", ("code", "lv2_trac_code", "lv3_trac_code")),
        ("tracing_unitcode", ("code",)),
    )
)


class Sample(NamedTuple):
    """A code that was typed in, as the rules take it."""

    typed: str
    rule: str
    fields: tuple[CodePart, ...]
    findings: list[str]
    accepted: bool


def try_typed(version: RulesVersion, lines: Iterable[str]) -> list[Sample]:
    """Judge codes as an upload would under a version."""
    rules = rules_of(version.pk)
    return [_sample(line, rules) for line in lines]


def _sample(typed: str, rules: RuleSet) -> Sample:
    world = _world(rules)
    code, found = judge(CODE, typed, world)
    findings = [sentence(bad.code, bad.detail, CODE.label) for bad in found]
    if not isinstance(code, str):
        return Sample(typed, "", (), findings, accepted=False)
    seen = recognised(code, rules, world.today)
    spelled = (CodePart("存储的写法", code),) if code != typed else ()
    title = seen.rule.title if seen.rule else ""
    return Sample(typed, title, (*spelled, *seen.fields), findings, accepted=True)


@dataclass
class Tally:
    """What a trial has found so far. `whole` says that its time was enough."""

    codes: int = 0
    refused: int = 0
    systems: Counter[str] = field(default_factory=Counter)
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    changed_first: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    refused_first: list[tuple[str, str]] = field(default_factory=list)
    whole: bool = True

    def as_json(self) -> dict[str, Any]:
        """As the version keeps it."""
        return {
            "at": timezone.now().isoformat(),
            "codes": self.codes,
            "changed": sum(self.changes.values()),
            "refused": self.refused,
            "whole": self.whole,
            "systems": list(map(list, self.systems.most_common())),
            "changes": [
                [*pair, number, self.changed_first[pair]]
                for pair, number in self.changes.most_common()
            ],
            "refused_first": list(map(list, self.refused_first)),
        }


def try_stored(version: RulesVersion) -> dict[str, Any]:
    """Judge the newest stored codes by the rules in force and by a version: what differs.

    Raises Refused: rules_trial_too_slow.
    """
    now, then = rules_in_force(), rules_of(version.pk)
    before, after = _world(now), _world(then)
    tally = Tally()
    end = time.monotonic() + SECONDS
    for code in _newest_codes():
        if time.monotonic() > end:
            tally.whole = False
            break
        tally.codes += 1
        system = then.system_of(code)
        tally.systems[system_label(system)] += 1
        _compare(tally, code, (now.system_of(code), system), before, after)
    return tally.as_json()


def _compare(
    tally: Tally, code: str, systems: tuple[str, str], before: Context, after: Context
) -> None:
    value, found = judge(CODE, code, after)
    if value is None and judge(CODE, code, before)[0] is not None:
        tally.refused += 1
        if len(tally.refused_first) < EXAMPLES:
            words = sentence(found[0].code, found[0].detail, CODE.label)
            tally.refused_first.append((code, words))
    elif systems[0] != systems[1]:
        pair = system_label(systems[0]), system_label(systems[1])
        tally.changes[pair] += 1
        examples = tally.changed_first.setdefault(pair, [])
        if len(examples) < EXAMPLES:
            examples.append(code)


def _newest_codes() -> Iterator[str]:
    """Stored codes of all pack levels, each once."""
    seen: set[str] = set()
    asked = {"most": MOST_ROWS, "least": LEAST_OF_UNIT}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            limit_statements(STATEMENT_SECONDS)
            for sample in SAMPLES:
                cursor.execute(sample, asked)
                seen.update(code for row in cursor for code in row if code)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        raise Refused("rules_trial_too_slow", seconds=str(STATEMENT_SECONDS)) from error
    yield from sorted(seen)


def _world(rules: RuleSet) -> Context:
    return Context(timezone.localdate(), "", levels_in_force(), rules=rules)
