"""An entry of the operation log in words."""

from datetime import datetime
from typing import Any, NamedTuple

from accounts.businesses import BUSINESSES, UnitKind
from accounts.models import Account, OperationLog
from accounts.names import Kind, mask_mobile

LABELS = {
    "account": "账号",
    "businesses": "业务",
    "kinds": "单位类别",
    "uscc": "统一社会信用代码",
}
NOTHING = "无"


class Line(NamedTuple):
    """What one row of the page shows; `changes` is one sentence for each thing that changed."""

    at: datetime
    who: str
    title: str
    target: str
    changes: list[str]
    address: str


def line(entry: OperationLog) -> Line:
    """Word one entry."""
    before, after = entry.before or {}, entry.after or {}
    changes = [
        f"{LABELS.get(key, key)}：{_words(key, before.get(key))} → {_words(key, after.get(key))}"
        for key in sorted(before.keys() | after.keys())
    ]
    address = entry.address or ""
    return Line(entry.at, who(entry.account), entry.title, entry.target, changes, address)


def who(account: Account | None) -> str:
    """Say who acted."""
    if account is None:
        return "系统"
    if account.kind == Kind.AGENT:
        return f"{account.agent.name}（{mask_mobile(account.name)}）"
    return "平台工作人员" if account.kind == Kind.STAFF else f"单位账号 {account.name}"


def _words(key: str, value: Any) -> str:
    if value in (None, "", []):
        return NOTHING
    if key == "businesses":
        return "、".join(BUSINESSES[code].title for code in value)
    if key == "kinds":
        return "、".join(UnitKind(kind).label for kind in value)
    return str(value)
