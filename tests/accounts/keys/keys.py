"""Keys for tests."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.core.origin import COMMAND
from accounts.keys.actions import issue
from accounts.keys.models import InterfaceKey
from accounts.keys.scopes import scopes_of
from tests.people import Side


def key_of(side: Side, scopes: Collection[str] | None = None, **more: Any) -> InterfaceKey:
    """A fresh key of a unit, with all scopes unless some are named; its first is 进销存系统."""
    number = InterfaceKey.objects.of(side.unit).count()
    allowed = [business.code for business in scopes_of(side.unit)]
    return issue(
        side.unit,
        side.agent,
        name=f"进销存系统{number or ''}",
        scopes=allowed if scopes is None else scopes,
        contact_name="测试",
        contact_phone="19900000000",
        origin=COMMAND,
        **more,
    )
