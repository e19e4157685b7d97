"""A desk: the place where one kind of unit uploads its rows, corrects them and takes them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from accounts.core.requests import AgentRequest
from tracing.core.places import Place
from tracing.records import RECORDS
from tracing.records.base import Record

# The page behind every dialog of a desk.
TEMPLATE = "tracing/uploads/upload.html"


@dataclass(frozen=True)
class Desk(Place):
    """`offered` are the records of its import dialog, in the order of the list.

    `page` gives the context of its list, also behind a dialog; `opened` gives, from the fields
    that name an open dialog, that dialog's address, or nothing for the list itself.
    """

    offered: tuple[str, ...]
    page: Callable[[AgentRequest], dict[str, Any]]
    opened: Callable[[str, Mapping[str, str]], str] = lambda slug, fields: ""

    def record(self, code: str) -> Record:
        """A record of the desk; 404 for any other."""
        if code not in self.offered:
            raise Http404
        return RECORDS[code]

    def addresses(self, slug: str) -> dict[str, str]:
        """Where the page's buttons lead."""
        names = {"list": "upload", "import": "import", "void": "void"}
        return {key: self.address(name, slug) for key, name in names.items()}
