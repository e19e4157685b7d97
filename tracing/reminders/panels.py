"""Where the panel with the reminders stands, for pages that have one.

Every process loads this file, so it loads no page.
"""

from __future__ import annotations

from accounts.core.kinds import UnitKind
from tracing.uploads.desks import desks


def panel_address(slug: str, business: str) -> str:
    """Where the reminders of a business stand, for the hall; nothing for one without a desk."""
    found = (desk.address("reminders", slug) for desk in desks() if desk.business == business)
    return next(found, "")


def unit_panel_address(slug: str, kind: UnitKind) -> str:
    """Where the reminders of a unit of a kind stand, for its own home."""
    found = (desk.address("unit-reminders", slug) for desk in desks() if desk.kind == kind)
    return next(found, "")
