"""The interfaces that the guide names: nine of a maker, of which five find the family of each row
by its batch, and the one of a distributor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from tracing.api.families import FAMILY_WORDS, grouped
from tracing.api.interfaces import Answer, Ask, Interface, Parameter
from tracing.api.params import read
from tracing.api.upload_parameters import ASYNC, CHECK_ONLY, DEL_FLAG, MODE, data_parameter
from tracing.api.upload_schemas import UPLOADED
from tracing.api.uploads import record_interface, take_in
from tracing.records import RECORDS
from tracing.records.bindings import (
    BINDINGS,
    FAMILIES,
    USUAL_FAMILY,
    column_of,
    of_shape,
    telling,
)
from tracing.records.event_kinds import EventKind
from tracing.records.shapes import MAKERS, Shape

FAMILY = Parameter(
    "family",
    "类别",
    {"type": "string", "enum": list(FAMILIES)},
    f"应为 {FAMILY_WORDS}；本单位还没有上传过所属批次的行按它归类，其他行仍按批次归类",
    example=USUAL_FAMILY,
)
_BATCH = column_of(Shape.PRODUCT, "trac_codg_sn")
FINDS = (
    f"国产药、进口药和医用耗材共用本接口：药品的行按{_BATCH.label}找到本单位已上传的批次，"
    "由批次决定类别；医用耗材的行没有流水号。一次调用可以含几个类别的行，每个类别成为一次上传，"
    "逐行结果仍按发送的次序；mode 为 rollback 时各类别一并入库或一并不入库。"
)


class Named(NamedTuple):
    """An interface for the records of several families, by its address and its title."""

    address: str
    title: str
    records: Mapping[str, str]


def named_interfaces() -> Iterator[Interface]:
    """In the order of the guide."""
    for record in (binding.record for binding in of_shape(Shape.PRODUCT)):
        yield record_interface(f"maker/{record.code}", f"{record.title}上传", record.code)
    yield from map(_of_families, _named())
    for record in (binding.record for binding in of_shape(Shape.ITEM, Shape.SPEC)):
        yield record_interface(f"maker/{record.code}", f"{record.title}上传", record.code)
    for binding in of_shape(Shape.EVENT):
        if binding.record.family not in FAMILIES:
            code = binding.record.code
            yield record_interface(f"distributor/{code}", "流通信息上传", code)


def _named() -> Iterator[Named]:
    """What a maker tells of codes of every family."""
    codes = {b.record.family: b.record.code for b in of_shape(Shape.CODES, Shape.UDI)}
    yield Named("maker/codes", "追溯码信息上传", _ordered(codes))
    for binding in of_shape(Shape.EVENT):
        record = binding.record
        if record.family == USUAL_FAMILY and binding.business == MAKERS:
            (kind,) = binding.told.kinds
            told = {family: telling(EventKind(kind), family).code for family in FAMILIES}
            what = record.code.removeprefix(f"{record.family}-")
            title = record.title.removeprefix(FAMILIES[record.family].goods)
            yield Named(f"maker/{what}", f"{title}上传", told)


def _ordered(records: Mapping[str, str]) -> dict[str, str]:
    return {family: records[family] for family in FAMILIES if family in records}


def _of_families(named: Named) -> Interface:
    usual = named.records[USUAL_FAMILY]
    codes = [usual, *(code for code in named.records.values() if code != usual)]
    parameters = (DEL_FLAG, data_parameter(usual), FAMILY, MODE, CHECK_ONLY, ASYNC)
    return Interface(
        address=named.address,
        title=named.title,
        business=BINDINGS[usual].business,
        answer=partial(_by_family, named, parameters),
        parameters=parameters,
        records=tuple(codes),
        note=FINDS,
        returned=UPLOADED,
        changes=True,
    )


def _by_family(named: Named, parameters: Sequence[Parameter], ask: Ask) -> Answer:
    given = read(parameters, ask.param, blanks=True)
    deleted, family = bool(given.get("delFlag")), given.get("family")
    rows = grouped(ask.caller.unit, named.records, given["data"], family, deleted=deleted)
    return take_in(ask, given, rows, RECORDS[named.records[USUAL_FAMILY]].code)
