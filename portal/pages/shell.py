"""What the shell of every page shows: the unit acted for, the menu, the user.

One context processor, `shell`, named in the TEMPLATES setting.
"""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.core.names import AccountKind, mask_mobile
from accounts.rights.businesses import BUSINESSES, GROUPS, Business
from accounts.units.models import Unit

PRODUCT_NAME = "药耗追溯单位网厅"


class FooterSlot(NamedTuple):
    """One line of the footer: whose site, its numbers."""

    label: str
    value: str


class Entry(NamedTuple):
    """A line of a menu; `current` marks the page one is on."""

    title: str
    address: str
    current: bool = False


class MenuGroup(NamedTuple):
    """A fold of the left menu."""

    title: str
    entries: list[Entry]


class Shell(NamedTuple):
    """What templates/hall.html reads. `unit` and `agent` are None before a unit is chosen.

    `home` is where the unit's pages start, not the 服务大厅 that everyone sees. `unread` counts the
    notices.
    """

    home: str
    unit: Unit | None
    agent: Agent | None
    user_name: str
    menu: list[MenuGroup]
    user_entries: list[Entry]
    unread: int


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Return {"shell": Shell} for the request; it asks the database nothing new."""
    unit: Unit | None = getattr(request, "unit", None)
    agent: Agent | None = getattr(request, "agent", None)
    home = reverse("accounts:hall", args=[unit.slug]) if unit else reverse("accounts:start")
    return {
        "shell": Shell(
            home=home,
            unit=unit,
            agent=agent,
            user_name=_user_name(request, unit, agent),
            menu=_menu(request, unit, home) if unit and agent else [],
            user_entries=_user_entries(request, home),
            unread=_unread(request),
        )
    }


def _user_entries(request: HttpRequest, home: str) -> list[Entry]:
    """The lines of the user menu above 退出登录."""
    user = getattr(request, "user", None)
    if not isinstance(user, Account):
        return []
    own = "个人信息" if user.kind == AccountKind.AGENT else "账号信息"
    entries = [
        Entry(own, reverse("accounts:account")),
        Entry("修改密码", reverse("accounts:change-password")),
        Entry("登录设备", reverse("accounts:sessions")),
    ]
    if user.kind == AccountKind.AGENT:
        return [Entry("切换单位", reverse("accounts:units")), *entries]
    return [Entry("单位管理", home), *entries] if user.kind == AccountKind.UNIT else entries


def _unread(request: HttpRequest) -> int:
    """As the session's row said when the request came; 0 for a page that is nobody's. What changes
    it, signing in among it, leads on to another page."""
    return int(getattr(getattr(request, "sign_in", None), "unread", 0))


def _user_name(request: HttpRequest, unit: Unit | None, agent: Agent | None) -> str:
    if agent:
        return agent.name
    if unit:
        return unit.name
    user = getattr(request, "user", None)
    if not isinstance(user, Account):
        return ""
    return mask_mobile(user.name) if user.kind == AccountKind.AGENT else user.name


def _menu(request: HttpRequest, unit: Unit, home: str) -> list[MenuGroup]:
    """The groups of the hall that are not locked, each with its businesses."""
    return [
        MenuGroup(
            group.title,
            [_entry(request, b, unit, home) for b in BUSINESSES.values() if b.group is group],
        )
        for group in GROUPS
        if not group.locked
    ]


def _entry(request: HttpRequest, business: Business, unit: Unit, home: str) -> Entry:
    """A business with a page leads there; any other to its tile, which says where it is handled."""
    if not business.url_name:
        return Entry(business.title, f"{home}#{business.code}")
    address = reverse(business.url_name, args=[unit.slug])
    # Without the slash, because the uploads of …/upload/ stand under …/uploads/. The webhooks of
    # 接口调用自助服务 stand elsewhere; whoever lets an agent in says which business it was for.
    here = request.path.startswith(address.rstrip("/"))
    return Entry(business.title, address, here or getattr(request, "business", None) is business)
