"""Where an account is signed in, in words."""

from django.utils import timezone

from accounts import queries
from accounts.models import Account


def live_sessions(account: Account) -> str:
    """One line for each session that can still be used; empty when there is none."""
    return "；".join(
        f"{row.label or '未知设备'}（IP {row.address or '未知'}，"
        f"{timezone.localtime(row.started_at):%Y-%m-%d %H:%M} 登录）"
        for row in queries.live_sign_ins(account)
    )
