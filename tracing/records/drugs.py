"""What the families of drugs share: the facts of a batch, and the codes of its packs.

A family lists the columns of its facts itself, so that the order of the template can be read
there.
"""

from __future__ import annotations

from dataclasses import replace

from tracing.records.base import Column, Record
from tracing.records.drug_columns import (
    LEVEL_LABELS,
    LEVELS,
    LV1,
    LV2,
    LV3,
    MED_LIST_CODG,
    PROD_CODE,
    STOIN_TIME,
    TRAC_CODG_SN,
)
from tracing.records.families import Family
from tracing.records.rules import (
    boxes_are_larger,
    expires_after_production,
    levels_differ,
    names_the_product,
    not_the_product_code,
    one_level,
    one_outer_box,
)
from tracing.records.shapes import (
    LEVEL_COLUMNS,
    MAKERS,
    SERIAL,
    Binding,
    Listing,
    Part,
    Pick,
    Shape,
)

# What lists and dialogs call otherwise than templates do.
CALLED = Pick("drug_genname", "药品通用名称")
UNIT_OF_RATIO = Pick("convrat_unt", "药品转换比单位")

# Columns of the codes that a batch is known to have: those of the batch itself say the same.
CODES_COLUMNS = (
    replace(
        TRAC_CODG_SN,
        note="该批药品的流水号，应与药品信息中的一致；药品信息尚未上传的先收下，上传后自动关联。",
    ),
    *LEVELS,
    replace(MED_LIST_CODG, note=f"应与药品信息中的一致。{MED_LIST_CODG.note}"),
    replace(PROD_CODE, note=f"应与药品信息中的一致。{PROD_CODE.note}"),
    STOIN_TIME,
)


def drug_info(family: Family, columns: tuple[Column, ...]) -> Record:
    """The facts of a batch, one row each."""
    return family.record(
        "info",
        "信息",
        key=("unit", SERIAL),
        columns=columns,
        rules=(expires_after_production,),
    )


def info_binding(
    record: Record,
    tab: str,
    *,
    sample: str,
    columns: tuple[Pick | str, ...],
    filters: tuple[Pick | str, ...],
) -> Binding:
    """The facts make the batches of the family, which are listed in a tab and have a dialog."""
    return Binding(
        record,
        MAKERS,
        Shape.PRODUCT,
        sample=sample,
        listing=Listing(
            tab=tab,
            title=record.title,
            search_title=f"{record.title}查询",
            columns=columns,
            filters=filters,
            header=("med_list_codg", "drug_genname"),
        ),
        part=Part("info", "基本信息", _facts(record)),
    )


def _facts(record: Record) -> tuple[Pick | str, ...]:
    """Every column, as the dialog of a batch calls it."""
    return tuple(
        UNIT_OF_RATIO if column.name == UNIT_OF_RATIO.name else column.name
        for column in record.columns
    )


def codes_binding(family: Family) -> Binding:
    """One row per smallest pack: the three-code mapping and its boxes."""
    record = family.record(
        "codes",
        "追溯码信息",
        key=(LV1,),
        columns=CODES_COLUMNS,
        rules=(
            levels_differ(LEVEL_LABELS),
            boxes_are_larger(LEVEL_LABELS),
            not_the_product_code(tuple(LEVEL_LABELS)),
            names_the_product(LV1, PROD_CODE.name),
            one_outer_box(LV2, LV3),
            one_level(LEVEL_LABELS),
        ),
    )
    return Binding(
        record,
        MAKERS,
        Shape.CODES,
        sample="codes",
        part=Part("codes", "追溯码信息", (*LEVEL_COLUMNS, STOIN_TIME.name)),
    )
