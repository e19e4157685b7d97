"""Where an account is signed in, in words."""

from accounts import queries
from accounts.models import Account
from portal.lib.clock import to_minute


def live_sessions(account: Account) -> str:
    """One line for each session that can still be used; empty when there is none."""
    return "；".join(
        f"{row.label or '未知设备'}（IP {row.address or '未知'}，{to_minute(row.started_at)} 登录）"
        for row in queries.live_sign_ins(account)
    )
