"""What a cell of an OpenDocument spreadsheet holds, by its attributes and its text."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from portal.lib.no_value import FORMULA
from tracing.uploads.workbook.sheet_xml import NUMBER
from tracing.uploads.workbook.transfer import ErrorText

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
EXTENDED = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
VALUE_TYPE = f"{OFFICE}value-type"
COMPUTED = f"{TABLE}formula"
# What LibreOffice shows, which may be an error where the value is a number or a text.
SHOWN_TYPE, ERROR_TYPE = f"{EXTENDED}value-type", "error"

NUMBERS = ("float", "percentage", "currency")
# As LibreOffice and Excel show the error of a formula, whose value they write as 0 or as "".
ERROR = re.compile(r"#(?:N/A|[A-Z0-9/]{2,12}[!?])|Err:[0-9]{3}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SPAN = re.compile(r"(-?)PT(?:([0-9]{1,7})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,7})(?:[.,]([0-9]+))?S)?")

Attributes = dict[str, str]


def value_of(attributes: Attributes, text: str) -> Any:
    """The value of a cell; "" for none. Raises ValueError, with the content, for what is none."""
    kind = attributes.get(VALUE_TYPE, "")
    computed = COMPUTED in attributes
    if attributes.get(SHOWN_TYPE) == ERROR_TYPE:
        return ErrorText(text or "#N/A")
    if computed and ERROR.fullmatch(text):
        return ErrorText(text)
    if not kind:
        return text or (ErrorText(FORMULA) if computed else "")
    if kind == "string":
        return attributes.get(f"{OFFICE}string-value") or text
    name = "value" if kind in NUMBERS else f"{kind}-value"
    content = attributes.get(f"{OFFICE}{name}")
    if content is None and computed:
        return ErrorText(FORMULA)
    return _typed(kind, text if content is None else content)


def _typed(kind: str, content: str) -> Any:
    """A value that is no text."""
    match kind:
        case "float" | "percentage" | "currency":
            return _number(content)
        case "boolean" if content in ("true", "false"):
            return content == "true"
        case "date":
            return _moment(content)
        case "time":
            return _span(content)
    raise ValueError(content)


def _number(content: str) -> float:
    if not NUMBER.fullmatch(content) and content not in ("INF", "-INF", "NaN"):
        raise ValueError(content)
    return float(content)


def _moment(content: str) -> date | datetime | ErrorText:
    """A day, with its time where it has one; what no calendar has is an error of its cell."""
    try:
        if DAY.fullmatch(content):
            return date.fromisoformat(content)
        return datetime.fromisoformat(content.removesuffix("Z"))
    except ValueError:
        return ErrorText(content)


def _span(content: str) -> timedelta | ErrorText:
    found = SPAN.fullmatch(content)
    if found is None:
        return ErrorText(content)
    sign, hours, minutes, seconds, _fraction = found.groups()
    span = timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return -span if sign else span
