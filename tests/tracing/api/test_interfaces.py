"""Every interface says what it takes and returns; a row's schema follows from its record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Side
from tests.tracing.api.test_uploads import told
from tests.tracing.uploads.rows import example
from tracing.api.catalogue import INTERFACES
from tracing.api.row_schema import row_schema
from tracing.api.rows import _spellings
from tracing.records import RECORDS


@pytest.mark.parametrize("address", INTERFACES)
def test_an_interface_is_declared_whole(address: str) -> None:
    interface = INTERFACES[address]
    assert interface.returned["properties"]
    for parameter in interface.parameters:
        assert parameter.label
        assert parameter.expected.startswith("应为")
        assert not parameter.expected.endswith("。")


@pytest.mark.parametrize("code", RECORDS)
def test_the_example_of_a_record_fits_its_schema(code: str) -> None:
    schema = row_schema(RECORDS[code])
    row = example(code)
    assert set(schema["properties"]) == set(row)
    for name, cell in schema["properties"].items():
        types = [cell["type"]] if isinstance(cell["type"], str) else cell["type"]
        assert "string" in types
        assert len(row[name]) <= cell.get("maxLength", len(row[name]))
        assert (name in schema["required"]) == ("null" not in types)


@pytest.mark.parametrize("code", RECORDS)
def test_no_spelling_means_two_columns(code: str) -> None:
    columns = RECORDS[code].columns
    spelled = [{c.name, c.name.upper(), "".join(c.name.split("_"))} for c in columns]
    assert sum(map(len, spelled)) == len(set().union(*spelled))
    assert {_spellings(code)[c.name.upper()] for c in columns} == {c.name for c in columns}


@pytest.mark.django_db(transaction=True)
def test_answers_are_as_they_are_described(maker: Side) -> None:
    rows = [example("domestic-drug-codes"), {}, example("domestic-drug-codes")]
    for address in ("upload/domestic-drug-codes", "maker/codes"):
        for more in ({}, {"checkOnly": True}, {"family": "domestic-drug"}, {"delFlag": True}):
            if "family" in more and address != "maker/codes":
                continue
            data = told(maker, address, {"data": rows, **more})
            _fits(INTERFACES[address].returned, data)
    number = told(maker, "upload/domestic-drug-codes", {"data": rows[:1]})["submission"]
    polled = told(maker, "upload/result", {"submission": number})
    _fits(INTERFACES["upload/result"].returned, polled)


TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def _fits(schema: Any, value: Any) -> None:
    """Hold a value against what a schema says of types, names and words."""
    if "anyOf" in schema:
        (schema,) = [one for one in schema["anyOf"] if isinstance(value, TYPES[one["type"]])]
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    assert any(isinstance(value, TYPES[one]) for one in types), (schema, value)
    if "enum" in schema:
        assert value in schema["enum"]
    if isinstance(value, dict):
        assert set(schema["required"]) <= set(value) <= set(schema["properties"])
        for name, inner in value.items():
            _fits(schema["properties"][name], inner)
    if isinstance(value, list):
        for inner in value:
            _fits(schema["items"], inner)
