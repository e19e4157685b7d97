"""医用耗材: the records of consumables, and what the product does with them."""

from __future__ import annotations

from dataclasses import replace

from tracing.records.consumable_columns import (
    CNT,
    CODE,
    ITEM,
    LEVEL_LABELS,
    LEVELS,
    LV1,
    LV2,
    LV3,
    MAKING,
    MCS_CODE,
    MOL,
    PACKING,
    SENT_CNT,
    SPEC,
    UDI,
)
from tracing.records.consumable_rules import (
    as_the_udi_says,
    lots_say_how_many,
    one_piece_by_serial,
)
from tracing.records.drug_columns import STOIN_TIME
from tracing.records.families import Family
from tracing.records.makers_events import makers_events
from tracing.records.rules import (
    expires_after_production,
    levels_differ,
    one_level,
    one_outer_box,
)
from tracing.records.shapes import MAKERS, Binding, Listing, Part, Shape
from tracing.records.words import CONSUMABLES

FAMILY = Family("consumable", CONSUMABLES)

ITEMS = FAMILY.record(
    "item",
    "单件信息",
    key=("unit", MCS_CODE.name, UDI.name),
    columns=(MCS_CODE, UDI, *ITEM),
)
SPECS = FAMILY.record(
    "spec",
    "规格信息",
    key=("unit", MCS_CODE.name, SPEC.name, MOL.name),
    columns=(MCS_CODE, *PACKING),
)
CODES = FAMILY.record(
    "codes",
    "追溯码信息",
    key=(LV1,),
    columns=(MCS_CODE, *LEVELS, *MAKING, CNT, STOIN_TIME),
    rules=(
        expires_after_production,
        levels_differ(LEVEL_LABELS),
        one_outer_box(LV2, LV3),
        one_level(LEVEL_LABELS),
        as_the_udi_says(LV1),
        one_piece_by_serial(LV1, CNT.name),
        lots_say_how_many(LV1, CNT.name),
    ),
)

BINDINGS = (
    Binding(
        ITEMS,
        MAKERS,
        Shape.ITEM,
        sample="item",
        listing=Listing(
            tab="consumable",
            title="医用耗材信息",
            search_title="医用耗材信息查询",
            columns=(
                "mcs_code",
                "reg_fil_no",
                "udi",
                "mcs_name",
                "min_unt",
                "dspo_used_flag",
                "prodentp_name",
            ),
            filters=(
                "mcs_code",
                "udi",
                "mcs_name",
                "prodentp_name",
                "dspo_used_flag",
                "reg_fil_no",
            ),
            header=("mcs_code", "mcs_name"),
        ),
        part=Part("item", "单件信息"),
    ),
    Binding(SPECS, MAKERS, Shape.SPEC, sample="spec", part=Part("spec", "规格信息")),
    Binding(
        CODES,
        MAKERS,
        Shape.UDI,
        sample="udi",
        part=Part(
            "codes",
            "追溯码信息",
            (
                LV1,
                "manu_lotnum",
                CNT.name,
                "manu_date",
                "expy_end",
                LV2,
                LV3,
                STOIN_TIME.name,
            ),
        ),
    ),
    *(
        replace(binding, sample=f"udi-{binding.sample}")
        for binding in makers_events(FAMILY, opening=(CODE,), counted=(SENT_CNT,))
    ),
)
