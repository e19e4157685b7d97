"""UDI as data of public registers and papers have them, certificates, and 医保耗材代码."""

from __future__ import annotations

from datetime import date

import pytest

from tests.tracing.records.build import ITEM, PACKING, UDI_CODES, check, judged, placed
from tracing.records import udi
from tracing.records.terms import Cell
from tracing.records.udi import Production

# Public rows: the national UDI database, the standards' and programs' own examples.
WHOLE = [
    "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234",
    "MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3",
    "MA.156.M0.100011.2cscp023.Ste002.M200206.L343432.D555555.E200228.V200307.C9",
]
GTINS = [
    "06975737431158",
    "16975737430493",
    "26975737430209",
    "06942221705071",
    "06972253600013",
]
MAS = ["MA.156.M0.100472.11103316", "MA.156.M0.100204.13351764"]
CERTIFICATES = [
    "鄂械注准20252185501",
    "粤潮械备20140023",
    "国械注准20193030166",
    "豫械注准20182400054",
]
MCS_CODES = [
    "C0101010010300101530",
    "C1101021720000501105",
    "C0101020020100602277",
    "C1101021720000508414",
    "C0101010010100103941",
    "C1704012230000411602",
]


def found(record: object, column: str, cell: object) -> list[str]:
    """What is found of a cell."""
    return judged(record, column, cell)[1]  # type: ignore[arg-type]


def other_digit(text: str, place: int) -> str:
    """A text with another digit at a place."""
    return f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}"


@pytest.mark.parametrize("code", WHOLE)
def test_a_whole_udi_passes_in_every_column(code: str) -> None:
    assert judged(UDI_CODES, "lv1_trac_code", code) == (code, [])
    assert judged(ITEM, "udi", code) == (code, [])
    assert judged(PACKING, "udi_di", code) == (udi.device_identifier(code), [])


@pytest.mark.parametrize("gtin", GTINS)
def test_a_di_of_gs1_is_kept_in_one_form(gtin: str) -> None:
    spelled: list[Cell] = [gtin, f"(01){gtin}", f"01{gtin}", f"]d201{gtin}", f" {gtin} "]
    spelled += [gtin[1:], int(gtin[1:])] if gtin.startswith("0") else []
    for cell in spelled:
        assert judged(ITEM, "udi", cell) == (f"(01){gtin}", []), cell
        assert judged(PACKING, "udi_di", cell) == (f"(01){gtin}", []), cell
        kept, remarks = judged(UDI_CODES, "lv1_trac_code", cell)
        assert (kept, remarks) == (f"(01){gtin}", ["udi_without_pi"]), cell


@pytest.mark.parametrize("gtin", GTINS)
@pytest.mark.parametrize("place", range(3, 14))
def test_a_di_of_gs1_with_another_digit_is_refused(gtin: str, place: int) -> None:
    wrong = other_digit(gtin, place)
    assert found(ITEM, "udi", wrong) == ["gs1_gtin_check_digit"]
    assert found(UDI_CODES, "lv1_trac_code", f"(01){wrong}(21)1") == ["gs1_gtin_check_digit"]


@pytest.mark.parametrize("code", MAS)
def test_a_di_of_ma_with_another_character_is_remarked_on(code: str) -> None:
    assert judged(ITEM, "udi", code) == (code, [])
    assert judged(ITEM, "udi", code.replace("MA", "ma")) == (code, [])
    for place in range(len("MA.156.M0."), len(code)):
        if code[place] != ".":
            wrong = other_digit(code, place)
            assert judged(ITEM, "udi", wrong) == (wrong, ["ma_check_digit"])


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("06972253600014", "gs1_gtin_check_digit"),
        ("06941234567891", "gs1_gtin_check_digit"),
        ("6972253600014", "gs1_gtin_check_digit"),
        ("6972253600", "udi_form"),
        ("069722536000", "udi_form"),
        ("MA.156.MO.100472.11103316", "ma_form"),
        ("(01)06972253600013(17)251340", "gs1_day"),
        ("(10)A(21)B", "gs1_form"),
    ],
)
def test_what_is_no_udi_is_refused(code: str, fault: str) -> None:
    assert found(ITEM, "udi", code) == [fault]
    assert found(UDI_CODES, "lv1_trac_code", code) == [fault]


def test_a_udi_without_a_known_grammar_is_kept_with_a_remark() -> None:
    """AHM publishes none."""
    assert judged(UDI_CODES, "lv1_trac_code", "AHM9999-BN2024-SN1") == (
        "AHM9999-BN2024-SN1",
        ["udi_opaque"],
    )
    assert udi.device_identifier("AHM9999-BN2024-SN1") is None
    assert not udi.stands_for_lot("AHM9999-BN2024-SN1")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (WHOLE[0], Production("A213B1", "1234", date(2014, 12, 31), date(2015, 7, 7))),
        (WHOLE[1], Production("AY21062803", "LMSAGAAAC", date(2021, 6, 28), date(2022, 6, 28))),
        (WHOLE[2], Production("343432", "te002", date(2020, 2, 6), date(2020, 2, 28))),
        ("(01)06972253600013(17)240200", Production(expires=date(2024, 2, 29))),
        ("(01)06972253600013(11)991231", Production(made=date(1999, 12, 31))),
        ("MA.156.M0.100472.11103316.M20240115", Production(made=date(2024, 1, 15))),
        ("MA.156.M0.100472.11103316.M20241315", Production()),
        ("(01)06972253600013", Production()),
        # Without a separator nobody can tell batch and serial apart.
        ("010697225360001310A213B1211234", None),
        ("80000000000000000001", None),
    ],
)
def test_a_udi_is_taken_apart(code: str, said: Production | None) -> None:
    assert udi.production(code) == said


@pytest.mark.parametrize(
    ("code", "lot"),
    [
        (WHOLE[0], False),
        (WHOLE[1], False),
        ("(01)06972253600013(10)A1", True),
        ("(01)06972253600013", True),
        ("MA.156.M0.100472.11103316.LA1", True),
        ("010697225360001310A213B1211234", False),
        ("80000000000000000001", False),
    ],
)
def test_without_a_serial_it_stands_for_a_lot(code: str, lot: bool) -> None:
    assert udi.stands_for_lot(code) == lot


def test_lot_and_dates_are_those_of_the_udi() -> None:
    """A time of day is none of the UDI's business."""
    good = {"manu_date": "2024-12-15 16:15"}
    wrong = {"manu_lotnum": "A", "manu_date": "2024-12-14", "expy_end": "2027-12-13"}
    code = "MA.156.M0.100472.11103316.S{}.L20241201.M241215.E271214"
    rows = [
        {"lv1_trac_code": code.format(1), **good},
        {"lv1_trac_code": code.format(2), **wrong},
        {"lv1_trac_code": "(01)06999000000018(21)3", **wrong},
    ]
    assert placed(list(check(UDI_CODES, *rows).warnings)) == [
        (1, "manu_lotnum", "udi_says_otherwise"),
        (1, "manu_date", "udi_says_otherwise"),
        (1, "expy_end", "udi_says_otherwise"),
    ]


@pytest.mark.parametrize("number", CERTIFICATES)
def test_a_certificate_passes_and_with_a_digit_less_or_more_it_fails(number: str) -> None:
    assert judged(ITEM, "reg_fil_no", number) == (number, [])
    assert found(ITEM, "reg_fil_no", f"{number}99") == ["certificate_form"]
    assert found(ITEM, "reg_fil_no", number[:-2]) == ["certificate_form"]
    assert found(ITEM, "reg_fil_no", number.replace("械", "戒")) == ["certificate_form"]


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        ("国械备20151134号", []),
        ("浙温械备20140027号", []),
        ("国械注准20193030166,鄂械注准20252185501", []),
        ("国械注准20193030166；鄂械注准20252185501", []),
        ("国械注进20153000001", []),
        ("国械注许20152000001", []),
        ("粤械注准20152000001", []),
        ("赣食药监械(准)字2014第2400059", ["certificate_old_form"]),
        ("国食药监械（准）字2004第3150001号", ["certificate_old_form"]),
        ("国械注准20250001", ["certificate_form"]),
        ("粤潮械械备20140023", ["certificate_form"]),
        ("国械注准202326400123", ["certificate_form"]),
        ("国械注准20193030166,国械注准2019", ["certificate_form"]),
        ("粤械注准20153000001", ["certificate_authority"]),
        ("国械注准20152000001", ["certificate_authority"]),
        ("粤械注进20152000001", ["certificate_authority"]),
        ("国械注准20133000001", ["certificate_year"]),
        ("国械注准20263000001", ["certificate_year"]),
    ],
)
def test_certificates_are_judged_by_form_authority_and_year(number: str, faults: list[str]) -> None:
    assert found(ITEM, "reg_fil_no", number) == faults


@pytest.mark.parametrize("code", MCS_CODES)
def test_a_consumable_code_passes_with_20_and_with_27_digits(code: str) -> None:
    assert judged(ITEM, "mcs_code", code) == (code, [])
    assert judged(ITEM, "mcs_code", f"{code}0000001") == (f"{code}0000001", [])
    assert judged(ITEM, "mcs_code", code.lower()) == (code, [])
    wrong = [code[:-1], f"{code}0", f"X{code[1:]}", f"{code[:9]}A{code[10:]}"]
    for text in wrong:
        assert found(ITEM, "mcs_code", text) == ["consumable_code_form"], text
    assert found(ITEM, "mcs_code", f"C9{code[2:]}") == ["consumable_code_class"]


@pytest.mark.parametrize("code", ["070101001000000000000000000", "C01010100101001", "0"])
def test_what_is_no_consumable_code_is_refused(code: str) -> None:
    assert found(ITEM, "mcs_code", code) == ["consumable_code_form"]
