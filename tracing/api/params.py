"""What a call asks: the names of its `param` in either case, each measured before it is used.

A `Parameter` says what its value must be; its `type` is read here as the JSON Schema it is, of
which these words are used: type, minimum, maximum, enum, format date, and maxItems of an array of
texts, for which the parameter's `length` is that of one. Rows are an array too, and looked at where
they are taken in. All that is wrong with a message is refused at once, each with the name as its
place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from portal.lib.refused import Refusal, Refused, refusal
from tracing.api.interfaces import Parameter
from tracing.core.paging import MOST_ROWS, Page
from tracing.uploads.arrays import kind_word

# Further pages hold nothing: no list is so long.
MOST_PAGES = 1_000_000_000
# Of a text that a refusal quotes.
QUOTED = 60
# Of unknown names so many are told; a message may hold a million.
MOST_UNKNOWN = 10
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

USUAL_SIZE = 10


class Asked(NamedTuple):
    """Which page of a list, of how many rows."""

    number: int
    size: int


def text(name: str, label: str, length: int, expected: str = "", **more: Any) -> Parameter:
    """A parameter that is a text of at most so many characters."""
    expected = expected or f"应为不超过 {length} 个字符的文字"
    return Parameter(name, label, "string", expected, length=length, **more)


def day(name: str, label: str, **more: Any) -> Parameter:
    """A parameter that is a local day."""
    kind = {"type": "string", "format": "date"}
    expected = "应为 2024-11-20 样式的日期（北京时间，含当日）"
    return Parameter(name, label, kind, expected, example="2024-11-20", **more)


def whole(name: str, label: str, most: int, note: str, **more: Any) -> Parameter:
    """A parameter that is a whole number from 1 on; `note` goes on with what is expected."""
    kind = {"type": "integer", "minimum": 1, "maximum": most}
    return Parameter(name, label, kind, f"应为 1 至 {most} 的整数，{note}", **more)


CURRENT_PAGE = whole("CURRENT_PAGE", "当前页", MOST_PAGES, "从 1 开始", required=True, example=1)
PAGE_SIZE = whole("PAGE_SIZE", "每页条数", MOST_ROWS, f"不填为 {USUAL_SIZE}", example=USUAL_SIZE)
PAGING = (CURRENT_PAGE, PAGE_SIZE)
BEGIN_DATE = day("BEGIN_DATE", "开始日期")
END_DATE = day("END_DATE", "结束日期")


def read(
    parameters: Sequence[Parameter], param: Mapping[str, Any], *, blanks: bool = False
) -> dict[str, Any]:
    """The values of a `param` by the names of the parameters, dates as dates; what is null is left
    out, and an empty text too unless `blanks` are values. Raises Refused for names and values that
    are none.
    """
    known = {parameter.name: parameter for parameter in parameters}
    found, wrong = _named(known, param)
    empty = (None,) if blanks else (None, "")
    stripped = {n: value.strip() if isinstance(value, str) else value for n, value in found.items()}
    filled = {name: value for name, value in stripped.items() if value not in empty}
    for parameter in parameters:
        if parameter.name in filled:
            wrong += filter(None, [_flaw(parameter, filled[parameter.name])])
        elif parameter.required:
            wrong.append(_refused("param_missing", parameter))
    if wrong:
        raise Refused.of(*wrong)
    return {name: _value(known[name], value) for name, value in filled.items()}


def _named(
    known: Mapping[str, Parameter], param: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Refusal]]:
    """The values by the names of parameters, and what is wrong with the names that are given."""
    found: dict[str, Any] = {}
    twice: list[Refusal] = []
    unknown: list[Refusal] = []
    names_by_small = {name.lower(): name for name in known}
    for given, value in param.items():
        name = names_by_small.get(given.lower() if given.isascii() else given)
        if name is None:
            if len(unknown) < MOST_UNKNOWN:
                names = "、".join(known)
                one = refusal("param_unknown", field=given[:QUOTED], fields=names, place="")
                unknown.append(one)
        elif name in found:
            twice.append(refusal("param_twice", field=name, place=name))
        else:
            found[name] = value
    return found, unknown + twice


def page_asked(asked: Mapping[str, Any]) -> Asked:
    """The page that a query asks for."""
    return Asked(asked[CURRENT_PAGE.name], asked.get(PAGE_SIZE.name, USUAL_SIZE))


def days_asked(
    asked: Mapping[str, Any],
    first: Parameter = BEGIN_DATE,
    last: Parameter = END_DATE,
    most: int | None = None,
) -> tuple[date, date] | None:
    """Two days, both of them or none. Raises Refused for one alone, for days that end before they
    begin, and for more than `most`.
    """
    start: date | None = asked.get(first.name)
    end: date | None = asked.get(last.name)
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise Refused.of(_refused("param_missing", first if start is None else last))
    if end < start:
        raise Refused(
            "days_reversed",
            first=first.name,
            last=last.name,
            start=start.isoformat(),
            end=end.isoformat(),
            place=last.name,
        )
    count = (end - start).days + 1
    if most is not None and count > most:
        raise Refused("days_too_many", days=str(count), limit=str(most), place=last.name)
    return start, end


def one_of(asked: Mapping[str, Any], parameters: Sequence[Parameter]) -> None:
    """Raises Refused where a query gives none of several parameters."""
    if not any(parameter.name in asked for parameter in parameters):
        names = "、".join(parameter.name for parameter in parameters)
        raise Refused("param_one_of", fields=names, place=parameters[0].name)


def only_one_of(asked: Mapping[str, Any], parameters: Sequence[Parameter]) -> Parameter:
    """The one of several parameters that a query gives. Raises Refused for none and for several."""
    one_of(asked, parameters)
    given = [parameter for parameter in parameters if parameter.name in asked]
    if len(given) > 1:
        names = "、".join(parameter.name for parameter in given)
        raise Refused("param_only_one_of", fields=names, place=given[1].name)
    return given[0]


def paged(page: Page[Any], asked: Asked, row: Callable[[Any], Any]) -> dict[str, Any]:
    """A page as the data of an answer; a page past the end has no rows."""
    rows = page.rows if page.number == asked.number else ()
    return {
        "total": page.total,
        "current_page": asked.number,
        "page_size": asked.size,
        "rows": [row(one) for one in rows],
    }


def _type_of(parameter: Parameter) -> Mapping[str, Any]:
    kind = parameter.type
    return {"type": kind} if isinstance(kind, str) else kind


def _flaw(parameter: Parameter, value: Any) -> Refusal | None:
    return _FLAWS[_type_of(parameter)["type"]](parameter, value)


def _integer_flaw(parameter: Parameter, value: Any) -> Refusal | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return _unfit(parameter, value)
    kind = _type_of(parameter)
    if not kind["minimum"] <= value <= kind["maximum"]:
        return _refused("param_out_of_range", parameter, found=str(value)[:QUOTED])
    return None


def _text_flaw(parameter: Parameter, value: Any) -> Refusal | None:
    if flaw := _plain_flaw(parameter.name, value, parameter):
        return flaw
    kind = _type_of(parameter)
    if kind.get("format") == "date" and _day_of(value) is None:
        return _refused("param_not_day", parameter, found=value[:QUOTED])
    if "enum" in kind and value not in kind["enum"]:
        return _refused("param_no_choice", parameter, found=value[:QUOTED])
    return None


def _truth_flaw(parameter: Parameter, value: Any) -> Refusal | None:
    return None if isinstance(value, bool) else _unfit(parameter, value)


def _array_flaw(parameter: Parameter, value: Any) -> Refusal | None:
    if parameter.length is None:
        return None
    if not isinstance(value, list):
        return _unfit(parameter, value)
    most = _type_of(parameter)["maxItems"]
    if not 1 <= len(value) <= most:
        return _refused("param_wrong_count", parameter, found=str(len(value)))
    for place, item in enumerate(value, 1):
        if flaw := _plain_flaw(f"{parameter.name}[{place}]", item, parameter):
            return flaw
    return None


def _plain_flaw(place: str, value: Any, parameter: Parameter) -> Refusal | None:
    """What is wrong with a text, or with one text of an array, that stands at a place."""
    if not isinstance(value, str) or "\0" in value:
        found = "含空字符的文字" if isinstance(value, str) else kind_word(value)
        expected = "应为文字" if place != parameter.name else parameter.expected
        return refusal("param_unfit", field=place, found=found, expected=expected, place=place)
    if parameter.length is not None and len(value) > parameter.length:
        found, limit = str(len(value)), str(parameter.length)
        return refusal("param_too_long", field=place, found=found, limit=limit, place=place)
    return None


_FLAWS: dict[str, Callable[[Parameter, Any], Refusal | None]] = {
    "boolean": _truth_flaw,
    "integer": _integer_flaw,
    "string": _text_flaw,
    "array": _array_flaw,
}


def _value(parameter: Parameter, value: Any) -> Any:
    return _day_of(value) if _type_of(parameter).get("format") == "date" else value


def _day_of(value: str) -> date | None:
    # Python reads more forms of ISO 8601 than people write here.
    try:
        return date.fromisoformat(value) if DAY.fullmatch(value) else None
    except ValueError:
        return None


def _unfit(parameter: Parameter, value: Any) -> Refusal:
    return _refused("param_unfit", parameter, found=kind_word(value))


def _refused(code: str, parameter: Parameter, **detail: str) -> Refusal:
    detail = {**detail, "field": parameter.name, "expected": parameter.expected}
    return refusal(code, place=parameter.name, **detail)
