"""Small pieces every page uses: icons, the product's name, the footer, page links."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from heroicons.templatetags.heroicons import heroicon_outline

from accounts.rights.catalogue import ENTRIES, Entry
from portal.lib.identifiers import CREDIT_CODE
from portal.pages.shell import PRODUCT_NAME, FooterSlot

register = template.Library()


@register.simple_tag
def product_name() -> str:
    """The portal's name; a tag and not a context value, because the 500 page has no context."""
    return PRODUCT_NAME


@register.simple_tag
def credit_code() -> str:
    """What the credit code of a firm is called."""
    return CREDIT_CODE


@register.simple_tag
def footer_slots() -> list[FooterSlot]:
    """The filled footer slots in their order: 主办单位, 联系电话, …"""
    slots: dict[str, str] = getattr(settings, "PORTAL_FOOTER", {})
    return [FooterSlot(label, value) for label, value in slots.items() if value]


@register.simple_tag
def service_entry(code: str) -> Entry:
    """An entry of the 服务大厅, for a link to it outside its block."""
    return ENTRIES[code]


@register.simple_tag
def icon(name: str) -> str:
    """A 20-pixel outline icon; always beside words, so hidden from screen readers."""
    return heroicon_outline(name, size=20, **{"class": "icon", "aria-hidden": "true"})


@register.simple_tag(takes_context=True)
def page_link(context: dict[str, Any], **changes: object) -> str:
    """The address of the list with some of its parameters changed; an empty value drops one.

    `list_address` in the context names it where a dialog's address stands in the address bar.
    """
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{context.get('list_address', '')}?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def kept_parameters(context: dict[str, Any], *dropped: str) -> list[tuple[str, str]]:
    """The parameters of the present address except `dropped`, as hidden fields of a form need."""
    query = context["request"].GET
    return [
        (name, value) for name, values in query.lists() if name not in dropped for value in values
    ]
