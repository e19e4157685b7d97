"""Which documents a unit finds on the page of 接口调用自助服务.

Every process loads this file, so it loads nothing of what the documents are made with.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.core.kinds import KINDS
from accounts.keys.offers import Link
from accounts.units.models import Unit
from tracing.api.documents.edition import TITLE, title_of


def documents(unit: Unit) -> Iterator[Link]:
    """A 对接方案 for each kind that the unit is, and Swagger UI."""
    for kind in KINDS.values():
        if kind in unit.kinds:
            address = reverse("tracing:api-plan", args=[unit.slug, kind.code])
            yield Link(f"{title_of(kind)}.pdf", address, downloads=True)
    yield Link(TITLE, reverse("tracing:api-docs"))
