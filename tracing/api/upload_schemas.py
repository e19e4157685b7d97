"""What good answers about rows hold, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracing.api.json_schemas import Schema, listed, said, shape
from tracing.api.row_answers import RESULTS, STATES


def number(title: str) -> Schema:
    """A number of things; null while it is not known."""
    return said(title, {"type": ["integer", "null"], "minimum": 0})


def worded(title: str, words: Mapping[Any, str]) -> Schema:
    """One of some words, each with what it means."""
    meaning = "；".join(f"{word} {means}" for word, means in words.items())
    return said(title, enum=[str(word) for word in words], description=meaning)


FINDING = shape(
    {
        "column": said("列标识"),
        "label": said("列名称"),
        "code": said("错误码"),
        "message": said("说明：发现了什么、应是什么、如何改正"),
    }
)
ROW = shape(
    {
        "row": {"type": "integer", "title": "在 data 中的位置，从 1 开始", "minimum": 1},
        "result": worded("结果", RESULTS),
        "record": said("数据种类，一个接口可收几种时才有"),
        "faults": listed(FINDING, "未通过的原因，全部列出"),
        "warnings": listed(FINDING, "提示，不影响入库"),
    },
    optional=("record", "faults", "warnings"),
)
STATE = {"state": worded("状态", STATES), "stateLabel": said("状态说明")}
UPLOAD = shape(
    {
        "submission": said("上传编号", format="uuid"),
        "record": said("数据种类"),
        **STATE,
        "repeated": {
            "type": "boolean",
            "title": "同样的数据以前上传过，结果是那一次的",
        },
        "total": number("行数"),
        "accepted": number("通过的行数"),
        "rejected": number("未通过的行数"),
        "refusal": {
            "anyOf": [shape({"code": said("错误码"), "message": said("说明")}), {"type": "null"}],
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
UPLOADED = shape(
    {
        "submission": ID,
        "submissions": listed(UPLOAD, "上传，每类数据一个"),
        **STATE,
        "payloadHash": said(
            "param 原文的 SHA-256", pattern="^[0-9a-f]{64}$", examples=["0123456789abcdef" * 4]
        ),
        "total": number("有内容的行数"),
        **COUNTS,
        "rows": listed(ROW, "逐行结果，按发送的次序；状态为 waiting 时尚无"),
    }
)
RESULT = shape(
    {
        **UPLOAD["properties"],
        **COUNTS,
        "page": number("本页页码，从 1 开始"),
        "pageSize": number("每页行数"),
        "pages": number("页数"),
        "rows": listed(ROW, "本页的逐行结果"),
    }
)
