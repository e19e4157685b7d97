"""进口药: real registrations pass, and what its records share with those of domestic drugs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tracing.records.build import IMPORT_INFO, INFO, check, judged, placed
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS, of_family

EVENTS = ("shipment", "delivery", "receipt", "retail")

# 注册证号, 产品名称, 剂型, 规格, 药品本位码 of the public list, one row for each kind of number.
REGISTERED = [
    ("国药准字HC20170012", "盐酸氨溴索口服溶液", "口服溶液剂", "10ml：30mg", "86979136002427"),
    ("国药准字HJ20171365", "非诺贝特片（III）", "片剂", "160mg", "86978574000194"),
    ("国药准字SJ20255001", "乌司奴单抗注射液", "注射剂", "45mg (0.5ml)/瓶", "86978537000810"),
    ("国药准字ZC20110013", "樟冰油", "搽剂", "每瓶装25ml", "86979150000232"),
    ("国药准字ZJ20160001", "正露丸", "丸剂", "每丸重0.22g", "86978993000195"),
    ("国药准字SC20150001", "流感病毒裂解疫苗", "注射剂", "0.5ml/支", "86980448000018"),
    (
        "国药准字ZCGD20250001",
        "岭南万应豆蔻膏",
        "软膏剂",
        "每1g含水杨酸甲酯0.44g，桉油0.063g",
        "86979054000277",
    ),
    ("H20140838", "复方辣椒贴片", "贴剂", "10×14cm2/贴", "86979005000196"),
]
NAMES = ("drug_regno", "drug_genname", "dosform", "spec", "nat_drug_no")


@pytest.mark.parametrize("facts", REGISTERED, ids=lambda facts: facts[0])
def test_a_real_registration_passes(facts: tuple[str, ...]) -> None:
    row = dict(zip(NAMES, facts, strict=True))
    old = [] if facts[0].startswith("国药准字") else [(0, "drug_regno", "regno_old_form")]
    checked = check(IMPORT_INFO, row)
    assert (checked.faults, placed(checked.warnings)) == ([], old)
    assert {name: checked.values[name][0] for name in NAMES} == row


@pytest.mark.parametrize(
    "number",
    [
        "H20140838",
        "S20140012",
        "ZC20140838",
        "BH20140838",
        "注册证号H20140838",
        "进口药品注册证号：H20140838",
        "医药产品注册证号HC20140838",
        "进口药品注册证 H20140838",
    ],
)
def test_old_certificates_are_remarked(number: str) -> None:
    value, found = judged(IMPORT_INFO, "drug_regno", number)
    assert (value, found) == (number.replace(" ", "").replace("：", ":"), ["regno_old_form"])


@pytest.mark.parametrize(
    "number",
    [
        "国药准字HJ2017136",
        "国药准字HJ201713655",
        "国药准字HX20171365",
        "国药准字20171365",
        "卫药准字HJ20171365",
        "X20140838",
        "H2014083",
        "批件号H20140838",
        "国药准字HJ20171365;国药准字HJ20171366",
        "无",
    ],
)
def test_other_numbers_are_faults(number: str) -> None:
    assert judged(IMPORT_INFO, "drug_regno", number) == (None, ["regno_form"])


def test_what_a_maker_abroad_need_not_have() -> None:
    missing: dict[str, None] = {"aprvno": None, "prodentp_uscc": None, "impt_appv_no": None}
    assert check(IMPORT_INFO, missing).faults == []
    names = [fault.column for fault in check(INFO, missing | {"impt_appv_no": None}).faults]
    assert sorted(names) == ["aprvno", "prodentp_uscc"]


def test_what_families_share_differs_by_name_alone() -> None:
    for what in ("codes", *EVENTS):
        imported, domestic = (
            RECORDS[f"{family}-{what}"] for family in ("imported-drug", "domestic-drug")
        )
        assert replace(imported, rules=()) == replace(
            domestic,
            code=imported.code,
            title=imported.title.replace("国产药", "进口药"),
            family=imported.family,
            rules=(),
        )
        assert domestic.title == imported.title.replace("进口药", "国产药")
        assert len(imported.rules) == len(domestic.rules)
        assert BINDINGS[imported.code].event == BINDINGS[domestic.code].event
        assert BINDINGS[imported.code].part == BINDINGS[domestic.code].part


def test_the_columns_of_both_facts_say_the_same() -> None:
    both = {column.name: column for column in INFO.columns}
    for column in IMPORT_INFO.columns:
        if column.name in both:
            own = both[column.name]
            assert (column.label, column.kind, column.checks, column.aliases) == (
                (own.label, own.kind, own.checks, own.aliases)
            )


def test_templates_stand_in_the_order_of_figure_34() -> None:
    assert [f"{binding.record.title}上传" for binding in of_family("imported-drug")] == [
        "进口药信息上传",
        "进口药追溯码信息上传",
        "进口药发货信息上传",
        "进口药配送信息上传",
        "进口药收货信息上传",
        "进口药零售信息上传",
    ]
