"""What one row of a record is, as JSON Schema 2020-12: made from its columns, for programs.

It says how a row is best sent. The checks of the record take more: a code's quotes, a number with
commas, an identifier in lower case; what they refuse has the codes of the fault catalogue.
"""

from __future__ import annotations

from typing import Any

from tracing.records.base import Column, Record
from tracing.records.parts import When
from tracing.uploads.void_keys import identifying

# As they are best sent; `Column.note` says what else is read.
_FORMS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "code": {"type": "string"},
    "uscc": {"type": "string"},
    "date": {"type": "string"},
    "moment": {"type": "string"},
    "number": {"type": ["number", "string"]},
    "choice": {"type": "string"},
}


def row_schema(record: Record) -> dict[str, Any]:
    """A row of the record as an object of JSON Schema, its properties in the order of the columns,
    under the identifiers of the 对接方案."""
    schema: dict[str, Any] = {
        "type": "object",
        "title": record.title,
        "description": _to_void(record),
        "properties": {column.name: column_schema(column) for column in record.columns},
        "required": [column.name for column in record.columns if column.required],
        "additionalProperties": False,
    }
    conditions = [
        _condition(record, column.name, column.required_when)
        for column in record.columns
        if column.required_when
    ]
    return schema | ({"allOf": conditions} if conditions else {})


def _to_void(record: Record) -> str:
    """What suffices where rows are voided, which the required columns of an upload do not say."""
    columns = identifying(record).columns
    needed = [column.name for column in columns if column.required]
    others = [column.name for column in columns if not column.required]
    told = f"，以及上传时填写过的 {'、'.join(others)}" if others else ""
    return f"delFlag 为 true 时只需 {'、'.join(needed)}{told}，其他列可以不填。"


def column_schema(column: Column) -> dict[str, Any]:
    """One cell. An empty one is null or left out where the column may be empty."""
    kind = column.kind
    schema: dict[str, Any] = {"title": column.label, **_FORMS[kind.type]}
    if kind.length is not None:
        schema["maxLength"] = kind.length
    if kind.values:
        schema["enum"] = [each for code, word in kind.values for each in (code, word)]
    if not column.required:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = [*types, "null"]
        if "enum" in schema:
            schema["enum"].append(None)
    if column.note:
        schema["description"] = column.note
    if column.example:
        schema["examples"] = [column.example]
    return schema


def _condition(record: Record, asked: str, when: When) -> dict[str, Any]:
    """That a column is asked for in rows that say a word, by its code or as it is."""
    words = [when.value, record.column(when.column).kind.show(when.value)]
    said = {"properties": {when.column: {"enum": words}}, "required": [when.column]}
    filled = {"properties": {asked: {"not": {"type": "null"}}}, "required": [asked]}
    return {"if": said, "then": filled}
