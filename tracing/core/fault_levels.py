"""The levels of faults in force: the catalogue's, unless the settings change them."""

from __future__ import annotations

from django.conf import settings

from tracing.records.fault_kind import Severity
from tracing.records.faults import FAULTS


def levels_in_force() -> dict[str, Severity]:
    """What the settings say of the levels of faults."""
    return {code: Severity(level) for code, level in settings.PORTAL_CHECK_LEVELS.items()}


def level_of(code: str) -> Severity:
    """The level of a fault code."""
    return levels_in_force().get(code, FAULTS[code].level)
