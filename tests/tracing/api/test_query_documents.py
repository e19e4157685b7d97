"""What queries declare is enough to write their documents from."""

from __future__ import annotations

import pytest

from accounts.rights.businesses import BUSINESSES
from tests.people import Side
from tests.tracing.api.querying import asked
from tracing.api.query import query_interfaces

QUERIES = {one.address: one for one in query_interfaces()}


def test_every_query_of_the_national_interface_is_there() -> None:
    assert [one.title for one in QUERIES.values()] == [
        "药品追溯码查询",
        "医保耗材查询",
        "参保人药耗信息查询",
        "参保人药耗销售查询",
        "进口药三码映射关系查询",
        "国产药三码映射关系查询",
        "进口药信息查询",
        "国产药信息查询",
        "医用耗材单件信息查询",
        "发货信息查询",
        "流通信息查询",
        "生产企业订单信息查询",
        "流通企业订单信息查询",
        "生产企业追溯码列表查询",
        "流通企业追溯码列表查询",
    ]


@pytest.mark.parametrize("address", QUERIES)
def test_a_query_says_what_it_takes_and_returns(address: str) -> None:
    query = QUERIES[address]
    assert set(query.businesses) <= BUSINESSES.keys()
    assert query.note.endswith("。")
    assert query.returned["properties"]["rows"]
    for parameter in query.parameters:
        assert parameter.name == parameter.name.upper()
        assert parameter.label
        assert not parameter.expected.endswith("。")
        assert parameter.length is not None or not isinstance(parameter.type, str)


@pytest.mark.django_db(transaction=True)
def test_the_examples_of_a_query_are_a_message_that_it_takes(
    maker: Side, distributor: Side
) -> None:
    for query in QUERIES.values():
        param = {one.name: one.example for one in query.parameters if one.example is not None}
        assert param
        who = maker if "maker-query" in query.businesses else distributor
        assert asked(who, query.address.removeprefix("query/"), **param)["rows"] == []
