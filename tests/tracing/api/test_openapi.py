"""The OpenAPI document: valid, complete, and it sees inside `param`."""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.urls import reverse
from openapi_spec_validator import validate

from portal.lib.refused import Refused, catalogue
from tests.structure import graph, module_of, sources
from tests.tracing.uploads.rows import example
from tracing.api.catalogue import INTERFACES
from tracing.api.documents.components import answered_name, envelope_name, param_name, row_name
from tracing.api.documents.examples import example_param
from tracing.api.documents.openapi import document
from tracing.api.documents.prose import EVENTS, SANDBOX, SIGNED_LINES, rates
from tracing.api.documents.reasons import reasons
from tracing.api.interfaces import Interface
from tracing.api.row_schema import row_schema
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.records.terms import Context
from tracing.uploads.void_keys import read_keys

DOCUMENT: dict[str, Any] = json.loads(document())
SCHEMAS = DOCUMENT["components"]["schemas"]
CONTEXT = Context(date(2025, 1, 15), "")
interfaces = pytest.mark.parametrize("interface", INTERFACES.values(), ids=lambda one: one.address)
records = pytest.mark.parametrize("record", RECORDS.values(), ids=lambda one: one.code)


FILES = {module_of(file): file for file in sources("portal", "accounts", "tracing")}


def reached(modules: set[str]) -> set[str]:
    """Modules, and all that they import."""
    found, below = set[str](), modules
    while below := below - found:
        found |= below
        below = {one for module in below for one in graph().get(module, ())}
    return found & FILES.keys()


def valid(schema: dict[str, Any], value: Any) -> bool:
    whole = {**schema, "components": DOCUMENT["components"]}
    found: bool = jsonschema.Draft202012Validator(whole).is_valid(value)
    return found


def test_the_document_is_valid_and_of_3_1() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1.")


def test_what_holds_for_all_is_told_at_its_head() -> None:
    words = DOCUMENT["info"]["description"]
    for told in (SIGNED_LINES, *SANDBOX, EVENTS, "maker/…、distributor/…", "Retry-After"):
        assert told in words
    for what, number, _ in rates():
        assert what + number in words


def test_every_interface_stands_in_it_and_nothing_else() -> None:
    found = {path: set(methods) for path, methods in DOCUMENT["paths"].items()}
    assert found == {f"/api/v1/{address}": {"post"} for address in INTERFACES}
    # In the order of the 对接方案.
    assert list(found) == [f"/api/v1/{address}" for address in INTERFACES]


def test_what_is_the_same_stands_once() -> None:
    """Swagger reads the whole of it before it shows anything."""
    assert len(document()) < 400_000
    answers = [json.dumps(one) for name, one in SCHEMAS.items() if name.startswith("answer-")]
    assert len(answers) == len(set(answers))


@interfaces
def test_param_is_a_text_and_what_it_holds_is_described(interface: Interface) -> None:
    param = SCHEMAS[envelope_name(interface)]["properties"]["param"]
    assert param["type"] == "string"
    assert param["contentMediaType"] == "application/json"
    assert param["contentSchema"] == {"$ref": f"#/components/schemas/{param_name(interface)}"}
    inside = SCHEMAS[param_name(interface)]
    assert list(inside["properties"]) == [one.name for one in interface.parameters]
    assert inside["required"] == [one.name for one in interface.parameters if one.required]


@interfaces
def test_examples_are_what_the_schemas_say(interface: Interface) -> None:
    operation = DOCUMENT["paths"][f"/api/v1/{interface.address}"]["post"]
    body = operation["requestBody"]["content"]["application/json"]
    for one in body["examples"].values():
        assert valid(body["schema"], one["value"]), one
    assert valid(SCHEMAS[param_name(interface)], example_param(interface))
    responses = DOCUMENT["components"]["responses"]
    for status in interface.statuses:
        answer = responses[answered_name(interface, status)]["content"]["application/json"]
        assert operation["responses"][str(status)]["$ref"].endswith(
            answered_name(interface, status)
        )
        assert valid(answer["schema"], answer["examples"]["ok"]["value"])


@interfaces
def test_whose_code_must_stand_for_the_own_unit_is_told(interface: Interface) -> None:
    owns = [RECORDS[code].own_unit for code in interface.row_records if RECORDS[code].own_unit]
    operation = DOCUMENT["paths"][f"/api/v1/{interface.address}"]["post"]
    assert ("not_own_unit" in operation["description"]) is bool(owns)
    for own in owns:
        assert own is not None
        assert all(name in operation["description"] for _, name in own.columns)


def test_every_refusal_of_a_call_stands_at_its_status() -> None:
    table = re.findall(r"^\| (\d+) \| `(\w+)` \| \S", SCHEMAS["refused"]["description"], re.M)
    told = {(int(status), code) for status, code in table}
    assert told == {(int(one.ground.value), one.code) for one in reasons()}
    assert SCHEMAS["refused"]["properties"]["code"]["enum"] == [one.code for one in reasons()]
    responses = DOCUMENT["components"]["responses"]
    statuses = {int(name[-3:]) for name in responses if name.startswith("refused-")}
    assert statuses == {status for status, _ in told}
    assert valid(SCHEMAS["refused"], SCHEMAS["refused"]["examples"][0])
    assert {code for code, one in catalogue().items() if one.place in ("envelope", "param")} <= {
        code for _, code in told
    }


def test_what_pages_alone_refuse_is_not_told() -> None:
    """Every code that is told stands in a module that the interface reaches."""
    named = {
        node.value
        for module in reached({"tracing.api.views", "portal.interface_middleware"})
        if not module.endswith(".refusals") and not module.startswith("tracing.api.documents.")
        for node in ast.walk(ast.parse(FILES[module].read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [one.code for one in reasons() if one.code not in named] == []
    pages = {"owner_changed", "codes_missing", "not_error_workbook", "request_too_large"}
    assert not pages & {one.code for one in reasons()}


@records
def test_a_good_row_fits_its_schema(record: Record) -> None:
    schema = row_schema(record)
    assert list(schema["properties"]) == [column.name for column in record.columns]
    row = {name: value for name, value in example(record.code).items() if value}
    assert valid(schema, row)
    for column in record.columns:
        without = {name: value for name, value in row.items() if name != column.name}
        when = column.required_when
        asked = (
            when is not None
            and record.column(when.column).kind.parse(row[when.column]) == when.value
        )
        may_be_empty = not column.required and not asked
        assert valid(schema, {**without, column.name: None}) is may_be_empty, column.name


@records
def test_a_bad_row_does_not(record: Record) -> None:
    schema, row = row_schema(record), example(record.code)
    assert not valid(schema, {**row, "no_such_column": "1"})
    for column in record.columns:
        if column.kind.length is not None:
            long = "1" * (column.kind.length + 1)
            assert not valid(schema, {**row, column.name: long})
        if column.kind.values:
            assert not valid(schema, {**row, column.name: "no such word"})


def test_a_column_that_a_word_asks_for() -> None:
    told = [
        (record, column, column.required_when)
        for record in RECORDS.values()
        for column in record.columns
        if column.required_when
    ]
    assert told
    for record, column, when in told:
        row = {name: value for name, value in example(record.code).items() if value}
        row |= {when.column: when.value}
        row.pop(column.name, None)
        assert not valid(row_schema(record), row)


@pytest.mark.parametrize("code", BINDINGS)
def test_what_suffices_to_void_a_row_is_said(code: str) -> None:
    said: str = SCHEMAS[row_name(code)]["description"]
    assert said.startswith("delFlag 为 true 时")
    cells = example(code)
    told = {name: cells[name] for name in re.findall(r"[a-z0-9_]+", said) if name in cells}
    row = {name: cell for name, cell in told.items() if cell}
    read = read_keys(code, [row], CONTEXT, max_rows=1)
    assert (list(read.keys), read.faults) == ([1], {})
    first = next(iter(row))
    other = next(name for name in cells if name not in told)
    less = {name: cell for name, cell in row.items() if name != first}
    with pytest.raises(Refused, match=f"{first}（"):
        read_keys(code, [{**less, other: "1"}], CONTEXT, max_rows=1)


def test_the_document_is_public_and_holds_no_data(client: Client) -> None:
    answer = client.get("/api/schema/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer.content == document()


def test_the_page_says_that_it_loads_and_leads_on(client: Client) -> None:
    page = client.get(reverse("tracing:api-docs")).content.decode()
    assert '<div id="swagger-ui"><p class="waiting">正在加载……</p></div>' in page
    assert f'<a href="{reverse("accounts:home")}">返回单位网厅</a>' in page
    (without,) = re.findall("<noscript>(.*)</noscript>", page)
    assert f'href="{reverse("accounts:services")}"' in without
