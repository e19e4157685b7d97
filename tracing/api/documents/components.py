"""What the operations of the OpenAPI document have in common: messages, rows, refusals."""

from __future__ import annotations

from typing import Any

from accounts.keys.authentication import MILLISECONDS_DIGITS, SECONDS_DIGITS, WINDOW
from accounts.keys.signing import DIGEST_LENGTH, LENGTHS
from portal.lib.refused import Declared, Ground
from tracing.api.catalogue import INTERFACES
from tracing.api.documents import prose
from tracing.api.documents.examples import example_answer, example_refusal, schema_of
from tracing.api.documents.reasons import by_ground, reasons
from tracing.api.envelope import (
    AK,
    KEY_HEADER,
    NONCE_HEADER,
    PARAM,
    SIGN,
    SIGNATURE_HEADER,
    TIMESTAMP,
    TIMESTAMP_HEADER,
)
from tracing.api.interfaces import DATA_NAME, OK, Interface, Parameter
from tracing.api.once import PRINTABLE
from tracing.api.row_schema import row_schema
from tracing.records import RECORDS
from tracing.sandbox.provoking import HEADER as PROVOKE_HEADER
from tracing.sandbox.provoking import SLOW, SLOW_SECONDS

GOOD_STATUSES = {
    200: "已办理。",
    202: "已接收，正在后台办理；请按 data 中的编号查询结果。",
}
LIMIT_HEADERS = {
    name: {"description": words, "schema": {"type": "string"}}
    for name, words in prose.RATE_HEADERS.items()
}
GROUNDS = {
    Ground.INVALID: "报文或数据有误，请改正后再调用。",
    Ground.UNSIGNED: "没有证明身份：密钥、时间或签名不对。",
    Ground.FORBIDDEN: "现在不能这样做：密钥或单位没有这个权限。",
    Ground.NOT_FOUND: "没有这样的内容，或者它不属于本单位。",
    Ground.METHOD: "请求方法不对，应为 POST。",
    Ground.MEDIA: "Content-Type 不对，应为 application/json。",
    Ground.CONFLICT: "数据的状态已经变化，或尚不满足条件。",
    Ground.TOO_LARGE: "一次发送的内容过多。",
    Ground.TOO_OFTEN: "调用过于频繁，请稍后再试。",
    Ground.BUSY: "服务暂时不能处理，请稍后用同一个 Idempotency-Key 重试。",
    Ground.NO_ROOM: "服务器存储空间不足，请联系平台。",
    Ground.FAILED: "服务器处理失败，请凭 request_id 联系平台。",
}
RETRY_HEADER = {"Retry-After": {"description": prose.RETRY_AFTER, "schema": {"type": "string"}}}
# The schema of every refusal.
REFUSED = "refused"
IDEMPOTENCY_HEADER = "Idempotency-Key"
SECURITY_SCHEMES = {
    name: {"type": "apiKey", "in": "header", "name": header, "description": words}
    for name, header, words in (
        ("PortalKey", KEY_HEADER, "HMAC 方式：AKey。"),
        ("PortalTimestamp", TIMESTAMP_HEADER, "HMAC 方式：10 位秒或 13 位毫秒的时间戳。"),
        (
            "PortalNonce",
            NONCE_HEADER,
            "HMAC 方式：16 至 64 个字母、数字、“-”或“_”，每次调用各不相同。",
        ),
        (
            "PortalSignature",
            SIGNATURE_HEADER,
            "HMAC 方式：HMAC-SHA256(SKey, 五行文字)，64 位十六进制；见说明。",
        ),
    )
}


def ref(kind: str, name: str) -> dict[str, str]:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def envelope_name(interface: Interface) -> str:
    """The name of the schema of the guide's message to an interface."""
    return f"envelope-{interface.name.removeprefix('api-')}"


def param_name(interface: Interface) -> str:
    """The name of the schema of what an interface is asked."""
    return f"param-{interface.name.removeprefix('api-')}"


def answer_name(interface: Interface) -> str:
    """The name of the schema of its good answer: that of the first interface that answers so."""
    first = next(one for one in INTERFACES.values() if one.returned == interface.returned)
    return f"answer-{first.name.removeprefix('api-')}"


def answered_name(interface: Interface, status: int) -> str:
    """The name of the response of its good answer with a status."""
    return f"{answer_name(interface)}-{status}"


def refusal_name(ground: Ground) -> str:
    """The name of the response of all refusals of one status."""
    return f"refused-{int(ground.value)}"


def components() -> dict[str, Any]:
    """All of them, by kind and name."""
    interfaces = INTERFACES.values()
    records = {code: RECORDS[code] for each in interfaces for code in each.row_records}
    return {
        "schemas": {
            "Reason": _reason(),
            REFUSED: _refusal(),
            **{row_name(code): row_schema(record) for code, record in records.items()},
            **{envelope_name(each): _envelope(each) for each in interfaces},
            **{param_name(each): param_schema(each) for each in interfaces},
            **{answer_name(each): _answer_schema(each) for each in interfaces},
        },
        "responses": {
            **{
                answered_name(each, status): _answered(each, status)
                for each in interfaces
                for status in each.statuses
            },
            **{refusal_name(ground): _refused(found) for ground, found in by_ground()},
        },
        "headers": LIMIT_HEADERS,
        "parameters": {IDEMPOTENCY_HEADER: _idempotency(), PROVOKE_HEADER: _provoke()},
        "securitySchemes": SECURITY_SCHEMES,
    }


def row_name(record_code: str) -> str:
    """The name of the schema of a record's row."""
    return f"row-{record_code}"


def param_schema(interface: Interface) -> dict[str, Any]:
    """What an interface is asked: the JSON object in `param`."""
    parameters = interface.parameters
    return {
        "type": "object",
        "title": f"{interface.title}的 param",
        "properties": {one.name: _property(interface, one) for one in parameters},
        "required": [one.name for one in parameters if one.required],
        "additionalProperties": False,
    }


def _property(interface: Interface, parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": parameter.label, **schema_of(parameter)}
    if parameter.expected:
        schema["description"] = f"{parameter.expected}。"
    if parameter.length is not None:
        schema["maxLength"] = parameter.length
    if parameter.example is not None:
        schema["examples"] = [parameter.example]
    rows = [ref("schemas", row_name(code)) for code in interface.row_records]
    if parameter.name == DATA_NAME and rows:
        schema["items"] = rows[0] if len(rows) == 1 else {"anyOf": rows}
    return schema


def _envelope(interface: Interface) -> dict[str, Any]:
    fields = {
        AK: {"description": "AKey。"},
        TIMESTAMP: {
            "description": f"10 位秒或 13 位毫秒的时间戳，与服务器时间相差不超过 {WINDOW} 秒。",
            "pattern": f"^([0-9]{{{SECONDS_DIGITS}}}|[0-9]{{{MILLISECONDS_DIGITS}}})$",
        },
        SIGN: {
            "description": "SHA-256(ak + timestamp + SKey + param)，十六进制。",
            "pattern": f"^[0-9A-Fa-f]{{{DIGEST_LENGTH}}}$",
        },
    }
    return {
        "type": "object",
        "title": f"{interface.title}的报文",
        "properties": {
            **{
                name: {"type": "string", "maxLength": LENGTHS[name], **more}
                for name, more in fields.items()
            },
            PARAM: {
                "type": "string",
                "description": "请求参数：一个 JSON 字符串，逐字参与签名。",
                "contentMediaType": "application/json",
                "contentSchema": ref("schemas", param_name(interface)),
            },
        },
        "required": [AK, TIMESTAMP, SIGN, PARAM],
    }


def _answer(code: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The shape of every answer."""
    return {
        "type": "object",
        "properties": {
            "code": code,
            "message": {"type": "string"},
            "data": data,
            "request_id": {"type": "string", "description": "报障时请提供。"},
            "timestamp": {"type": "string", "description": "服务器时间，秒。"},
        },
        "required": ["code", "message", "data", "request_id", "timestamp"],
    }


def _answer_schema(interface: Interface) -> dict[str, Any]:
    data = {"type": "object", **interface.returned}
    return {"title": "应答", **_answer({"const": OK}, data)}


def _reason() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "原因",
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string", "description": "发现了什么、应为什么、怎样改正。"},
            "place": {"type": "string", "description": "在报文的哪里。"},
        },
        "required": ["code", "message", "place"],
    }


def _answered(interface: Interface, status: int) -> dict[str, Any]:
    return {
        "description": GOOD_STATUSES[status],
        "headers": {name: ref("headers", name) for name in LIMIT_HEADERS},
        "content": {
            "application/json": {
                "schema": ref("schemas", answer_name(interface)),
                "examples": {"ok": {"value": example_answer(interface)}},
            }
        },
    }


def _refused(found: list[Declared]) -> dict[str, Any]:
    """The answer of a status: its codes stand in the one table of the schema."""
    ground = found[0].ground
    waits = ground in (Ground.TOO_OFTEN, Ground.BUSY)
    return {
        "description": GROUNDS[ground],
        **({"headers": RETRY_HEADER} if waits else {}),
        "content": {"application/json": {"schema": ref("schemas", REFUSED)}},
    }


def _refusal() -> dict[str, Any]:
    """The body of every refusal, with all codes that a call can be answered."""
    body = _answer({"type": "string", "enum": [one.code for one in reasons()]}, {"type": "null"})
    body["properties"]["errors"] = {
        "type": "array",
        "minItems": 1,
        "items": ref("schemas", "Reason"),
    }
    body["required"].append("errors")
    rows = (f"| {int(one.ground.value)} | `{one.code}` | {shown(one)} |" for one in reasons())
    table = "\n".join(("| 状态 | 代码 | 说明 |", "|---|---|---|", *rows))
    return {
        "title": "未办理的应答",
        "description": f"状态与代码一一对应；说明里的〈〉是当时的具体内容。\n\n{table}",
        **body,
        "examples": [example_refusal(next(iter(reasons())))],
    }


def shown(declared: Declared) -> str:
    """The sentence of a refusal; each detail stands as its name in 〈〉."""
    message: str = example_refusal(declared)["message"]
    return message


def _idempotency() -> dict[str, Any]:
    return {
        "name": IDEMPOTENCY_HEADER,
        "in": "header",
        "required": False,
        "description": (
            "同一批数据重试时带同一个值，24 小时内原样返回第一次的应答，数据不会重复入库。"
        ),
        "schema": {"type": "string", "pattern": f"^{PRINTABLE.pattern}$"},
    }


def _provoke() -> dict[str, Any]:
    return {
        "name": PROVOKE_HEADER,
        "in": "header",
        "required": False,
        "description": (
            "只对联调密钥有效：按此处的代码（数据结构 refused 的表里的一个）返回相应的错误，或填 "
            f"{SLOW}，{SLOW_SECONDS} 秒后才应答。"
        ),
        "schema": {"type": "string", "maxLength": 40},
    }
