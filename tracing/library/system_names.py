"""Names that staff give to systems of codes: none that people would take for another one's."""

from __future__ import annotations

from portal.lib.folding import folded_or_none
from portal.lib.refused import Refused
from tracing.records.trace_codes import SYSTEM_LENGTH, System, system_label

# What no code is accepted as, so that none may be called so.
RESERVED = (System.PROD_CODE, System.UNKNOWN)
# What the name of a system may hold beside letters and digits of any script.
WITHIN = " ()（）-_·."


def looks(name: str) -> str:
    """A name as people tell names apart: not by its width, its case or its blanks."""
    folded = folded_or_none(name, SYSTEM_LENGTH) or name
    return "".join(folded.split()).casefold()


TAKEN = {
    looks(name)
    for system in RESERVED
    for name in (system, system.label, system.label.partition("（")[0])
}
LOOKS = {
    looks(name): system
    for system in System
    if system not in RESERVED
    for name in (system, system.label)
}


def require_own_name(system: str) -> None:
    """Refuse a name of odd signs, a reserved one, and one that only looks like a known one."""
    if not (system[:1].isalnum() and all(sign.isalnum() or sign in WITHIN for sign in system)):
        shown = "".join(sign if sign.isprintable() else "�" for sign in system)
        raise Refused("rule_system_signs", system=shown, signs=WITHIN.strip())
    if looks(system) in TAKEN:
        raise Refused("rule_system_taken", system=system_label(system))
    known = LOOKS.get(looks(system))
    if known is not None and system != known:
        raise Refused("rule_system_alike", system=system, known=known.label)
