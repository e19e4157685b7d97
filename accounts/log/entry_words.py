"""An entry of the operation log in words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from accounts.agents.models import Agent, Membership
from accounts.core.actions import called
from accounts.core.kinds import KINDS
from accounts.core.models import Account
from accounts.core.names import CLOSED, AccountKind
from accounts.keys.models_webhooks import EVENT_WORDS, Pause
from accounts.log.models import OperationLog
from accounts.log.operations import OPERATIONS
from accounts.rights.businesses import BUSINESSES
from accounts.signing_in.models import SignIn
from accounts.units.models import Qualification
from portal.lib.clock import last_day, to_minute
from portal.lib.identifiers import CREDIT_CODE

Words = Callable[[Any], str]

ASKED = {
    "first": "开始日期",
    "last": "结束日期",
    "action": "操作",
    "who": "操作人",
    "text": "对象",
}

NOTHING = "无"
SYSTEM_WORDS, STAFF_WORDS, UNIT_WORDS = "系统", "平台工作人员", "单位账号"
# What the names in an entry mean: their label, and how a value is said. See `declare`.
_DECLARED: dict[str, tuple[str, Words]] = {}


def declare(name: str, label: str, words: Words = str) -> None:
    """Say what a name in the `before` and `after` of entries means.

    Another app declares the names of its own operations when it starts. Raises ValueError for a
    name that means something else already: it would change what old entries say.
    """
    if _DECLARED.get(name, (label,))[0] != label:
        raise ValueError(f"{name} is {_DECLARED[name][0]} already")
    _DECLARED[name] = (label, words)


def declared() -> frozenset[str]:
    """Return the names that have words."""
    return frozenset(_DECLARED)


def _asked(asked: dict[str, str]) -> str:
    """The filter of an export of the log."""
    said = {**asked}
    if "action" in said:
        said["action"] = OPERATIONS[said["action"]]
    return "，".join(f"{label} {said[name]}" for name, label in ASKED.items() if name in said)


declare("account", "账号")
declare("asked", "筛选条件", _asked)
declare("businesses", "业务", lambda codes: "、".join(BUSINESSES[code].title for code in codes))
declare("document_position", "次序")
declare("document_shown", "显示", lambda shown: "是" if shown else "否")
declare("contact_mobile", "联系手机号")
declare("ends_at", "结束时间", lambda at: to_minute(datetime.fromisoformat(at)))
declare("exported", "导出条数")
declare("holder", "经办人")
declare("key_contact", "联系人")
declare("key_expires", "有效期至", lambda at: str(last_day(datetime.fromisoformat(at))))
declare("key_name", "用途")
declare("key_networks", "允许的来源地址", "、".join)
declare("key_succeeds", "接替的 AKey")
declare("key_sandbox", "联调密钥", lambda sandbox: "是" if sandbox else "否")
declare("kinds", "单位类别", lambda codes: "、".join(KINDS[code].label for code in codes))
declare("fields", "修改项", lambda names: "、".join(_label_of(name) for name in names))
declare("certificate_end", "有效期至", lambda at: at[:10])
declare("certificate_subject", "使用者")
declare("file", "文件")
declare("note", "说明")
declare("paper_reason", "退回原因")
declare("paper_state", "认证状态", lambda state: str(Qualification.State(state).label))
declare("reason", "原因")
declare("region_name", "区划名称")
declare("rows_added", "新增条数")
declare("rows_changed", "更新条数")
declare("session_count", "会话数")
declare("session_end", "结束原因", lambda why: str(SignIn.End(why).label))
declare("staff_active", "可以登录", lambda active: "是" if active else "否")
declare("staff_roles", "角色", "、".join)
declare("starts_at", "开始时间", lambda at: to_minute(datetime.fromisoformat(at)))
declare("uscc", CREDIT_CODE)
declare("webhook_event", "事件", lambda event: EVENT_WORDS[event])
declare("webhook_event_id", "事件编号")
declare("webhook_events", "通知事件", lambda events: "、".join(EVENT_WORDS[e] for e in events))
declare("webhook_name", "名称")
declare("webhook_pause", "原因", lambda why: str(Pause(why).label))
declare("webhook_url", "接收地址")
declare("values_resealed", "重新加密条数")


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
    address = entry.address or ""
    return Line(entry.at, who(entry.account), entry.title, entry.target, changes_of(entry), address)


def changes_of(entry: OperationLog) -> list[str]:
    """Say what changed, a sentence for each name. Raises KeyError for one that is not declared."""
    before, after = entry.before or {}, entry.after or {}
    return [_change(name, before, after) for name in sorted(before.keys() | after.keys())]


def who(account: Account | None) -> str:
    """Say who acted."""
    if account is None:
        return SYSTEM_WORDS
    if account.kind == AccountKind.AGENT:
        return called(account.agent)
    if account.kind == AccountKind.STAFF:
        return STAFF_WORDS
    return f"{UNIT_WORDS} {CLOSED if account.closed_at else account.name}"


def _label_of(field: str) -> str:
    """What a unit keeps of its agents, or an agent of itself, in words."""
    model = Membership if hasattr(Membership, field) else Agent
    return str(getattr(model._meta.get_field(field), "verbose_name", field))


def _change(name: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """One sentence: what it was and what it is, or the one value there is."""
    label, words = _DECLARED[name]
    said = [
        words(side[name]) if side[name] not in (None, "", []) else NOTHING
        for side in (before, after)
        if name in side
    ]
    return f"{label}：{' → '.join(said)}"
