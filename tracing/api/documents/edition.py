"""Which edition of the interface's documents this is; both change with what callers can notice."""

from __future__ import annotations

from datetime import date

EDITION = "1.0"
EDITION_DAY = date(2026, 12, 1)
TITLE = "药耗追溯信息接口"
