"""Queries by codes answer what 追溯信息详情 shows the same unit, and no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.lib.clock import to_second
from tests.accounts.keys.keys import key_of
from tests.factories import UnitFactory
from tests.people import Side, client_of, side
from tests.tracing.api.calls import call
from tests.tracing.api.querying import answered, asked, refused, told
from tests.tracing.factories import EventFactory, UnitCodeFactory, box, derived_once, small
from tests.tracing.uploads.devices import CODES, ITEM, Uploads, code, item, piece
from tracing.api.query_codes import MOST_CODES
from tracing.stores.models_codes import TraceCode
from tracing.traces.trace import Trace

pytestmark = pytest.mark.django_db(transaction=True)

QUERIES = ["drug-codes", "consumable-codes", "insured-products", "insured-sales"]
FRAGMENT = {"HX-Request": "true"}
# Of the twelve packs of the maker: those the distributor got, those another unit only guessed.
SENT, GUESSED, STRANGE = small(0), small(4), small(8)
UNKNOWN, GUESSED_UNKNOWN = small(998), small(999)


@pytest.fixture
def traded(maker: Side, distributor: Side, stranger: Side, codes: list[TraceCode]) -> None:
    """The first large box went to the distributor, which sold a pack of it; the stranger told of
    a code of the maker's and of one that nobody has."""
    with derived_once():
        EventFactory.create(code=box(0, 3), unit=maker.unit, to=distributor.unit, days=1)
        EventFactory.create(
            code=box(0, 2), unit=distributor.unit, kind="circulation-in", source=maker.unit, days=2
        )
        EventFactory.create(code=SENT, unit=distributor.unit, kind="retail", days=5)
        EventFactory.create(code=SENT, unit=distributor.unit, kind="retail", days=6)
        for told_of in (GUESSED, GUESSED_UNKNOWN):
            EventFactory.create(code=told_of, unit=stranger.unit, kind="circulation-in")
            UnitCodeFactory.create(code=told_of, unit=stranger.unit, batch="GUESS")


def shown(who: Side, code: str) -> Trace | None:
    """The trace that the page of the unit shows."""
    kind = next(iter(who.unit.kinds)).code
    page = f"/u/{who.unit.slug}/{kind}/query/trace/"
    answer = client_of(who.agent.account).get(page, {"code": code}, headers=FRAGMENT)
    return None if answer.status_code == 404 else answer.context["trace"]


def as_answered(trace: Trace) -> dict[str, Any]:
    """What the page shows, as an answer says it."""

    def steps(told: Any) -> list[dict[str, Any]]:
        return [{**step._asdict(), "time": to_second(step.time)} for step in told]

    return {
        "trac_code": trace.code,
        "level": trace.level,
        "product": dict(trace.product),
        "boxes": [one._asdict() for one in trace.boxes],
        "contents_count": trace.contents_count,
        "nodes": steps(trace.nodes),
        "uncorroborated": steps(trace.uncorroborated),
        "restricted": trace.restricted,
        "mend": trace.mend,
    }


@pytest.mark.usefixtures("traded")
@pytest.mark.parametrize("code", [SENT, small(1), box(0, 3), box(0, 2), GUESSED, STRANGE, UNKNOWN])
def test_each_unit_is_answered_what_its_page_shows(
    maker: Side, distributor: Side, stranger: Side, code: str
) -> None:
    answers = []
    for who in (maker, distributor, stranger):
        data = asked(who, "drug-codes", TRAC_CODE=code)
        page = shown(who, code)
        rows = [] if page is None else [{"asked": code, **as_answered(page)}]
        assert data["rows"] == rows
        assert [one["trac_code"] for one in data["missing"]] == [code] * (page is None)
        answers.append(page is not None)
    assert (
        answers
        == {
            **dict.fromkeys((SENT, small(1), box(0, 3), box(0, 2)), [True, True, False]),
            GUESSED: [True, False, True],
            STRANGE: [True, False, False],
            UNKNOWN: [False, False, False],
        }[code]
    )


@pytest.mark.usefixtures("traded")
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    ("real", "unknown"),
    [(STRANGE, UNKNOWN), (box(2, 2), UNKNOWN), (box(1, 3), UNKNOWN), (GUESSED, GUESSED_UNKNOWN)],
    ids=["a stranger's", "its middle box", "its large box", "guessed"],
)
def test_an_outsider_is_answered_as_of_a_code_that_nobody_has(
    stranger: Side, query: str, real: str, unknown: str
) -> None:
    key = key_of(stranger)

    def answer(code: str) -> tuple[list[str], str]:
        with CaptureQueriesContext(connection) as captured:
            said = call(key, f"query/{query}", {"TRAC_CODE": code})
        assert said.status_code == 200
        return [
            re.sub(r"'[^']*'|\b\d+\b|_x\d+|\"s\d+_x\d+\"", "?", each["sql"]) for each in captured
        ], told(said, code)

    answer(unknown)
    assert answer(real) == answer(unknown)


@pytest.mark.usefixtures("traded")
def test_codes_are_answered_in_the_order_of_the_question(distributor: Side) -> None:
    given = [UNKNOWN, small(1), "不是码", SENT, f" {box(0, 3)} ", STRANGE, SENT]
    data = asked(distributor, "drug-codes", trac_codes=given)
    assert [row["asked"] for row in data["rows"]] == [given[1], given[3], given[4], given[6]]
    assert data["rows"][2]["trac_code"] == box(0, 3)
    assert [one["trac_code"] for one in data["missing"]] == [UNKNOWN, "不是码", STRANGE]
    assert {one["code"] for one in data["missing"]} == {"trace_code_not_found"}
    why = [one["message"] for one in data["missing"]]
    assert why[0].replace(UNKNOWN, STRANGE) == why[2]
    assert why[1] != why[0].replace(UNKNOWN, "不是码")


@pytest.mark.usefixtures("traded")
def test_a_thousand_codes_take_the_statements_of_one(maker: Side) -> None:
    key = key_of(maker)

    def statements(given: list[str]) -> int:
        with CaptureQueriesContext(connection) as captured:
            data = answered(key, "drug-codes", TRAC_CODES=given)
        assert len(data["rows"]) + len(data["missing"]) == len(given)
        return len(captured)

    statements([SENT])
    one = statements([SENT, "不是码"])
    many = [small(serial) for serial in range(MOST_CODES - 3)]
    assert statements([*many, "不是码", "也不是", "1" * 19]) == one


def test_too_many_codes_and_none_are_refused(maker: Side) -> None:
    many = [small(serial) for serial in range(MOST_CODES + 1)]
    assert refused(maker, "drug-codes", TRAC_CODES=many) == (422, ["param_wrong_count"])
    assert refused(maker, "drug-codes") == (422, ["param_one_of"])
    both = {"TRAC_CODE": SENT, "TRAC_CODES": [SENT]}
    assert refused(maker, "drug-codes", **both) == (422, ["param_only_one_of"])
    assert refused(maker, "drug-codes", CODE=SENT) == (422, ["param_unknown"])


def test_a_query_takes_a_scope_of_either_kind(maker: Side, distributor: Side) -> None:
    for who, business in ((maker, "maker-query"), (distributor, "distributor-query")):
        assert answered(key_of(who, [business]), "drug-codes", TRAC_CODE=UNKNOWN)["rows"] == []
    answer = call(key_of(maker, ["maker-upload"]), "query/drug-codes", {"TRAC_CODE": UNKNOWN})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.usefixtures("traded")
def test_an_insured_person_is_told_the_product_and_its_sales(
    maker: Side, distributor: Side, stranger: Side
) -> None:
    for who in (maker, distributor):
        page = shown(who, SENT)
        assert page is not None
        [product] = asked(who, "insured-products", TRAC_CODE=SENT)["rows"]
        assert (product["goods"], product["level"]) == ("drug", 1)
        assert product["product"] == page.product
        [sales] = asked(who, "insured-sales", TRAC_CODE=SENT)["rows"]
        sold = [node for node in page.nodes if node.title == "销售出库"]
        assert (sales["sold"], sales["times"]) == (True, len(sold)) == (True, 2)
        assert sales["sales"] == [
            {"time": to_second(node.time), "organisation": distributor.unit.name} for node in sold
        ]
        [unsold] = asked(who, "insured-sales", TRAC_CODE=small(1))["rows"]
        assert (unsold["sold"], unsold["times"], unsold["sales"]) == (False, 0, [])
    for query in ("insured-products", "insured-sales"):
        for unseen in (SENT, GUESSED):
            data = asked(stranger, query, TRAC_CODE=unseen)
            assert (data["rows"], len(data["missing"])) == ([], 1)


def test_drugs_and_consumables_are_asked_for_apart(maker: Side, uploads: Uploads) -> None:
    uploads.store(ITEM, item())
    uploads.store(CODES, code(piece(1)))
    [row] = asked(maker, "consumable-codes", TRAC_CODE=piece(1))["rows"]
    page = shown(maker, piece(1))
    assert page is not None
    texts = [cell.text for side in page.facts for cell in side]
    assert sorted(row["product"].values()) == sorted(texts)
    assert row["product"]["mcs_name"]
    [product] = asked(maker, "insured-products", TRAC_CODE=piece(1))["rows"]
    assert (product["goods"], product["product"]) == ("consumable", row["product"])
    [missing] = asked(maker, "drug-codes", TRAC_CODE=piece(1))["missing"]
    assert missing["code"] == "trace_code_of_other_goods"
    assert "医保耗材查询" in missing["message"]


def test_a_drug_is_no_consumable(maker: Side, codes: list[TraceCode]) -> None:
    [missing] = asked(maker, "consumable-codes", TRAC_CODE=codes[0].code)["missing"]
    assert missing["code"] == "trace_code_of_other_goods"
    other = side(UnitFactory.create())
    [unseen] = asked(other, "consumable-codes", TRAC_CODE=codes[0].code)["missing"]
    assert unseen["code"] == "trace_code_not_found"
