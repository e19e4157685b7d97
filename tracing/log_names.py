"""What the operation log says of uploads, rows and exports, in words."""

from __future__ import annotations

from typing import Any

from accounts.log import writing
from accounts.log.entry_words import declare
from tracing.exports.models import Export
from tracing.records import RECORDS
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
    declare("size", "文件大小", lambda size: f"{size} 字节")
    declare("sha256", "文件指纹（SHA-256）")
    declare("keys", "被删除的数据", _some)
    declare("reason", "原因")
    declare("waiting", "待匹配")
    declare("by", "查询方式", lambda by: str(By(by).label))
    declare("filter", "查询条件", _filter)
    declare("format", "文件格式", lambda kind: str(Export.Format(kind).label))


def _some(keys: list[str] | dict[str, Any]) -> str:
    """Keys as `accounts.log.writing.brief` keeps them; the first entries held every key."""
    brief = writing.brief(keys) if isinstance(keys, list) else keys
    more = f" 等 {brief['count']} 条" if brief["count"] > len(brief["first"]) else ""
    return "、".join(brief["first"]) + more


def _filter(asked: dict[str, Any]) -> str:
    return "，".join(f"{FILTERS[name]} {value}" for name, value in asked.items())
