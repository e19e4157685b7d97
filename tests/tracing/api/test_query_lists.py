"""Queries of lists answer what the lists of the pages show the same unit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.keys.keys import key_of
from tests.people import Side, client_of
from tests.tracing.api.querying import answered, asked, refused
from tests.tracing.factories import (
    UPLOADED,
    DrugBatchFactory,
    EventFactory,
    UnitCodeFactory,
    derived_once,
    small,
)
from tests.tracing.traces.asking import Asker
from tests.tracing.uploads.devices import ITEM, Uploads, item
from tracing.core.paging import SIZES
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Pick
from tracing.stores.models_codes import TraceCode

pytestmark = pytest.mark.django_db(transaction=True)

DOMESTIC, IMPORTED = "domestic-drug-info", "imported-drug-info"
DAY = f"{UPLOADED:%Y-%m-%d}"


def listed(who: Side, record_code: str, **fields: Any) -> Any:
    """The context of the page that lists the rows of a record."""
    tab = BINDINGS[record_code].listed.tab
    page = f"/u/{who.unit.slug}/maker/upload/"
    return client_of(who.agent.account).get(page, {"tab": tab, **fields}).context


def same(record_code: str, data: dict[str, Any], shown: Any) -> bool:
    """Whether an answer has the total and the rows of a page, in its order."""
    picks = BINDINGS[record_code].listed.columns
    names = [pick.name if isinstance(pick, Pick) else pick for pick in picks]
    ours = [[row[name] for name in names] for row in data["rows"]]
    theirs = [[cell.text for cell in row.cells] for row in shown["rows"]]
    return (data["total"], ours) == (shown["page"].total, theirs)


@pytest.fixture
def batches(maker: Side, stranger: Side) -> None:
    """Thirteen of the maker's, three of them made abroad, and one of a stranger."""
    for number in range(10):
        DrugBatchFactory.create(
            unit=maker.unit, trac_codg_sn=f"SN{number}", rx_flag="1" if number else "0"
        )
    for number in range(3):
        DrugBatchFactory.create(unit=maker.unit, trac_codg_sn=f"AB{number}", abroad=True)
    DrugBatchFactory.create(unit=stranger.unit, trac_codg_sn="SN99")


@pytest.mark.usefixtures("batches")
@pytest.mark.parametrize(
    ("query", "param", "count"),
    [
        (DOMESTIC, {}, 10),
        (IMPORTED, {}, 3),
        (DOMESTIC, {"TRAC_CODG_SN": "SN"}, 10),
        (DOMESTIC, {"TRAC_CODG_SN": "n7"}, 1),
        (DOMESTIC, {"DRUG_GENNAME": "胶囊", "RX_FLAG": "0"}, 1),
        (DOMESTIC, {"MANU_DATE": "2024-12-15"}, 10),
        (DOMESTIC, {"MANU_DATE": "2024-12-16"}, 0),
        (IMPORTED, {"IMPT_ENTP_NAME": "没有"}, 0),
        (DOMESTIC, {"TRAC_CODG_SN": "SN99"}, 0),
    ],
)
def test_batches_are_those_of_the_list(
    maker: Side, query: str, param: dict[str, str], count: int
) -> None:
    data = asked(maker, query, CURRENT_PAGE=1, **param)
    assert data["total"] == count
    shown = listed(maker, query, **{name.lower(): value for name, value in param.items()})
    assert same(query, data, shown)
    if count:
        names = [column.name for column in BINDINGS[query].record.columns]
        assert list(data["rows"][0]) == names


@pytest.mark.usefixtures("batches")
def test_a_choice_is_asked_for_by_its_code_or_its_word(maker: Side) -> None:
    by_code, by_word = (
        asked(maker, DOMESTIC, CURRENT_PAGE=1, RX_FLAG=said) for said in ("0", "否")
    )
    assert by_code == by_word
    assert [row["rx_flag"] for row in by_code["rows"]] == ["否"]
    assert refused(maker, DOMESTIC, CURRENT_PAGE=1, RX_FLAG="3") == (422, ["param_no_choice"])


@pytest.mark.usefixtures("batches")
def test_pages_are_the_whole_list(maker: Side) -> None:
    key = key_of(maker)
    found: list[str] = []
    for number in range(1, 6):
        data = answered(key, DOMESTIC, CURRENT_PAGE=number, PAGE_SIZE=3)
        assert (data["total"], data["current_page"], data["page_size"]) == (10, number, 3)
        found += [row["trac_codg_sn"] for row in data["rows"]]
    assert len(found) == len(set(found)) == 10
    assert data["rows"] == []


def test_consumables_are_those_of_the_list(maker: Side, uploads: Uploads) -> None:
    uploads.store(ITEM, item())
    for param, count in (({}, 1), ({"MCS_NAME": "没有"}, 0), ({"DSPO_USED_FLAG": "是"}, None)):
        data = asked(maker, ITEM, CURRENT_PAGE=1, **param)
        fields = (
            {"dspo_used_flag": "1"} if count is None else {k.lower(): v for k, v in param.items()}
        )
        assert same(ITEM, data, listed(maker, ITEM, **fields))
        assert count is None or data["total"] == count


def test_a_page_must_be_named(maker: Side) -> None:
    assert refused(maker, DOMESTIC) == (422, ["param_missing"])
    assert refused(maker, DOMESTIC, CURRENT_PAGE="1") == (422, ["param_unfit"])
    assert refused(maker, DOMESTIC, CURRENT_PAGE=0) == (422, ["param_out_of_range"])
    too_large = {"CURRENT_PAGE": 1, "PAGE_SIZE": SIZES[-1] + 1}
    assert refused(maker, DOMESTIC, **too_large) == (422, ["param_out_of_range"])
    assert refused(maker, DOMESTIC, CURRENT_PAGE=1, MANU_DATE="x") == (422, ["param_not_day"])


WAYS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"BATCH": "SN1"}, {"tab": "batch", "batch": "SN1"}),
    ({"BATCH": "LOT1"}, {"tab": "batch", "batch": "LOT1"}),
    ({"BATCH": "NONE"}, {"tab": "batch", "batch": "NONE"}),
    ({"BEGIN_DATE": DAY, "END_DATE": DAY}, {"tab": "date", "from": DAY, "to": DAY}),
    (
        {"BEGIN_DATE": "2020-01-01", "END_DATE": "2024-12-17"},
        {"tab": "date", "from": "2020-01-01", "to": "2024-12-17"},
    ),
]


@pytest.mark.parametrize(("param", "fields"), WAYS, ids=str)
@pytest.mark.parametrize("number", [1, 2])
def test_codes_are_those_of_the_list(
    asker: Asker, param: dict[str, str], fields: dict[str, str], number: int
) -> None:
    kind = asker.page.split("/")[3]
    data = asked(asker.who, f"{kind}-codes", CURRENT_PAGE=number, **param)
    shown = asker.client.get(asker.page, {**fields, "page": str(number)}).context
    assert data["total"] == shown["page"].total
    if shown["page"].number == number:
        heads = list(shown["heads"])
        names = ["uscc", "trac_codg_sn", "trac_code", "uploaded_at", "node_count"]
        names += ["own_nodes"] * (kind == "distributor")
        assert len(heads) == len(names)
        assert [[str(row[name]) for name in names] for row in data["rows"]] == [
            [cell.text for cell in row.cells] for row in shown["rows"]
        ]
    else:
        assert data["rows"] == []


def test_a_unit_of_both_kinds_says_which_list(maker: Side, codes: list[TraceCode]) -> None:
    type(maker.unit).objects.filter(pk=maker.unit.pk).update(is_distributor=True)
    maker.unit.refresh_from_db()
    with derived_once():
        EventFactory.create(code=small(500), unit=maker.unit, kind="circulation-in")
        UnitCodeFactory.create(code=small(500), unit=maker.unit, batch="OTHER")
    key = key_of(maker)
    days = {"BEGIN_DATE": DAY, "END_DATE": DAY, "CURRENT_PAGE": 1, "PAGE_SIZE": 100}
    made = answered(key, "maker-codes", **days)
    got = answered(key, "distributor-codes", **days)
    assert [row["trac_code"] for row in made["rows"]] == [code.code for code in codes]
    assert [row["trac_code"] for row in got["rows"]] == [small(500)]


def test_the_codes_of_a_list_are_asked_for_in_one_way(maker: Side) -> None:
    days = {"BEGIN_DATE": DAY, "END_DATE": DAY}
    page = {"CURRENT_PAGE": 1}
    query = "maker-codes"
    assert refused(maker, query, **page) == (422, ["param_one_of"])
    assert refused(maker, query, **page, **days, BATCH="1") == (422, ["param_only_one_of"])
    assert refused(maker, query, **page, BEGIN_DATE=DAY) == (422, ["param_missing"])
    assert refused(maker, query, **page, END_DATE=DAY) == (422, ["param_missing"])
    turned = {"BEGIN_DATE": DAY, "END_DATE": "2024-01-01"}
    assert refused(maker, query, **page, **turned) == (422, ["days_reversed"])


def test_each_list_has_its_scope(maker: Side) -> None:
    key = key_of(maker, ["maker-upload"])
    for query in (DOMESTIC, "maker-codes", "domestic-drug-mapping", "shipments"):
        with pytest.raises(AssertionError, match="scope_missing"):
            answered(key, query, CURRENT_PAGE=1)
