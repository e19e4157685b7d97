"""How a key stands, in words."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from django.utils import timezone

from accounts.core.names import AccountKind
from accounts.keys.models import InterfaceKey


class KeyState(Enum):
    """How a key stands: the word, and the colour of its pill."""

    LIVE = ("使用中", "good")
    FROZEN = ("已冻结", "warn")
    EXPIRED = ("已过期", "bad")
    ENDED = ("已停用", "grey")

    @property
    def word(self) -> str:
        """In Chinese."""
        return self.value[0]

    @property
    def tone(self) -> str:
        """The colour of its pill."""
        return self.value[1]


def state_of(key: InterfaceKey, now: datetime | None = None) -> KeyState:
    """How a key stands now: of several, what must be undone first."""
    now = now or timezone.now()
    if key.ended_at is not None:
        return KeyState.ENDED
    if key.frozen_at is not None:
        return KeyState.FROZEN
    if key.expires_at is not None and key.expires_at <= now:
        return KeyState.EXPIRED
    return KeyState.LIVE


# Who may undo a freezing: the kind that froze it, and those behind it here.
RANKS = (AccountKind.AGENT, AccountKind.UNIT, AccountKind.STAFF)
FREEZERS = {
    AccountKind.AGENT.value: "经办人",
    AccountKind.UNIT.value: "单位账号",
    AccountKind.STAFF.value: "平台工作人员",
}


def may_thaw(key: InterfaceKey, kind: str) -> bool:
    """Whether an account of this kind may undo that a key is frozen."""
    return RANKS.index(AccountKind(kind)) >= RANKS.index(AccountKind(key.frozen_by))


def freezer(key: InterfaceKey) -> str:
    """Who froze it, in words."""
    return FREEZERS[key.frozen_by]
