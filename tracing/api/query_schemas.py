"""What queries return, as JSON Schemas made from the records.

Cells are texts as the pages show them and as uploads take them, empty where there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.core.kinds import UnitKind
from tracing.api.json_schemas import listed, said, shape
from tracing.records.base import Column
from tracing.records.bindings import record_of
from tracing.records.nodes import Node
from tracing.records.shapes import Shape
from tracing.stores.models_codes import Pack
from tracing.traces import consumables, facts
from tracing.traces.code_rows import CODE_LISTS, UNCORROBORATED
from tracing.traces.consumables import SEVERAL

# The goods of a code, as answers say: drugs of whatever family, or devices.
DRUGS, DEVICES = "drug", record_of(Shape.UDI).family
TIME = {"type": "string", "description": "北京时间，2024-12-18 09:00:00 的样式"}
COUNT = {"type": "integer", "minimum": 0}
BOXES = [str(level.label) for level in Pack.Level]


def cells(columns: Iterable[Column], title: str = "") -> dict[str, Any]:
    """The cells of some columns by their identifiers."""
    return shape({column.name: said(column.label) for column in columns}, title)


def page(row: Mapping[str, Any]) -> dict[str, Any]:
    """A page of a list."""
    return shape(
        {
            "total": said("符合条件的总条数", COUNT),
            "current_page": said("当前页，同请求", "integer"),
            "page_size": said("每页条数，同请求；未填为 10", "integer"),
            "rows": listed(row, "本页的数据；超过最后一页的为空数组"),
        }
    )


def of_drug_codes() -> dict[str, Any]:
    """Of 药品追溯码查询."""
    return _found(_traced(_product(facts.FACTS, "（不止一个批次）")))


def of_consumable_codes() -> dict[str, Any]:
    """Of 医保耗材查询."""
    return _found(_traced(_product(consumables.FACTS, SEVERAL)))


def of_products() -> dict[str, Any]:
    """Of what an insured person asks of a product."""
    either = {
        "oneOf": [
            _product(facts.FACTS, "（不止一个批次）"),
            _product(consumables.FACTS, SEVERAL),
        ]
    }
    return _found(
        {
            "goods": said(f"药品为 {DRUGS}，医用耗材为 {DEVICES}", {"enum": [DRUGS, DEVICES]}),
            "level": _LEVEL,
            "product": either,
        }
    )


def of_sales() -> dict[str, Any]:
    """Of what an insured person asks of sales."""
    sale = shape({"time": said("售出时间", TIME), "organisation": said("售出的机构")})
    return _found(
        {
            "sold": said("是否已售出", "boolean"),
            "times": said("售出次数", COUNT),
            "sales": listed(sale, "每次售出的时间和机构，按时间先后；不含任何个人信息"),
        }
    )


_LEVEL = {
    "enum": [1, 2, 3, None],
    "description": "1 小包装，2 中包装，3 大包装；生产企业尚未上传的为 null",
}


def _found(row: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a query by codes."""
    asked = {"asked": said("请求中的码"), "trac_code": said("规范形式的追溯码")}
    missing = {
        "trac_code": said("请求中的码"),
        "code": said("原因代码", {"enum": list(MISSING)}),
        "message": said("原因和处理办法"),
    }
    return shape(
        {
            "rows": listed(shape({**asked, **row}), "查到的码，按请求的次序"),
            "missing": listed(shape(missing), "没有查到的码，按请求的次序"),
        }
    )


MISSING = ("trace_code_not_found", "trace_code_of_other_goods")


def _product(columns: Iterable[Column], several: str) -> dict[str, Any]:
    return cells(columns, f"产品信息；包装内不一致的写“{several}”，未知的为空文字")


def _traced(product: Mapping[str, Any]) -> dict[str, Any]:
    titles = [node.label for node in Node]
    box = shape(
        {
            "level": said("2 中包装，3 大包装", {"enum": [level.value for level in Pack.Level]}),
            "title": said("包装级别", {"enum": BOXES}),
            "code": said("包装的追溯码"),
        }
    )
    step = {
        "title": said("环节", {"enum": titles}),
        "time": said("环节时间", TIME),
        "organisation": said("所在机构"),
    }
    inherited = {"type": ["string", "null"], "description": "继承自哪个包装；本码自己的环节为 null"}
    node = shape({**step, "note": said("环节说明"), "inherited_from": inherited})
    told = shape({**step, "told_by": said("上传单位"), "inherited_from": inherited})
    return {
        "level": _LEVEL,
        "product": product,
        "boxes": listed(box, "装有该码的包装，从大到小"),
        "contents_count": said("包装内的小包装个数；小包装为 0", COUNT),
        "nodes": listed(node, "环节，按时间先后"),
        "uncorroborated": listed(told, "未印证的内容，不计入环节"),
        "restricted": said("只显示本单位填报内容的原因；可查看全部的为空文字"),
        "mend": said("未印证内容的处理办法；没有的为空文字"),
    }


def of_code_rows(kind: UnitKind) -> dict[str, Any]:
    """A line of the list of a kind of unit."""
    heads = CODE_LISTS[kind.lists]
    line = {
        "uscc": said(heads["uscc"]),
        "trac_codg_sn": said(heads["trac_codg_sn"]),
        "trac_code": said(heads["code"]),
        "uploaded_at": said(heads["uploaded_at"], TIME),
        "node_count": said(heads["node_count"], COUNT),
        "uncorroborated": said(f"{UNCORROBORATED}的环节个数，不计入{heads['node_count']}", COUNT),
    }
    own = {"own_nodes": said(heads["own_nodes"])} if "own_nodes" in heads else {}
    return shape({**line, **own})
