"""The OpenAPI document: each interface as an operation, with what lies inside `param`.

drf-spectacular walks the addresses; what it cannot see, because every interface is one view and
its question a text, is said here from the interface itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from accounts.rights.businesses import BUSINESSES
from tracing.api.catalogue import INTERFACES
from tracing.api.documents import components, prose
from tracing.api.documents.components import (
    IDEMPOTENCY_HEADER,
    envelope_name,
    param_name,
    ref,
)
from tracing.api.documents.edition import EDITION, TITLE
from tracing.api.documents.examples import (
    compact,
    example_envelope,
    example_param,
)
from tracing.api.documents.reasons import by_ground
from tracing.api.interfaces import Interface
from tracing.sandbox.provoking import HEADER as PROVOKE_HEADER

JSON = "application/json"
DESCRIPTION = """\
所有接口都以 POST 调用，正文为 UTF-8 编码的 JSON。签名方式有两种，任选其一：

1. 文档规定的报文 `{{"ak", "timestamp", "sign", "param"}}`，其中 `param` 是一个 JSON **字符串**，
   `sign = SHA-256(ak + timestamp + SKey + param)`，对实际发送的 `param` 原文计算。
2. HMAC-SHA256：正文就是 `param` 的 JSON，签名放在 `Portal-…` 四个请求头里。{lines}

**两个地址** {names}

**限制** {rates}。应答头 `RateLimit`、`RateLimit-Policy` 和 `RateLimit-*` 说明还剩多少；超过时状态为
429，请在 `Retry-After` 所说的秒数之后再试。

**联调环境** {sandbox}

**事件通知** {events}{answered}没有送达的会重试。内容和签名见对接方案。

未办理时的全部代码见页末“数据结构”中的 `refused`。

字段说明、代码表和全部错误另见“接口调用自助服务”提供的对接方案（PDF）。
"""
# Either the guide's envelope, or the four headers of the second scheme.
SECURITY: list[dict[str, list[str]]] = [{}, {name: [] for name in components.SECURITY_SCHEMES}]


class InterfaceSchema(AutoSchema):
    """What the document says of the view of an interface."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> dict[str, Any]:
        """The operation of the view's interface."""
        return operation(self.view.interface)  # type: ignore[attr-defined]  # ours has one


@cache
def document() -> bytes:
    """The whole document as JSON. It is made once in a process: everybody may ask for it."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    made = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return json.dumps(made, ensure_ascii=False).encode()


def operation(interface: Interface) -> dict[str, Any]:
    """One interface as an OpenAPI operation."""
    titles = [BUSINESSES[code].title for code in interface.businesses]
    said = interface.note + prose.own_unit(interface)
    headers = [*[IDEMPOTENCY_HEADER] * interface.changes, PROVOKE_HEADER]
    return {
        "operationId": interface.name,
        "summary": interface.title,
        "description": f"密钥权限：{'或'.join(titles)}。{said}",
        "tags": titles[:1],
        "parameters": [ref("parameters", name) for name in headers],
        "security": SECURITY,
        "requestBody": _body(interface),
        "responses": _answers(interface),
    }


def description() -> str:
    """What holds for all operations, in Markdown."""
    return DESCRIPTION.format(
        lines=prose.SIGNED_LINES,
        names=prose.two_names(list(INTERFACES.values())),
        rates="；".join(f"{what}{number}" for what, number, _ in prose.rates()),
        sandbox="".join(prose.SANDBOX),
        events=prose.EVENTS,
        answered=prose.ANSWERED,
    )


def with_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put in what the operations name (a hook of drf-spectacular)."""
    tags = dict.fromkeys(interface.business for interface in INTERFACES.values())
    result["info"] = {
        "title": TITLE,
        "version": EDITION,
        "description": description(),
    }
    result["tags"] = [{"name": BUSINESSES[code].title} for code in tags]
    # In the order of the 对接方案.
    paths = result["paths"]
    result["paths"] = {path: paths[path] for path in map("/api/v1/{}".format, INTERFACES)}
    result["components"] = components.components()
    return result


def _body(interface: Interface) -> dict[str, Any]:
    asked = example_param(interface)
    forms = [ref("schemas", name(interface)) for name in (envelope_name, param_name)]
    return {
        "required": True,
        "content": {
            JSON: {
                "schema": {"anyOf": forms},
                "examples": {
                    "guide": {
                        "summary": "文档的签名方式：param 是一个 JSON 字符串",
                        "value": example_envelope(compact(asked)),
                    },
                    "hmac": {
                        "summary": "HMAC 方式：签名在请求头，正文就是 param 的 JSON",
                        "value": asked,
                    },
                },
            }
        },
    }


def _answers(interface: Interface) -> dict[str, Any]:
    good = {
        str(status): ref("responses", components.answered_name(interface, status))
        for status in interface.statuses
    }
    return good | dict(_refusals())


def _refusals() -> Iterator[tuple[str, Any]]:
    for ground, _ in by_ground():
        yield str(int(ground.value)), ref("responses", components.refusal_name(ground))
