"""三码映射关系查询: codes, boxes, 医疗目录编码 and 商品码 of what a maker made, by any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from accounts.core.kinds import MAKER
from tracing.api import query_schemas as schemas
from tracing.api.interfaces import Answer, Ask, Interface, Parameter
from tracing.api.params import PAGING, one_of, page_asked, paged, read, text
from tracing.api.query_time import in_time
from tracing.core.tables import shown
from tracing.records.base import Column
from tracing.records.bindings import column_of, of_shape, titled
from tracing.records.shapes import LEVEL_COLUMNS, SERIAL, Shape
from tracing.uploads.queries_mapping import PRODUCT_CODES, MappedCode, mapped_codes

# What the national interface declares, longer than a 商品码 is.
PROD_CODE_LENGTH = 100
OF_CODES = [column_of(Shape.CODES, name) for name in (SERIAL, *LEVEL_COLUMNS)]
# Of its batch; the last two also of the code itself, while the batch is not there.
OF_BATCHES = [
    column_of(Shape.PRODUCT, name) for name in ("drug_genname", "prodentp_name", *PRODUCT_CODES)
]


def _parameter(column: Column) -> Parameter:
    """By what the national interface calls a column: 药品小包装码 and not 小包装追溯码."""
    label = next((alias for alias in column.aliases if alias.startswith("药品")), column.label)
    expected = "应为五个编码中的至少一个，按相等匹配，同时填写的都须符合"
    return text(
        column.name.upper(), label, column.kind.length or 0, expected, example=column.example
    )


PARAMETERS = [_parameter(column_of(Shape.CODES, n)) for n in (*LEVEL_COLUMNS, *PRODUCT_CODES)]
BY = (*PARAMETERS[:-1], replace(PARAMETERS[-1], length=PROD_CODE_LENGTH))


def mapping_interfaces() -> Iterator[Interface]:
    """One for each family of drugs."""
    for binding in of_shape(Shape.CODES):
        family = binding.record.family
        yield Interface(
            address=f"query/{family}-mapping",
            title=f"{titled(family)}三码映射关系查询",
            business=MAKER.query,
            answer=in_time(partial(_mapping, family)),
            parameters=(*BY, *PAGING),
            note="查询本单位已上传入库的追溯码，每个小包装一条。",
            returned=schemas.page(schemas.cells([*OF_CODES, *OF_BATCHES])),
        )


def _mapping(family: str, ask: Ask) -> Answer:
    asked = read((*BY, *PAGING), ask.param)
    one_of(asked, BY)
    wanted = {one.name.lower(): asked[one.name] for one in BY if one.name in asked}
    at = page_asked(asked)
    found = mapped_codes(ask.caller.unit, family, wanted, **at._asdict())
    return Answer(paged(found, at, _row))


def _row(found: MappedCode) -> dict[str, str]:
    code, batch = found
    of_code = code.by_column()
    of_batch = dict.fromkeys(column.name for column in OF_BATCHES) | {
        name: of_code[name] for name in PRODUCT_CODES
    }
    if batch is not None:
        of_batch |= {column.name: getattr(batch, column.name) for column in OF_BATCHES}
    values = {**of_code, **of_batch}
    return {c.name: shown(c, values[c.name]) for c in (*OF_CODES, *OF_BATCHES)}
