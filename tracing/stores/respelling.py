"""Stored codes brought to the canonical form of today, when that form has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from tracing.core.fault_levels import levels_in_force
from tracing.jobs.patience import limit_statements
from tracing.library.in_force import rules_in_force, rules_to_look_by
from tracing.library.typed_codes import CODE
from tracing.records.reading import judge
from tracing.records.shapes import KEPT_LEVELS
from tracing.records.terms import Context
from tracing.records.trace_codes import TWENTY_DIGITS
from tracing.stores import buckets
from tracing.stores.models_codes import BUCKETS
from tracing.stores.models_staging import STAGED
from tracing.stores.rebuild import rebuild

# Where codes stand.
PLACES: tuple[tuple[str, str], ...] = (
    *(("tracing_tracecode", column) for column in KEPT_LEVELS),
    ("tracing_pack", "code"),
    ("tracing_pack", "parent"),
    ("tracing_unitcode", "code"),
    ("tracing_traceevent", "code"),
)
TABLES = ", ".join(dict.fromkeys(table for table, _ in PLACES))
ALL_CODES = " UNION ".join(f"SELECT {column} AS code FROM {table}" for table, column in PLACES)
# 20 digits have one form only, and nearly all codes are such.
OTHERS = f"SELECT code FROM ({ALL_CODES}) stored WHERE code !~ '^{TWENTY_DIGITS.pattern}$'"
AT_ONCE = 10_000


@dataclass(frozen=True)
class Respelled:
    """How many codes changed, those whose new form is taken, and those that are damaged."""

    changed: int
    taken: list[str]
    damaged: list[str]


def respell() -> Respelled:
    """Rewrite every code whose form is another by now, wherever it stands; uploads wait, and those
    that are checked and not stored are checked again.

    A code whose new form is stored already, or is that of several old ones, stays as it is: which
    of the rows is right only their unit knows. The history keeps the old forms.
    """
    with transaction.atomic():
        # It reads every row there is, once, for an operator who waits for it.
        limit_statements(0)
        buckets.lock(range(BUCKETS))  # in the order of a confirmation
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {TABLES} IN SHARE ROW EXCLUSIVE MODE")
        _forget_staged()
        forms, damaged = _forms()
        taken = _taken(forms)
        forms = {code: form for code, form in forms.items() if code not in taken}
        if forms:
            _rewrite(forms)
            rebuild()
    return Respelled(len(forms), sorted(taken), sorted(damaged))


def _forget_staged() -> None:
    """Empty the staging tables: their codes were read by the rules of before, and what is missing
    there is checked again from its file."""
    for staged in STAGED.values():
        staged._base_manager.all().delete()


def _forms() -> tuple[dict[str, str], list[str]]:
    """The codes whose form is another by now with that form, and those that are none any more."""
    world = Context(timezone.localdate(), "", levels_in_force(), rules=rules_to_look_by())
    forms, damaged = {}, []
    for code in _others():
        form, _ = judge(CODE, code, world)
        if form is None:
            damaged.append(code)
        elif form != code:
            forms[code] = form
    return forms, damaged


def _others() -> Iterator[str]:
    """The stored codes that are not 20 digits."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(OTHERS)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from (code for (code,) in rows)


def _taken(forms: Mapping[str, str]) -> set[str]:
    """The codes whose new form is not free for them alone."""
    count = Counter(forms.values())
    with connection.cursor() as cursor:
        asked = f"SELECT code FROM ({ALL_CODES}) stored WHERE code = ANY(%s)"
        cursor.execute(asked, [list(count)])
        stored = {code for (code,) in cursor}
    return {code for code, form in forms.items() if form in stored or count[form] > 1}


def _rewrite(forms: Mapping[str, str]) -> None:
    systems = list(map(rules_in_force().system_of, forms.values()))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE respelled ON COMMIT DROP AS"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) AS r (old, new, system)",
            [list(forms), list(forms.values()), systems],
        )
        for table, column in PLACES:
            cursor.execute(
                f"UPDATE {table} t SET {column} = r.new FROM respelled r WHERE t.{column} = r.old"
            )
        cursor.execute(
            "UPDATE tracing_tracecode t SET system = r.system FROM respelled r WHERE t.code = r.new"
        )
        cursor.execute("DROP TABLE respelled")
