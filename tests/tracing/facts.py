"""What a trace says of a product, by the name of its family."""

from __future__ import annotations

from tracing.records.bindings import record_of
from tracing.records.shapes import Shape
from tracing.traces.facts import COLUMNS


def facts_of_family(family: str) -> list[str]:
    """The labels of 追溯信息详情, left column first."""
    own = {column.name for column in record_of(Shape.PRODUCT, family).columns}
    return [
        label
        for facts in COLUMNS
        for column, label in zip(facts.columns, facts.labels, strict=True)
        if column.name in own
    ]
