"""A place: a business's page for one kind of unit, with everything that stands under it.

All kinds upload and ask in the same way, so each view is written once and the address says for
which place it answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse

from accounts.core.kinds import UnitKind
from accounts.core.requests import AgentRequest
from accounts.rights.permissions import View, business_required

P = ParamSpec("P")


@dataclass(frozen=True)
class BusinessPage:
    """`kind` begins its addresses and their names; `business` is what one must hold to enter."""

    kind: UnitKind
    business: str

    def address(self, name: str, slug: str, *args: object) -> str:
        """Where something of the place stands for a unit."""
        return reverse(f"tracing:{self.kind.code}-{name}", args=[slug, *args])

    def pages(self, *pages: tuple[str, View, str]) -> list[URLPattern]:
        """The URL patterns of (route below the kind, view, name)."""
        code = self.kind.code
        return [
            path(f"u/<unit:slug>/{code}/{route}", view, {"place": self}, name=f"{code}-{name}")
            for route, view, name in pages
        ]


Q = TypeVar("Q", bound=BusinessPage)


def at_place(view: Callable[Concatenate[AgentRequest, Q, P], HttpResponseBase]) -> View:
    """Let the agent in who holds the business of the place that the address names."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, slug: str, place: Q, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        def enter(allowed: AgentRequest, /, *inner: Any, **named: Any) -> HttpResponseBase:
            return view(allowed, place, *inner, **named)

        return business_required(place.business)(enter)(request, slug, *args, **kwargs)

    return guarded
