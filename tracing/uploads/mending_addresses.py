"""Where the pages of mending stand."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from tracing.uploads.desks import Desk
from tracing.uploads.models import Submission

# Leads to a page: by its name, and by what its address asks for.
Address = Callable[..., str]


def addresses(desk: Desk, slug: str, submission: Submission) -> Address:
    """The way to the pages of one upload."""

    def address(name: str, **asked: object) -> str:
        base = desk.address(f"submission-{name}", slug, submission.pk)
        return f"{base}?{urlencode(asked)}" if asked else base

    return address
