"""发货信息查询 and 流通信息查询 answer the rows that the pages show, by code, paper and day."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.units.models import Unit
from tests.accounts.keys.keys import key_of
from tests.people import Side, client_of
from tests.tracing.api.calls import call
from tests.tracing.api.querying import answered, asked, refused, told
from tests.tracing.factories import MADE, EventFactory, box, derived_once, small, voided
from tests.tracing.uploads.rows import example
from tracing.records.event_kinds import EventKind
from tracing.stores.models_events import TraceEvent
from tracing.uploads.queries_events import events

pytestmark = pytest.mark.django_db(transaction=True)


def day(days: float) -> str:
    return f"{MADE + timedelta(days=days):%Y-%m-%d}"


@pytest.fixture
def sent(maker: Side, distributor: Side, stranger: Side) -> None:
    """The maker's papers: FH1 of six rows to two partners on a day, FH2 of four rows on two days,
    FH3 of one row later; the distributor's, under the same numbers; a stranger's."""

    def shipped(unit: Unit, document: str, serials: range, **more: Any) -> None:
        for serial in serials:
            EventFactory.create(
                code=small(serial),
                unit=unit,
                document=document,
                details={"shp_sin_no": document},
                **more,
            )

    with derived_once():
        shipped(maker.unit, "FH1", range(4), to=distributor.unit, days=1)
        shipped(maker.unit, "FH1", range(4, 6), to=stranger.unit, days=1)
        shipped(maker.unit, "FH2", range(2), to=distributor.unit, days=2)
        shipped(maker.unit, "FH2", range(2, 4), to=distributor.unit, days=3)
        shipped(maker.unit, "FH3", range(6, 7), to=distributor.unit, days=9)
        EventFactory.create(code=box(0, 3), unit=maker.unit, kind="delivery", document="FH1")
        came: dict[str, Any] = {"source": maker.unit, "document": "RK1", "days": 2}
        shipped(distributor.unit, kind="circulation-in", serials=range(4), **came)
        went: dict[str, Any] = {"kind": "circulation-out", "days": 4, "to": stranger.unit}
        shipped(distributor.unit, "CK1", range(2), **went)
        shipped(stranger.unit, "FH1", range(500, 503), days=1)


def keys(data: dict[str, Any], number: str) -> list[tuple[str, str]]:
    return [(row["trac_code"], row[number]) for row in data["rows"]]


def rows(*papers: tuple[str, range]) -> list[tuple[str, str]]:
    return [(small(serial), document) for document, serials in papers for serial in serials]


FH1, FH2, FH3 = ("FH1", range(6)), ("FH2", range(4)), ("FH3", range(6, 7))


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize(
    ("param", "expected"),
    [
        ({"TRAC_CODE": small(2)}, rows(("FH2", range(2, 3)), ("FH1", range(2, 3)))),
        ({"TRAC_CODE": f" {small(6)} "}, rows(FH3)),
        ({"TRAC_CODE": small(500)}, []),
        ({"SHP_SIN_NO": "FH1"}, rows(FH1)),
        ({"shp_sin_no": "FH2"}, rows(FH2)),
        ({"SHP_SIN_NO": "FH"}, []),
        ({"SHP_SIN_NO": "RK1"}, []),
        ({"BEGIN_DATE": day(1), "END_DATE": day(1)}, rows(FH1)),
        ({"BEGIN_DATE": day(2), "END_DATE": day(2)}, rows(("FH2", range(2)))),
        ({"BEGIN_DATE": day(3), "END_DATE": day(8)}, rows(("FH2", range(2, 4)))),
        ({"BEGIN_DATE": day(1), "END_DATE": day(9)}, rows(FH3, FH2, FH1)),
        ({"BEGIN_DATE": day(-9), "END_DATE": day(0)}, []),
    ],
    ids=str,
)
def test_shipments_are_found_by_code_paper_and_day(
    maker: Side, param: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    key = key_of(maker)
    data = answered(key, "shipments", CURRENT_PAGE=1, PAGE_SIZE=100, **param)
    assert keys(data, "shp_sin_no") == expected
    pages = [answered(key, "shipments", CURRENT_PAGE=n, PAGE_SIZE=4, **param) for n in range(1, 5)]
    assert list(chain(*(keys(page, "shp_sin_no") for page in pages))) == expected
    assert {page["total"] for page in pages} == {data["total"]} == {len(expected)}


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize(
    ("param", "count"),
    [
        ({"TRAC_CODE": small(1)}, 2),
        ({"SHP_SIN_NO": "CK1"}, 2),
        ({"SHPP_SIN_NO": "RK1"}, 4),
        ({"SHPP_SIN_NO": "CK1"}, 0),
        ({"SHP_SIN_NO": "FH1"}, 0),
        ({"BEGIN_DATE": day(2), "END_DATE": day(4)}, 6),
        ({"BEGIN_DATE": day(2), "END_DATE": day(2)}, 4),
        ({"BEGIN_DATE": day(1), "END_DATE": day(1)}, 0),
    ],
    ids=str,
)
def test_circulations_are_found_by_code_paper_and_day(
    distributor: Side, param: dict[str, str], count: int
) -> None:
    data = asked(distributor, "circulations", CURRENT_PAGE=1, **param)
    assert (data["total"], len(data["rows"])) == (count, count)


@pytest.mark.usefixtures("sent")
def test_a_row_has_the_cells_of_the_page(distributor: Side, maker: Side) -> None:
    page = f"/u/{distributor.unit.slug}/distributor/upload/"
    shown = client_of(distributor.agent.account).get(page, {"trac_code": small(1)}).context
    data = asked(distributor, "circulations", CURRENT_PAGE=1, TRAC_CODE=small(1))
    names = ["delv_emp_no", "delv_emp", "shp_sin_no", "shpp_sin_no", "delv_time"]
    assert [[row[name] for name in names] for row in data["rows"]] == [
        [cell.text for cell in row.cells] for row in shown["rows"]
    ]
    own = events(maker.unit, "domestic-drug-shipment", {"shp_sin_no": "FH2"}).rows
    told_rows = asked(maker, "shipments", CURRENT_PAGE=1, SHP_SIN_NO="FH2")["rows"]
    assert {row["trac_code"] for row in told_rows} == {row.cells["trac_code"] for row in own}


def test_a_row_comes_back_as_it_was_uploaded(maker: Side) -> None:
    record = "domestic-drug-shipment"
    sent = example(record, shp_org_name=maker.unit.name, shp_org_uscc=maker.unit.uscc)
    answer = call(key_of(maker), f"upload/{record}", {"data": [sent]})
    assert answer.json()["data"]["created"] == 1, answer.content.decode()
    query = {"CURRENT_PAGE": 1, "SHP_SIN_NO": sent["shp_sin_no"]}
    [row] = asked(maker, "shipments", **query)["rows"]
    assert {name: row[name] for name in sent} == sent
    assert {name for name in row if name not in sent} == {"cnt"}


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize(
    ("param", "unknown"),
    [
        ({"TRAC_CODE": small(1)}, small(998)),
        ({"SHP_SIN_NO": "FH2"}, "XX2"),
        ({"BEGIN_DATE": day(2), "END_DATE": day(3)}, "2023-01-01"),
    ],
    ids=str,
)
def test_rows_of_others_are_as_if_there_were_none(
    stranger: Side, param: dict[str, str], unknown: str
) -> None:
    key = key_of(stranger)

    def answer(asked: dict[str, str]) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as captured:
            said = call(key, "query/shipments", {**asked, "CURRENT_PAGE": 1})
        assert said.json()["data"]["total"] == 0
        return len(captured), told(said, next(iter(asked.values())))

    nobodys = dict.fromkeys(param, unknown)
    answer(nobodys)
    assert answer(param) == answer(nobodys)


@pytest.mark.usefixtures("sent")
def test_voided_rows_are_nowhere(maker: Side) -> None:
    voided(TraceEvent.everything.get(code=small(6), kind=EventKind.SHIPMENT))
    for param in ({"TRAC_CODE": small(6)}, {"SHP_SIN_NO": "FH3"}):
        assert asked(maker, "shipments", CURRENT_PAGE=1, **param)["total"] == 0


def test_one_way_is_asked_for(maker: Side) -> None:
    page = {"CURRENT_PAGE": 1}
    days = {"BEGIN_DATE": day(1), "END_DATE": day(1)}
    query = "shipments"
    assert refused(maker, query, **page) == (422, ["param_one_of"])
    assert refused(maker, query, **page, **days, SHP_SIN_NO="1") == (422, ["param_only_one_of"])
    assert refused(maker, query, **page, BEGIN_DATE=day(1)) == (422, ["param_missing"])
    long = {"BEGIN_DATE": day(0), "END_DATE": day(31)}
    assert refused(maker, query, **page, **long) == (422, ["days_too_many"])
    assert refused(maker, query, **page, TRAC_CODE="不是码") == (422, ["param_no_code"])
