"""What the pages of a session carry: whose they are, the unit of a form, the open pages.

Built into every template (TEMPLATES in the settings), because its csrf_token takes the place of
Django's: no form can be written that forgets its unit.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.rights import page_tabs, wrong_unit
from accounts.signing_in.sessions import PASSIVE, mark_of

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """Django's hidden token, and beside it the unit whose page the form stands on, if any."""
    token = SafeString(CsrfTokenNode().render(context))
    unit = getattr(context.get("request"), "unit", None)
    if unit is None:
        return token
    named = '{}<input type="hidden" name="{}" value="{}">'
    return format_html(named, token, wrong_unit.FIELD, unit.slug)


@register.simple_tag(takes_context=True)
def open_pages(context: dict[str, Any]) -> list[page_tabs.PageTab]:
    """The page tabs of an agent in a unit's hall."""
    return page_tabs.tabs_of(context["request"])


@register.simple_tag(takes_context=True)
def session_mark(context: dict[str, Any]) -> str:
    """What tells the page's script whose page it is."""
    return mark_of(context["request"].user)


@register.simple_tag
def idle_seconds() -> int:
    """How long a session lives without a sign of its user."""
    return int(settings.PORTAL_IDLE.total_seconds())


@register.simple_tag
def passive_header() -> str:
    """The header by which a script says that nobody asked it."""
    return PASSIVE
