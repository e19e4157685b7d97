"""Queries by codes: the traces of drugs and of consumables, and what an insured person asks.

Each answers what 追溯信息详情 shows the unit. What the unit may not see stands among the missing
ones, in the words for a code that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from accounts.core.kinds import KINDS
from portal.lib.clock import to_second
from portal.lib.refused import Refusal, refusal
from tracing.api import query_schemas as schemas
from tracing.api.interfaces import Answer, Ask, Interface, Parameter
from tracing.api.params import only_one_of, read, text
from tracing.api.query_time import in_time
from tracing.library.typed_codes import CODE_LENGTH
from tracing.records.bindings import column_of, traded_code
from tracing.records.nodes import Node
from tracing.records.shapes import LEVEL_COLUMNS, Shape
from tracing.records.words import GOODS_CODE
from tracing.traces.consumables import FACTS, common
from tracing.traces.plain import plain
from tracing.traces.queries import not_found, traces_of
from tracing.traces.trace import Trace

# So many codes fit one query.
MOST_CODES = 1_000

TRAC_CODE = text(
    "TRAC_CODE",
    GOODS_CODE,
    CODE_LENGTH,
    "应为一个追溯码，大、中、小包装的都可以",
    example=column_of(Shape.CODES, LEVEL_COLUMNS[0]).example,
)
TRAC_CODES = Parameter(
    "TRAC_CODES",
    f"{GOODS_CODE}（多个）",
    {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_CODES},
    f"应为 1 至 {MOST_CODES} 个追溯码的数组，与 TRAC_CODE 只填一个",
    length=CODE_LENGTH,
)
WAYS = (TRAC_CODE, TRAC_CODES)
# Whoever may ask at one of the pages of queries sees the same traces there.
BUSINESSES = tuple(kind.query for kind in KINDS.values())
NOTE = (
    "TRAC_CODE 与 TRAC_CODES 填写其中一个。回答按所给的次序列出查到的码；没有查到的，"
    "以及本单位不能查看的，一律列在 missing 中，每个都说明原因。"
)


class Goods(NamedTuple):
    """What a query is about: `other` is the interface that answers for the rest."""

    of_consumables: bool
    title: str
    other: str


DRUGS = Goods(False, f"{traded_code().label}查询", "医保耗材查询")
CONSUMABLES = Goods(True, DRUGS.other, DRUGS.title)


def code_interfaces() -> Iterator[Interface]:
    """The queries by codes, in the order of the documents."""
    yield _interface("drug-codes", DRUGS.title, partial(_traced, DRUGS), schemas.of_drug_codes())
    yield _interface(
        f"{schemas.DEVICES}-codes",
        CONSUMABLES.title,
        partial(_traced, CONSUMABLES),
        schemas.of_consumable_codes(),
    )
    yield _interface(
        "insured-products",
        "参保人药耗信息查询",
        partial(_open, _product),
        schemas.of_products(),
    )
    yield _interface(
        "insured-sales", "参保人药耗销售查询", partial(_open, _sales), schemas.of_sales()
    )


def _interface(
    name: str, title: str, answer: Callable[[Ask], Answer], returned: dict[str, Any]
) -> Interface:
    return Interface(
        address=f"query/{name}",
        title=title,
        business=BUSINESSES[0],
        also=BUSINESSES[1:],
        answer=in_time(answer),
        parameters=WAYS,
        note=NOTE,
        returned=returned,
    )


Shown = Callable[[str, Trace], "dict[str, Any] | Refusal | None"]


def _answered(ask: Ask, show: Shown) -> Answer:
    """Show the traces of the codes that are asked for; where `show` gives none, the code is missing
    like one that does not exist, and where it gives a refusal, with that.
    """
    asked = read(WAYS, ask.param)
    given = asked[only_one_of(asked, WAYS).name]
    codes: Sequence[str] = [given] if isinstance(given, str) else given
    found = traces_of(codes, ask.caller.unit)
    shown = [
        None if trace is None else show(code, trace)
        for code, trace in zip(codes, found, strict=True)
    ]
    unknown = iter(not_found([c for c, one in zip(codes, shown, strict=True) if one is None]))
    missing = []
    for code, one in zip(codes, shown, strict=True):
        if one is None or isinstance(one, Refusal):
            why = next(unknown) if one is None else one
            missing.append({"trac_code": code, "code": why.code, "message": why.message})
    rows = [one for one in shown if isinstance(one, dict)]
    return Answer({"rows": rows, "missing": missing})


def _traced(goods: Goods, ask: Ask) -> Answer:
    """What 追溯信息详情 shows of drugs, or of consumables."""

    def show(code: str, trace: Trace) -> dict[str, Any] | Refusal:
        # Of what others than its owner told nobody here knows what it is.
        if not trace.restricted and bool(trace.consumables) is not goods.of_consumables:
            return refusal("trace_code_of_other_goods", trace_code=code, interface=goods.other)
        told = plain(trace, to_second)
        del told["code"]
        return {"asked": code, "trac_code": trace.code, **told, "product": _facts(trace, goods)}

    return _answered(ask, show)


def _facts(trace: Trace, goods: Goods) -> dict[str, str]:
    if not goods.of_consumables:
        return trace.product
    if not trace.consumables:
        return {fact.name: "" for fact in FACTS}
    return {fact.name: common(fact, trace.consumables) for fact in FACTS}


def _open(show: Callable[[Trace], dict[str, Any]], ask: Ask) -> Answer:
    """What an insured person is told of codes whose trace the unit sees. Of what a unit outside the
    chain told itself there is no product and no sale, so the code is missing.
    """

    def shown(code: str, trace: Trace) -> dict[str, Any] | None:
        if trace.restricted:
            return None
        return {"asked": code, "trac_code": trace.code, **show(trace)}

    return _answered(ask, shown)


def _product(trace: Trace) -> dict[str, Any]:
    goods = CONSUMABLES if trace.consumables else DRUGS
    return {
        "goods": schemas.DEVICES if trace.consumables else schemas.DRUGS,
        "level": trace.level,
        "product": _facts(trace, goods),
    }


def _sales(trace: Trace) -> dict[str, Any]:
    """Where and when it was sold: an institution and a time, never a person or a document."""
    sold = [node for node in trace.nodes if node.title == Node.SOLD.label]
    return {
        "sold": bool(sold),
        "times": len(sold),
        "sales": [{"time": to_second(n.time), "organisation": n.organisation} for n in sold],
    }
