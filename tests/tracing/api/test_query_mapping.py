"""三码映射关系查询 answers what the dialogs of a maker's batches show of their codes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import call
from tests.tracing.api.querying import answered, asked, refused, told
from tests.tracing.factories import DrugBatchFactory, TraceCodeFactory, box, packed, small, voided
from tests.tracing.uploads.rows import CODES, code_rows
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.traces.queries import trace

pytestmark = pytest.mark.django_db(transaction=True)

DOMESTIC, IMPORTED = "domestic-drug-mapping", "imported-drug-mapping"
MED, PROD = "XA12AAD901A002010199001", "6999001000017"
OTHER = {"med_list_codg": "ZA04CAE0023010199001", "prod_code": "6999000000018"}


@pytest.fixture
def stock(maker: Side) -> list[TraceCode]:
    """Twelve packs of a batch made at home, four of another product, three of one made abroad."""
    first = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1", manu_lotnum="LOT1")
    made = packed(maker.unit, first, 12, per_middle=2, per_large=2)
    other = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN2", **OTHER)
    made += packed(maker.unit, other, 4, start=100, per_middle=2, per_large=2)
    abroad = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="AB1", abroad=True)
    return made + packed(maker.unit, abroad, 3, start=200, per_middle=2, per_large=2)


def found(who: Side, query: str, **param: Any) -> list[str]:
    data = asked(who, query, **{"CURRENT_PAGE": 1, "PAGE_SIZE": 100, **param})
    assert data["total"] == len(data["rows"])
    return [row["lv1_trac_code"] for row in data["rows"]]


def packs(*spans: range) -> list[str]:
    return [small(serial) for span in spans for serial in span]


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize(
    ("query", "param", "expected"),
    [
        (DOMESTIC, {"LV1_TRAC_CODE": small(3)}, packs(range(3, 4))),
        (DOMESTIC, {"LV2_TRAC_CODE": box(1, 2)}, packs(range(2, 4))),
        (DOMESTIC, {"LV3_TRAC_CODE": box(1, 3)}, packs(range(4, 8))),
        (DOMESTIC, {"lv3_trac_code": box(1, 3), "lv2_trac_code": box(2, 2)}, packs(range(4, 6))),
        (DOMESTIC, {"LV1_TRAC_CODE": small(3), "LV2_TRAC_CODE": box(0, 2)}, []),
        (DOMESTIC, {"LV1_TRAC_CODE": box(0, 2)}, []),
        (DOMESTIC, {"MED_LIST_CODG": MED}, packs(range(12))),
        (DOMESTIC, {"PROD_CODE": PROD}, packs(range(12))),
        (DOMESTIC, {"PROD_CODE": OTHER["prod_code"]}, packs(range(100, 104))),
        (DOMESTIC, {"MED_LIST_CODG": MED, "PROD_CODE": OTHER["prod_code"]}, []),
        (DOMESTIC, {"LV3_TRAC_CODE": box(25, 3), "MED_LIST_CODG": MED}, []),
        (DOMESTIC, {"LV3_TRAC_CODE": box(25, 3), "MED_LIST_CODG": OTHER["med_list_codg"]}, "25"),
        (IMPORTED, {"MED_LIST_CODG": MED}, packs(range(200, 203))),
        (IMPORTED, {"LV1_TRAC_CODE": small(3)}, []),
        (IMPORTED, {"LV1_TRAC_CODE": small(200)}, packs(range(200, 201))),
    ],
)
def test_any_of_the_five_codes_finds_the_packs(
    maker: Side, query: str, param: dict[str, str], expected: Any
) -> None:
    assert found(maker, query, **param) == (
        packs(range(100, 104)) if expected == "25" else expected
    )


@pytest.mark.usefixtures("stock")
def test_a_row_says_what_the_trace_says(maker: Side) -> None:
    rows = asked(maker, DOMESTIC, CURRENT_PAGE=1, LV3_TRAC_CODE=box(0, 3))["rows"]
    assert len(rows) == 4
    for row in rows:
        page = trace(row["lv1_trac_code"], maker.unit)
        assert page is not None
        boxes = {one.level: one.code for one in page.boxes}
        assert (row["lv2_trac_code"], row["lv3_trac_code"]) == (boxes[2], boxes[3])
        for name in ("trac_codg_sn", "med_list_codg", "prod_code", "drug_genname", "prodentp_name"):
            assert row[name] == page.product[name]


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize(
    "param",
    [
        {"LV1_TRAC_CODE": small(3)},
        {"LV2_TRAC_CODE": box(1, 2)},
        {"LV3_TRAC_CODE": box(1, 3)},
        {"MED_LIST_CODG": MED},
        {"PROD_CODE": PROD},
    ],
    ids=str,
)
def test_an_outsider_is_answered_as_of_what_nobody_has(
    stranger: Side, param: dict[str, str]
) -> None:
    key = key_of(stranger)
    [(name, real)] = param.items()

    def answer(code: str) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as captured:
            said = call(key, f"query/{DOMESTIC}", {name: code, "CURRENT_PAGE": 1})
        assert said.status_code == 200
        assert said.json()["data"]["total"] == 0
        return len(captured), told(said, code)

    random = real[::-1] if "CODG" in name or "PROD" in name else small(998)
    answer(random)
    assert answer(real) == answer(random)


@pytest.mark.usefixtures("stock")
def test_pages_are_the_whole_list_and_end(maker: Side) -> None:
    key = key_of(maker)
    for param in ({"MED_LIST_CODG": MED}, {"LV3_TRAC_CODE": box(1, 3)}):
        every: list[str] = []
        for number in range(1, 5):
            data = answered(key, DOMESTIC, CURRENT_PAGE=number, PAGE_SIZE=4, **param)
            every += [row["lv1_trac_code"] for row in data["rows"]]
        assert len(every) == data["total"] == len(set(every))
        assert all(a < b for a, b in pairwise(every))
        assert data["rows"] == []


def test_a_batch_that_is_not_there_yet_says_what_its_codes_say(maker: Side) -> None:
    call(key_of(maker), f"upload/{CODES}", {"data": code_rows(3)})
    assert not DrugBatch.everything.exists()
    [row, *_] = asked(
        maker, DOMESTIC, CURRENT_PAGE=1, LV1_TRAC_CODE=code_rows(1)[0]["lv1_trac_code"]
    )["rows"]
    assert row["drug_genname"] == ""
    for name in ("med_list_codg", "prod_code"):
        assert len(found(maker, DOMESTIC, **{name.upper(): row[name]})) == 3
        assert found(maker, IMPORTED, **{name.upper(): row[name]}) == []
    assert found(maker, DOMESTIC, LV3_TRAC_CODE=row["lv3_trac_code"], PROD_CODE=PROD) == []
    assert len(found(maker, DOMESTIC, LV3_TRAC_CODE=row["lv3_trac_code"])) == 3


def test_batches_that_are_not_there_cost_no_statement_each(maker: Side) -> None:
    key = key_of(maker)

    def spent(count: int) -> int:
        rows = [
            {**row, "trac_codg_sn": f"WAITS{place}"} for place, row in enumerate(code_rows(count))
        ]
        assert call(key, f"upload/{CODES}", {"data": rows}).json()["data"]["rejected"] == 0
        with CaptureQueriesContext(connection) as queries:
            assert len(found(maker, DOMESTIC, MED_LIST_CODG=rows[0]["med_list_codg"])) == count
        return len(queries)

    assert spent(2) == spent(9)


def test_voided_codes_are_nowhere(maker: Side) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit)
    code = TraceCodeFactory.create(batch=batch)
    assert found(maker, DOMESTIC, LV1_TRAC_CODE=code.code) == [code.code]
    voided(code)
    assert found(maker, DOMESTIC, LV1_TRAC_CODE=code.code) == []
    assert found(maker, DOMESTIC, MED_LIST_CODG=MED) == []


def test_at_least_one_code_and_a_page_are_asked_for(maker: Side) -> None:
    assert refused(maker, DOMESTIC, CURRENT_PAGE=1) == (422, ["param_one_of"])
    assert refused(maker, DOMESTIC, CURRENT_PAGE=1, PROD_CODE="  ") == (422, ["param_one_of"])
    assert refused(maker, DOMESTIC, PROD_CODE=PROD) == (422, ["param_missing"])
    both = {"PROD_CODE": "1" * 101, "CURRENT_PAGE": "1"}
    assert refused(maker, DOMESTIC, **both) == (422, ["param_too_long", "param_unfit"])


def test_the_parameters_are_those_of_the_national_interface() -> None:
    from tracing.api.catalogue import INTERFACES

    declared = [
        (one.name, one.label, one.length, one.required)
        for one in INTERFACES[f"query/{DOMESTIC}"].parameters
    ]
    assert declared == [
        ("LV1_TRAC_CODE", "药品小包装码", 100, False),
        ("LV2_TRAC_CODE", "药品中包装码", 100, False),
        ("LV3_TRAC_CODE", "药品大包装码", 100, False),
        ("MED_LIST_CODG", "医疗目录编码", 50, False),
        ("PROD_CODE", "商品码", 100, False),
        ("CURRENT_PAGE", "当前页", None, True),
        ("PAGE_SIZE", "每页条数", None, False),
    ]
