"""What the pages of a unit show around their own content, read when a template asks for it."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.messages import queries
from accounts.messages.models import Document
from accounts.units.overview import Overview, overview
from accounts.units.tabs import TABS, Tab

register = template.Library()


@register.simple_tag(takes_context=True)
def unit_overview(context: dict[str, Any]) -> Overview:
    """The state of the papers and the five steps of the unit whose page this is."""
    return overview(context["request"].unit)


@register.simple_tag
def documents() -> list[Document]:
    """资料下载: the files for everyone who is signed in."""
    return queries.documents()


@register.simple_tag
def unit_tabs() -> tuple[Tab, ...]:
    """The tabs of 单位管理."""
    return TABS
