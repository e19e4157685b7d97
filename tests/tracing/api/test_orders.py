"""订单 by interface: what 订单查询 shows, and nothing of others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Side
from tests.tracing.api.test_uploads import refused, told
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code

pytestmark = pytest.mark.django_db(transaction=True)
SHIPMENT = "domestic-drug-shipment"


@pytest.fixture
def shipped(maker: Side, dealer: Side) -> dict[str, Any]:
    """A row of an order of two codes, that a maker sent to a dealer."""
    told(maker, f"upload/{INFO}", {"data": [example(INFO)]})
    told(maker, f"upload/{CODES}", {"data": code_rows(2)})
    sides = {
        "shp_org_name": maker.unit.name,
        "shp_org_uscc": maker.unit.uscc,
        "shpp_org_name": dealer.unit.name,
        "shpp_org_uscc": dealer.unit.uscc,
    }
    rows = [example(SHIPMENT, trac_code=pack_code(n), **sides) for n in range(2)]
    assert told(maker, "maker/shipment", {"data": rows})["created"] == 2
    return rows[0]


def test_an_order_and_its_codes(maker: Side, dealer: Side, shipped: dict[str, Any]) -> None:
    found = told(maker, "maker/orders", {"CURRENT_PAGE": 1, "partner": dealer.unit.uscc})
    (order,) = found["ORDERS"]
    assert (found["TOTAL"], found["PAGES"], found["PAGE_SIZE"]) == (1, 1, 10)
    assert (order["KIND_NAME"], order["SHP_SIN_NO"]) == ("发货", shipped["shp_sin_no"])
    assert (order["STATUS"], order["CODE_COUNT"]) == ("已发货", 2)
    key = {name: order[name] for name in ("KIND", "DOCUMENT", "PARTNER_USCC")}
    codes = told(maker, "maker/order-codes", {**key, "current_page": 1})
    assert [(line["TRAC_CODE"], line["ANSWER"]) for line in codes["CODES"]] == [
        (pack_code(0), "unconfirmed"),
        (pack_code(1), "unconfirmed"),
    ]
    assert told(maker, "maker/orders", {"CURRENT_PAGE": 2})["ORDERS"] == []
    at = {"DATE_FROM": "2024-12-18", "DATE_TO": "2024-12-19", "CURRENT_PAGE": 1}
    assert told(maker, "maker/orders", at)["TOTAL"] == 0
    # To the other side, and to strangers, it is no order of theirs.
    assert told(dealer, "distributor/orders", {"CURRENT_PAGE": 1})["TOTAL"] == 0
    theirs = {**key, "KIND": "circulation_in", "PARTNER_USCC": maker.unit.uscc}
    assert refused(dealer, "distributor/order-codes", {**theirs, "CURRENT_PAGE": 1}) in (
        "order_unknown",
        "param_unfit",
    )


def test_an_order_of_others_is_unknown(rival: Side, dealer: Side, shipped: dict[str, Any]) -> None:
    key = {
        "KIND": "shipment",
        "DOCUMENT": shipped["shp_sin_no"],
        "PARTNER_USCC": dealer.unit.uscc,
        "CURRENT_PAGE": 1,
    }
    assert refused(rival, "maker/order-codes", key) == "order_unknown"


@pytest.mark.parametrize(
    ("param", "code"),
    [
        ({}, "param_missing"),
        ({"CURRENT_PAGE": 0}, "param_unfit"),
        ({"CURRENT_PAGE": 1, "current_page": 1}, "param_spelled_twice"),
        ({"CURRENT_PAGE": 1, "PAGE_SIZE": 11}, "param_unfit"),
        ({"CURRENT_PAGE": 1, "KIND": "retail"}, "param_unfit"),
        ({"CURRENT_PAGE": 1, "DATE_FROM": "2024-13-01"}, "param_unfit"),
        ({"CURRENT_PAGE": 1, "NUMBER": "x" * 200}, "param_unfit"),
        ({"CURRENT_PAGE": 1, "UNIT": "1"}, "param_unknown"),
    ],
)
def test_what_cannot_be_asked(maker: Side, param: dict[str, Any], code: str) -> None:
    assert refused(maker, "maker/orders", param) == code
