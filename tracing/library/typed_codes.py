"""Codes as people type or scan them, and as the tables keep them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from django.utils import timezone

from tracing.library.in_force import rules_to_look_by
from tracing.records.bindings import traded_code
from tracing.records.terms import Bad, Context

# Of the columns that hold trace codes the one that takes every kind of them, UDI too.
CODE = traded_code()
CODE_LENGTH = CODE.kind.length or 0


def canonical(typed: str) -> str | None:
    """A typed or scanned code as the tables keep it, or None if it can be no trace code."""
    return _canonical(typed, _world)


def spellings(typed: str) -> list[str]:
    """The forms in which the tables may hold a typed code, the canonical one first.

    The other is what was typed: rows from before the canonical form was what it is now may keep
    the form of their time, and lists lead to them by it.
    """
    return spellings_of([typed])[0]


def spellings_of(typed: Sequence[str]) -> list[list[str]]:
    """The spellings of each of several codes; the rules of staff are asked for at most once."""
    world = cache(_world)
    return [_forms(text, _canonical(text, world)) for text in typed]


def _forms(typed: str, found: str | None) -> list[str]:
    as_typed = typed.strip()
    kept = as_typed.isascii() and as_typed.isprintable() and len(as_typed) <= CODE_LENGTH
    forms = [found, as_typed if kept else None]
    return list(dict.fromkeys(form for form in forms if form))


def _canonical(typed: str, world: Callable[[], Context]) -> str | None:
    parsed = CODE.kind.parse(typed)
    if isinstance(parsed, Bad):
        # Few texts come here, so that few questions ask for the rules of staff.
        parsed = CODE.kind.under(world()).parse(typed)
    return parsed if isinstance(parsed, str) else None


def _world() -> Context:
    return Context(timezone.localdate(), "", rules=rules_to_look_by())
