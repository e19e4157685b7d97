"""What good answers about rows hold, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracing.api.row_answers import RESULTS, STATES

Schema = dict[str, Any]


def fields(properties: Mapping[str, Schema], *optional: str) -> Schema:
    """An object of these names, each of them always there but the optional ones."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def text(title: str, **more: Any) -> Schema:
    """A text."""
    return {"type": "string", "title": title, **more}


def listed(title: str, items: Schema) -> Schema:
    """An array."""
    return {"type": "array", "title": title, "items": items}


def number(title: str) -> Schema:
    """A number of things; null while it is not known."""
    return {"type": ["integer", "null"], "title": title, "minimum": 0}


def worded(title: str, words: Mapping[Any, str]) -> Schema:
    """One of some words, each with what it means."""
    meaning = "；".join(f"{word} {means}" for word, means in words.items())
    return text(title, enum=[str(word) for word in words], description=meaning)


FINDING = fields(
    {
        "column": text("列标识"),
        "label": text("列名称"),
        "code": text("错误码"),
        "message": text("说明：发现了什么、应是什么、如何改正"),
    }
)
ROW = fields(
    {
        "row": {"type": "integer", "title": "在 data 中的位置，从 1 开始", "minimum": 1},
        "result": worded("结果", RESULTS),
        "record": text("数据种类，一个接口可收几种时才有"),
        "faults": listed("未通过的原因，全部列出", FINDING),
        "warnings": listed("提示，不影响入库", FINDING),
    },
    "record",
    "faults",
    "warnings",
)
STATE = {"state": worded("状态", STATES), "stateLabel": text("状态说明")}
UPLOAD = fields(
    {
        "submission": text("上传编号", format="uuid"),
        "record": text("数据种类"),
        **STATE,
        "repeated": {
            "type": "boolean",
            "title": "同样的数据以前上传过，结果是那一次的",
        },
        "total": number("行数"),
        "accepted": number("通过的行数"),
        "rejected": number("未通过的行数"),
        "refusal": {
            "anyOf": [fields({"code": text("错误码"), "message": text("说明")}), {"type": "null"}],
            "title": "整次上传未能处理的原因",
        },
    }
)
COUNTS = {result: number(f"行数：{means}") for result, means in RESULTS.items()}
ID = {
    "type": ["string", "null"],
    "format": "uuid",
    "title": "上传编号；没有要入库的行时为 null，有几个时为第一个",
}
UPLOADED = fields(
    {
        "submission": ID,
        "submissions": listed("上传，每类数据一个", UPLOAD),
        **STATE,
        "payloadHash": text(
            "param 原文的 SHA-256", pattern="^[0-9a-f]{64}$", examples=["0123456789abcdef" * 4]
        ),
        "total": number("有内容的行数"),
        **COUNTS,
        "rows": listed("逐行结果，按发送的次序；状态为 waiting 时尚无", ROW),
    }
)
RESULT = fields(
    {
        **UPLOAD["properties"],
        **COUNTS,
        "page": number("本页页码，从 1 开始"),
        "pageSize": number("每页行数"),
        "pages": number("页数"),
        "rows": listed("本页的逐行结果", ROW),
    }
)
