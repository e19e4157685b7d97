"""The chapters of the 对接方案 on the interfaces: what each takes and answers, and code tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from reportlab.platypus import Flowable, PageBreak

from accounts.rights.businesses import BUSINESSES
from tracing.api.documents import prose
from tracing.api.documents.components import GOOD_STATUSES
from tracing.api.documents.examples import (
    compact,
    example_answer,
    example_envelope,
    example_param,
    schema_of,
)
from tracing.api.documents.plan_chapters import FIELD_SHARES, FIELDS, pretty
from tracing.api.documents.plan_layout import code, heading, paragraph, table
from tracing.api.interfaces import Interface, Parameter
from tracing.records import RECORDS
from tracing.records.base import Column, Record

COLUMN_TYPES = {
    "text": "字符型",
    "code": "字符型",
    "uscc": "字符型",
    "number": "数值型",
    "date": "日期型",
    "moment": "日期时间型",
    "choice": "字符型",
}
JSON_TYPES = {
    "string": "字符型",
    "integer": "整数型",
    "number": "数值型",
    "boolean": "逻辑型",
    "array": "数组",
    "object": "对象",
    "null": "空",
}
YES, NO = "是", "否"


def listed(interfaces: Sequence[Interface]) -> list[Flowable]:
    """接口清单."""
    rows = [
        (str(place), one.title, f"/api/v1/{one.address}", _scopes(one))
        for place, one in enumerate(interfaces, start=1)
    ]
    return [
        PageBreak(),
        heading("三、接口清单"),
        paragraph("接口地址为本平台的网址加下表的路径。密钥须有所列的权限。"),
        paragraph(prose.two_names(interfaces)),
        table(("序号", "接口名称", "路径", "密钥权限"), (1, 5, 6, 5), rows),
    ]


def described(interfaces: Sequence[Interface]) -> Iterator[Flowable]:
    """Each interface: what it is asked, the columns of its rows, what it answers."""
    yield PageBreak()
    yield heading("四、接口说明")
    told: dict[str, str] = {}
    for place, interface in enumerate(interfaces, start=1):
        title = f"{place}. {interface.title}"
        yield heading(title, 1)
        yield paragraph(f"路径：POST /api/v1/{interface.address}")
        if interface.note:
            yield paragraph(interface.note)
        yield heading("输入参数（param）", 2)
        yield table(FIELDS, FIELD_SHARES, map(_parameter, *_numbered(interface.parameters)))
        if interface.row_records:
            titles = "、".join(RECORDS[code].title for code in interface.row_records)
            yield paragraph(f"data 中每行的字段见“五、数据行的字段”：{titles}。")
        yield heading("请求示例", 2)
        yield code(pretty(example_envelope(compact(example_param(interface)))))
        if own := prose.own_unit(interface):
            yield paragraph(own)
        yield heading("输出（data）", 2)
        # Many answer alike: that is told where it comes first.
        first = told.setdefault(compact(interface.returned), title)
        same = f"与“{first}”相同。"
        yield from _answers(interface) if first == title else [paragraph(same)]


def _scopes(interface: Interface) -> str:
    return "或".join(BUSINESSES[code].title for code in interface.businesses)


def _answers(interface: Interface) -> Iterator[Flowable]:
    if interface.returned:
        rows = list(_returned(interface.returned))
        yield table(("数据元标识", "类型", "备注"), (4, 2, 6), rows)
    for status in interface.statuses:
        yield paragraph(f"状态 {status}：{GOOD_STATUSES[status]}")
    yield heading("应答示例", 2)
    yield code(pretty(example_answer(interface)))


def _numbered(parts: Sequence[Any]) -> tuple[range, Sequence[Any]]:
    return range(1, len(parts) + 1), parts


def _parameter(place: int, one: Parameter) -> tuple[str, ...]:
    return (
        str(place),
        one.name,
        one.label,
        _json_type(schema_of(one)),
        "" if one.length is None else str(one.length),
        YES if one.required else NO,
        one.expected,
    )


def _json_type(schema: Mapping[str, Any]) -> str:
    types = schema.get("type", "object")
    return "、".join(JSON_TYPES[each] for each in ([types] if isinstance(types, str) else types))


def _returned(schema: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str, str]]:
    """Each name of an answer, those inside others after a point."""
    for name, inner in schema.get("properties", {}).items():
        words = (inner.get("title", ""), inner.get("description", ""))
        yield f"{above}{name}", _json_type(inner), "：".join(word for word in words if word)
        items = inner.get("items", {})
        yield from _returned(items or inner, f"{above}{name}{'[]' if items else ''}.")


def columns(interfaces: Sequence[Interface]) -> Iterator[Flowable]:
    """Each record that some interface takes rows of, with its columns."""
    yield PageBreak()
    yield heading("五、数据行的字段")
    yield paragraph(
        "标识大小写均可。删除（delFlag 为 true）时只需填写能识别一行的字段，在各表之前列出。"
    )
    for place, record in enumerate(_records(interfaces), start=1):
        yield heading(f"{place}. {record.title}", 1)
        names = "、".join(record.column(name).label for name in record.identifying_columns)
        yield paragraph(f"识别一行的字段：{names}。")
        yield table(FIELDS, FIELD_SHARES, map(_column, *_numbered(record.columns), repeat(record)))


def _records(interfaces: Sequence[Interface]) -> list[Record]:
    taken = {code for one in interfaces for code in one.row_records}
    return [record for code, record in RECORDS.items() if code in taken]


def _column(place: int, column: Column, record: Record) -> tuple[str, ...]:
    return (
        str(place),
        column.name,
        column.label,
        COLUMN_TYPES[column.kind.type],
        _length(column),
        _required(record, column),
        column.note,
    )


def _length(column: Column) -> str:
    kind = column.kind
    if kind.precision is not None:
        return f"{kind.precision},{kind.scale}"
    return "" if kind.length is None else str(kind.length)


def _required(record: Record, column: Column) -> str:
    if column.required_when is None:
        return YES if column.required else NO
    name, value = column.required_when
    return f"{record.column(name).kind.show(value)}时必填"


def code_tables(interfaces: Sequence[Interface]) -> list[Flowable]:
    """The choices of the columns; columns of one meaning stand once."""
    tables: dict[tuple[str, str, tuple[tuple[str, str], ...]], None] = {}
    for record in _records(interfaces):
        for column in record.columns:
            if column.kind.values:
                tables[column.name, column.label, column.kind.values] = None
    rows = [(name, label, value, word) for name, label, values in tables for value, word in values]
    return [
        PageBreak(),
        heading("六、代码表"),
        paragraph("填代码或名称都可以，入库后为代码。"),
        table(("数据元标识", "数据元名称", "代码", "名称"), (4, 4, 2, 5), rows),
    ]
