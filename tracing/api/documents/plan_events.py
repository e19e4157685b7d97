"""The chapters of the 对接方案 on 事件通知 and 联调环境."""

from __future__ import annotations

import json
from datetime import timedelta

from reportlab.platypus import Flowable, PageBreak

from accounts.keys.models_webhooks import ANSWER_LENGTH, EVENT_WORDS, PING, Event
from accounts.keys.signing import hmac_signature, webhook_text
from accounts.keys.webhook_delivery import MOST_ATTEMPTS, PAUSES
from accounts.keys.webhook_events import MOST_WAITING
from portal.lib.identifiers import CREDIT_CODE
from tracing.api.documents import prose
from tracing.api.documents.examples import (
    EXAMPLE_EVENT,
    EXAMPLE_RECORD,
    EXAMPLE_SK,
    EXAMPLE_TIME,
)
from tracing.api.documents.plan_layout import code, heading, paragraph, table
from tracing.uploads.told import CAUSES

_UPLOAD = {
    "submission": "上传编号，与上传的应答相同",
    "record": f"信息类别，如 {EXAMPLE_RECORD}",
    "source": "从哪里上传：page 网页、command 命令、api 接口",
}
_COUNTS = {"total": "总行数", "accepted": "通过的行数", "rejected": "未通过的行数"}
_CODE = "不成功的原因，见“错误代码”"
# What `data` may hold, by event: some results leave names out.
FIELDS: dict[str, dict[str, str]] = {
    Event.UPLOAD: {
        **_UPLOAD,
        "result": (
            "waiting 等待确认、checked 只校验已完成、stored 已入库、refused 未接收、"
            "not-stored 没有入库、expired 过期未确认"
        ),
        **_COUNTS,
        "created": "新增的行数（stored）",
        "replaced": "替换的行数（stored）",
        "unchanged": "没有变化的行数（stored）",
        "code": f"{_CODE}（refused、not-stored）",
    },
    Event.ROWS: {
        **_UPLOAD,
        **_COUNTS,
        "causes": (
            f"数组，行数最多的 {CAUSES} 种原因：column 数据元标识、code 数据行的错误代码、rows 行数"
        ),
    },
    Event.EXPORT: {
        "export": "导出编号",
        "business": "查询的业务",
        "format": "文件格式",
        "result": "ready 可以下载、failed 未成功",
        "codes": "追溯码数（ready）",
        "rows": "行数（ready）",
        "bytes": "文件的字节数（ready）",
        "sha256": "文件的 SHA-256（ready）",
        "code": f"{_CODE}（failed）",
    },
    Event.UNDO: {
        **_UPLOAD,
        "result": "undone 已撤销、failed 未成功",
        "voided": "作废的行数（undone）",
        "restored": "恢复原内容的行数（undone）",
        "kept": "因后来有变动而保留的行数（undone）",
        "failed": "未能撤销的行数（undone）",
        "code": f"{_CODE}（failed）",
    },
    Event.REMOVAL: {
        "removal": "整批删除的编号",
        "record": "信息类别",
        "key": "数组，所删的批次或单件的标识",
        "result": "removed 已删除、failed 未成功",
        "codes": "一并删除的追溯码数（removed）",
        "code": f"{_CODE}（failed）",
    },
    PING: {},
}


def events() -> list[Flowable]:
    """事件通知: what is sent to a webhook, how it is signed and how often it is tried."""
    return [
        PageBreak(),
        heading("九、事件通知"),
        paragraph(prose.EVENTS),
        heading("1. 请求", 1),
        paragraph("请求体是 UTF-8 编码的 JSON："),
        table(("字段", "说明"), (2, 7), _BODY),
        paragraph("请求头："),
        table(("请求头", "说明"), (3, 7), _HEADERS),
        paragraph(
            "签名：以添加地址时显示的签名密钥，对三段文字计算 HMAC-SHA256，"
            "段间为一个换行符（\\n）："
            "Portal-Timestamp、Portal-Webhook-Id、收到的请求体原文。"
            "请先核对签名再解析请求体，并拒绝时刻相差 5 分钟以上的请求。"
        ),
        *_example(),
        heading("2. 事件和 data", 1),
        *_kinds(),
        heading("3. 应答和重试", 1),
        *map(paragraph, _retries()),
    ]


def sandbox() -> list[Flowable]:
    """联调环境: keys of the sandbox."""
    return [heading("十、联调环境"), *map(paragraph, prose.SANDBOX)]


_BODY = (
    ("event", "事件，见“2. 事件和 data”"),
    ("id", "事件编号，每次重试都相同"),
    ("time", "发生时间，如 2026-12-01T09:30:00+08:00"),
    ("unit", f"单位的{CREDIT_CODE}"),
    ("data", "对象，内容由事件决定；没有的项不出现"),
)
_HEADERS = (
    ("Content-Type", "application/json; charset=utf-8"),
    ("Portal-Webhook-Id", "事件编号"),
    ("Portal-Timestamp", "这次发送的时刻，秒"),
    ("Portal-Signature", "签名，64 位小写十六进制"),
)


def _example() -> list[Flowable]:
    data = {
        "submission": EXAMPLE_EVENT,
        "record": EXAMPLE_RECORD,
        "source": "api",
        "result": "stored",
        "total": 1,
        "accepted": 1,
        "rejected": 0,
        "created": 1,
        "replaced": 0,
        "unchanged": 0,
    }
    body = json.dumps(
        {
            "event": Event.UPLOAD,
            "id": EXAMPLE_EVENT,
            "time": "2023-06-25T14:33:18+08:00",
            "unit": "91320000MA0000007Q",
            "data": data,
        },
        ensure_ascii=False,
    )
    sign = hmac_signature(EXAMPLE_SK, webhook_text(EXAMPLE_TIME, EXAMPLE_EVENT, body))
    return [
        paragraph(
            f"核对用例：签名密钥 = {EXAMPLE_SK}，Portal-Timestamp = {EXAMPLE_TIME}，"
            f"Portal-Webhook-Id = {EXAMPLE_EVENT}，请求体是下面的一行（此处因版面折行）："
        ),
        code(body),
        paragraph(f"Portal-Signature = {sign}"),
    ]


def _kinds() -> list[Flowable]:
    parts: list[Flowable] = []
    for event, fields in FIELDS.items():
        parts.append(heading(f"{EVENT_WORDS[event]}（{event}）", 2))
        if fields:
            parts.append(table(("data 的字段", "说明"), (2, 7), list(fields.items())))
        else:
            parts.append(paragraph("在“事件通知”页面点击【测试】时发送，data 里没有业务内容。"))
    return parts


def _retries() -> list[str]:
    waits = "、".join(map(_spelled, PAUSES))
    return [
        prose.ANSWERED,
        "同一事件可能送达多次，编号不变，请按编号去重；先后次序不作保证。",
        (
            f"没有送达的，依次在 {waits}后重试，每个事件最多自动投递 {MOST_ATTEMPTS} 次；"
            f"地址连续失败 {MOST_ATTEMPTS} 次即自动暂停，"
            f"等待投递的事件超过 {MOST_WAITING:,} 个时也是，并以消息告知经办人。"
            "暂停期间的新事件不再记录；恢复后，"
            "原来等待的继续投递，投递失败的可在投递记录里重新发送。"
        ),
        f"应答的内容只保留前 {ANSWER_LENGTH} 个字符，供单位在投递记录里查看。",
    ]


def _spelled(wait: timedelta) -> str:
    minutes = int(wait.total_seconds() // 60)
    return f"{minutes} 分钟" if minutes < 60 else f"{minutes // 60} 小时"
