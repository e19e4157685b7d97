"""What the operation log says of uploads, rows and exports, in words."""

from __future__ import annotations

from typing import Any

from accounts.log import writing
from accounts.log.entry_words import declare
from tracing.exports.models import Export
from tracing.mending.offers import How
from tracing.records import RECORDS
from tracing.records.code_parts import WAYS
from tracing.records.event_kinds import EventKind
from tracing.records.orders import ORDERS
from tracing.records.rule_checks import CHECKS
from tracing.traces.selections import By

FILTERS = {"code": "追溯码", "batch": "批次", "from": "开始日期", "to": "结束日期"}


def declare_names() -> None:
    """Declare the names in the entries that this app writes."""
    declare("record", "数据种类", lambda code: RECORDS[code].title)
    declare("rows", "条数")
    declare("boxes", "包装数")
    declare("codes", "追溯码", _some)
    declare("created", "新增")
    declare("replaced", "替换")
    declare("unchanged", "未变化")
    declare("lost", "入库时发现失败")
    declare("code_count", "追溯码个数")
    declare("voided", "作废")
    declare("restored", "恢复为上传前")
    declare("kept", "保留")
    declare("failed", "未能恢复")
    declare("mended_how", "修改方式", lambda how: How(how).label)
    declare("all_or_nothing", "全部通过才入库", _yes_or_no)
    declare("check_only", "只校验不入库", _yes_or_no)
    declare("confirmed_ahead", "校验后直接入库", _yes_or_no)
    declare("size", "文件大小", lambda size: f"{size} 字节")
    declare("sha256", "文件指纹（SHA-256）")
    declare("keys", "被删除的数据", _some)
    declare("reason", "原因")
    declare("order", "单据类型", lambda kind: ORDERS[EventKind(kind)].word)
    declare("batch", "批次")
    declare("waiting", "待匹配")
    declare("by", "查询方式", lambda by: str(By(by).label))
    declare("filter", "查询条件", _filter)
    declare("format", "文件格式", lambda kind: str(Export.Format(kind).label))
    _declare_rules()


def _declare_rules() -> None:
    """The names in the entries about the 识别规则库."""
    declare("rules_count", "规则数")
    declare("rules_version", "识别规则版本")
    declare("codes_tried", "试用的追溯码")
    declare("systems_changed", "编码体系改变")
    declare("codes_refused", "不再通过")
    declare("rule_title", "名称")
    declare("rule_pattern", "正则表达式")
    declare("rule_system", "编码体系")
    declare("rule_check", "校验", lambda name: CHECKS[name].title)
    declare("rule_parts", "拆分", lambda name: WAYS[name].title)
    declare("rule_leaves", "校验不符时由后面的规则判断", _yes_or_no)
    declare("rule_enabled", "启用", _yes_or_no)
    declare("rule_place", "次序")


def _yes_or_no(value: bool) -> str:
    return "是" if value else "否"


def _some(keys: list[str] | dict[str, Any]) -> str:
    """Keys as `accounts.log.writing.brief` keeps them; the first entries held every key."""
    brief = writing.brief(keys) if isinstance(keys, list) else keys
    more = f" 等 {brief['count']} 条" if brief["count"] > len(brief["first"]) else ""
    return "、".join(brief["first"]) + more


def _filter(asked: dict[str, Any]) -> str:
    return "，".join(f"{FILTERS[name]} {value}" for name, value in asked.items())
