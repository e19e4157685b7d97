"""Which edition of the interface's documents this is, which changes with what callers can notice,
and how they are called."""

from __future__ import annotations

from datetime import date

from accounts.core.kinds import UnitKind

EDITION = "1.0"
EDITION_DAY = date(2026, 12, 1)
TITLE = "药耗追溯信息接口"


def title_of(kind: UnitKind) -> str:
    """The title of a kind's 对接方案, which is also the file's name."""
    return f"{kind.label}_药耗追溯信息对接方案"
