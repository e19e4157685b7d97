"""医保药品编码 and 批准文号 against published ones."""

from __future__ import annotations

import pytest

from tests.tracing.records.build import CIRCULATION, CODES, INFO, judged
from tracing.records import nhsa


@pytest.mark.parametrize(
    "code",
    [
        "XL02BBA326A001010102180",
        "XB01AXA223B004010180963",
        "XA12AAD088A002010100483",
        "XC05CAQ094B002010102770",
        "ZA04CAE0023010100166",
        "ZC01AAA0042010105549",
        "ZD01BAY0321010100294",
        "T001234567",
        "T0012345671000112345",
        "J123456789ABCDEF",
    ],
)
def test_codes_of_every_structure(code: str) -> None:
    assert nhsa.is_med_list_code(code)
    assert judged(INFO, "med_list_codg", code.lower()) == (code, [])


@pytest.mark.parametrize(
    "code",
    [
        "XL02BBA32A001010102180",
        "XL02BB1326A001010102180",
        "XA01BD0010010000000X",
        "X00323740010010",
        "ZA04CAE002301010016",
        "ZA04CAE00230101001666",
        "T0012345672000112345",
        "T00123456",
        "J12345",
        "00",
        "C0101010010100103941",
    ],
)
def test_other_codes_are_faults(code: str) -> None:
    assert not nhsa.is_med_list_code(code)
    assert judged(INFO, "med_list_codg", code) == (None, ["med_list_form"])


@pytest.mark.parametrize("cell", ["0", 0, 0.0, "０"])
def test_no_code_yet_is_remarked(cell: str | float) -> None:
    assert judged(INFO, "med_list_codg", cell) == ("0", ["med_list_not_coded"])


@pytest.mark.parametrize(
    "number",
    [
        "国药准字Z20123084",
        "国药准字H52020858",
        "国药准字J20120016",
        "国药准字HJ20140344",
        "国药准字SJ20200001",
        "国药准字HC20170012",
        "国药准字HC20150001",
        "国药准字ZC20170001",
        "国药准字ZCGD20250003",
        "国药准字S20200001",
        "国药准字B20020001",
        "国药准字T20020001",
        "国药准字F20020001",
    ],
)
def test_approval_numbers(number: str) -> None:
    assert judged(INFO, "aprvno", number) == (number, [])


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("国药准字z20123084", "国药准字Z20123084"),
        ("国药准字 Z20123084", "国药准字Z20123084"),
        ("国药准字Ｚ２０１２３０８４", "国药准字Z20123084"),
    ],
)
def test_approval_numbers_are_folded(typed: str, number: str) -> None:
    assert judged(INFO, "aprvno", typed) == (number, [])


@pytest.mark.parametrize("number", ["H20181041", "Z20123084", "ZC20170001", "BH20123084"])
def test_old_forms_are_remarked(number: str) -> None:
    assert judged(INFO, "aprvno", number) == (number, ["aprvno_old_form"])


@pytest.mark.parametrize(
    "number",
    [
        "国药准字H2012308",
        "国药准字X20123084",
        "国药准字H201230845",
        "国药准字20123084",
        "国药准字HJ2014034",
        "卫药准字Z20123084",
        "J20120016",
        "国药准字Z20123084;国药准字Z20123085",
        "无",
    ],
)
def test_other_numbers_are_faults(number: str) -> None:
    assert judged(INFO, "aprvno", number) == (None, ["aprvno_form"])


@pytest.mark.parametrize(
    ("cell", "value", "found"),
    [
        ("86902551000259", "86902551000259", []),
        ("86904879000126", "86904879000126", []),
        ("86902551000250", "86902551000250", ["drug_code_check_digit"]),
        ("86978427000026", "86978427000026", ["drug_code_check_digit"]),
        ("86284366000013", "86284366000013", ["drug_code_check_digit"]),
        # Official lists join the numbers of a drug that has several.
        ("86978477000086；86978477000161", "86978477000086;86978477000161", []),
        (
            "86978477000086；86978477000162",
            "86978477000086;86978477000162",
            ["drug_code_check_digit"],
        ),
        ("04879001203", "04879001203", []),
        ("8352616", "8352616", []),
        ("6916194000426", "6916194000426", []),
        (6916194000427, "6916194000427", []),
        (None, None, []),
        ("片仔癀", None, ["code_characters"]),
    ],
)
def test_a_national_drug_number_is_free_but_for_the_standard_code(
    cell: str | int | None, value: str | None, found: list[str]
) -> None:
    assert judged(INFO, "nat_drug_no", cell) == (value, found)


@pytest.mark.parametrize(
    ("cell", "value", "found"),
    [
        ("6916194000426", "6916194000426", []),
        ("06916194000426", "6916194000426", []),
        (6916194000426.0, "6916194000426", []),
        ("６９１６１９４０００４２６", "6916194000426", []),
        ("6924561884074", "6924561884074", []),
        ("4006381333931", "4006381333931", ["gtin_not_69"]),
        ("6801234567895", "6801234567895", ["gtin_not_69"]),
        ("16916194000423", "16916194000423", ["gtin_packaging"]),
        ("6916194000427", None, ["gtin_check_digit"]),
        ("06916194000427", None, ["gtin_check_digit"]),
        ("16916194000424", None, ["gtin_check_digit"]),
        ("69161940004", None, ["gtin_form"]),
        ("691619400042", None, ["gtin_form"]),
        ("691619400042X", None, ["gtin_form"]),
        ("0200000000008", None, ["gtin_in_store"]),
        ("2012345678900", None, ["gtin_in_store"]),
        ("2912345678901", None, ["gtin_in_store"]),
        ("02912345678901", None, ["gtin_in_store"]),
        ("069161940004261", None, ["too_long"]),
        (None, None, ["required"]),
    ],
)
def test_a_product_code(cell: str | float | None, value: str | None, found: list[str]) -> None:
    assert judged(INFO, "prod_code", cell) == (value, found)


@pytest.mark.parametrize(
    "code", ["C0101010010100103941", "C1101021720000400943", "C01010100101001039410000001"]
)
def test_consumable_codes(code: str) -> None:
    assert nhsa.is_consumable_code(code)
    assert judged(CIRCULATION, "med_list_codg", code) == (code, [])
    strange = f"C41{code[3:]}"
    assert judged(CIRCULATION, "med_list_codg", strange) == (strange, ["consumable_code_class"])
    assert judged(CODES, "med_list_codg", code) == (None, ["med_list_form"])


@pytest.mark.parametrize(
    "code",
    [
        "070101001000000000000000000",
        "C01010100101001",
        "C010101001010010394",
        "C010101001010010394100000",
        "X0101010010100103941",
    ],
)
def test_no_consumable_codes(code: str) -> None:
    assert not nhsa.is_consumable_code(code)
    assert judged(CIRCULATION, "med_list_codg", code) == (None, ["goods_code_form"])


@pytest.mark.parametrize("code", ["ZA04CAE0023010100166", "XL02BBA326A001010102180", "T000000001"])
def test_drugs_circulate_too(code: str) -> None:
    assert judged(CIRCULATION, "med_list_codg", code) == (code, [])
