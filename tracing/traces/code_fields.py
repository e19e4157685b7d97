"""What a code says by itself, as labelled fields beside its trace."""

from __future__ import annotations

from django.utils import timezone

from tracing.core.tables import Cell
from tracing.library.in_force import rules_in_force
from tracing.records.code_parts import recognised
from tracing.records.rule_sets import BUILT_IN
from tracing.records.trace_codes import System, is_plain


def fields_of_code(code: str, system: str = "") -> list[Cell]:
    """The 编码体系 of a code in its canonical form and what it is made of.

    `system` is what was stored with it. The common code reads the same by nearly every rule set, so
    that nothing is asked where it was stored as what it is.
    """
    stored_plain = is_plain(code) and system == System.MSFX
    rules = BUILT_IN if stored_plain else rules_in_force()
    found = recognised(code, rules, timezone.localdate(), system=system)
    return [Cell(part.label, part.text, "code") for part in found.fields]
