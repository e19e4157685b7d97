"""What the pages of units and agents share: how the account is signed in, and what ends that."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin

from accounts.core.origin import Origin
from accounts.staff.actions_oversight import end_sessions_for, unlock_sign_in
from accounts.staff.acts import Act
from accounts.staff.admin_base import ActingAdmin, live_sessions, moment


class AccountAdmin(ActingAdmin):
    """Rows that have an account."""

    @admin.display(description="本次登录")
    def signed_in(self, row: Any) -> str:
        """When the account signed in last."""
        return moment(row.account.this_sign_in_at)

    @admin.display(description="登录会话")
    def sessions(self, row: Any) -> str:
        """Where the account is signed in."""
        return live_sessions(row.account)


def sign_in_acts(may: str, whose: Callable[[Any], str], no_session: str) -> tuple[Act, Act]:
    """Return 结束会话 and 解除登录锁定 for rows with an account.

    `whose` says of a row whose account it is, as it stands behind a verb; `no_session` is said
    where there is nothing to end.
    """

    def end_sessions(row: Any, asked: dict[str, Any], origin: Origin) -> str:
        count = end_sessions_for(row.account, asked["reason"], origin=origin)
        return f"已结束{whose(row)} 的 {count} 个会话。"

    def unlock(row: Any, asked: dict[str, Any], origin: Origin) -> str:
        unlock_sign_in(row.account, asked["reason"], origin=origin)
        return f"已解除{whose(row)} 的登录锁定。"

    return (
        Act(
            "end-sessions",
            "结束会话",
            may,
            end_sessions,
            offered=lambda row: bool(live_sessions(row.account)),
            not_offered=no_session,
        ),
        Act(
            "unlock",
            "解除登录锁定",
            may,
            unlock,
            note="登录失败过多而锁定时使用，在所有地址一并解除；请先确认对方身份。",
        ),
    )
