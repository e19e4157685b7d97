"""The order of nodes, without a database."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from portal.lib.clock import SHANGHAI
from tracing.records.nodes import NODE_NOTES, Node
from tracing.traces.timeline import Step, timeline

NOON = datetime(2025, 1, 2, 12, tzinfo=SHANGHAI)


def test_nodes_of_one_moment_stand_in_the_order_of_the_way() -> None:
    steps = [Step(NOON, node, "C", "甲") for node in Node]
    for shuffled in list(permutations(steps))[::50]:
        assert [node.title for node in timeline("C", shuffled)] == [
            "生产入库",
            "生产出库",
            "流通入库",
            "流通出库",
            "销售入库",
            "销售出库",
        ]


def test_time_comes_before_the_order_of_nodes() -> None:
    steps = [
        Step(NOON, Node.SOLD, "C", "药店"),
        Step(NOON + timedelta(seconds=1), Node.PRODUCED, "C", "厂家"),
    ]
    assert [node.title for node in timeline("C", reversed(steps))] == ["销售出库", "生产入库"]


@pytest.mark.parametrize("node", Node)
def test_every_node_says_where_it_comes_from(node: Node) -> None:
    (shown,) = timeline("C", [Step(NOON, node, "C", "甲")])
    assert (shown.title, shown.note) == (node.label, NODE_NOTES[node])
    assert (shown.time, shown.organisation) == (NOON, "甲")


def test_a_node_of_a_box_names_the_box() -> None:
    steps = [Step(NOON, Node.SHIPPED, "BOX", "甲"), Step(NOON, Node.SHIPPED, "C", "甲")]
    assert [node.inherited_from for node in timeline("C", steps)] == ["BOX", None]


def test_equal_nodes_of_one_moment_keep_their_order() -> None:
    steps = [Step(NOON, Node.CIRCULATED_IN, "C", name) for name in ("乙", "甲", "丙")]
    orders = {tuple(n.organisation for n in timeline("C", p)) for p in permutations(steps)}
    assert len(orders) == 1
