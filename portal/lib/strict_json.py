"""JSON from outside, read strictly: two readers of the same bytes must never see two things."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from portal.lib.refused import echoed

MOST_DEPTH = 32
# Values of one text, names not counted: more than 5,000 rows of the widest record have. Each takes
# memory, which may be a hundred times as much as its text.
MOST_VALUES = 200_000
# Of a name that is given twice: enough to find it, too little for the number of a person.
SHOWN_NAME = 16
# Looked for in every cell: a tuple is asked faster than a union.
NESTING = (dict, list)
# How a lone surrogate may come: written out, since UTF-8 cannot hold one.
# A string, or one that never ends: whatever the text is, each character is looked at once.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class NotStrict(ValueError):
    """What is wrong with a text: `why`, in Chinese."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TooManyValues(NotStrict):
    """A text of more values than are wanted, which was not read."""

    def __init__(self, most: int) -> None:
        super().__init__(f"有 {most} 个以上的值")


def decoded(content: bytes) -> str:
    """Bytes as UTF-8. Raises NotStrict."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NotStrict(f"第 {error.start + 1} 个字节起不是 UTF-8") from None


def parsed(text: str, most_values: int = MOST_VALUES) -> Any:
    """The value that a text of JSON is. Raises NotStrict for one that is none, gives a name twice
    in one object, holds half a surrogate pair, NaN or an infinite number, is nested deeper than
    MOST_DEPTH, or, as TooManyValues and before anything is made of it, holds too many values.
    """
    if _values(text) > most_values and _values(_STRING.sub("", text)) > most_values:
        raise TooManyValues(most_values)
    try:
        value = json.loads(
            text, object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_finite
        )
    except NotStrict:
        raise
    except json.JSONDecodeError as error:
        raise NotStrict(f"第 {error.lineno} 行第 {error.colno} 个字符处不是 JSON") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise NotStrict("有一个数字位数过多") from None
    if deeper(value, MOST_DEPTH):
        raise _too_deep()
    if _ESCAPED_SURROGATE.search(text) and _has_half_a_pair(value):
        raise NotStrict("有半个代理对（\\uD800 至 \\uDFFF 应成对出现）")
    return value


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = first_repeated(name for name, _ in pairs) or ""
        raise NotStrict(f"同一个对象里有两个“{echoed(twice, SHOWN_NAME)}”")
    return found


def first_repeated(names: Iterable[str]) -> str | None:
    """The first name that has been before; None where each comes once. Looks at each name once,
    since whoever sends names chooses how many."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _values(text: str) -> int:
    """At least as many values as a text holds, but one."""
    return sum(map(text.count, ",[{"))


def _constant(name: str) -> Any:
    raise NotStrict(f"有 {name}，JSON 没有这样的数字")


def _finite(digits: str) -> float:
    """A number with a point or an exponent; one that no float can hold would become infinite."""
    number = float(digits)
    if math.isinf(number):
        raise NotStrict("有一个数字过大")
    return number


def _too_deep() -> NotStrict:
    return NotStrict(f"嵌套超过 {MOST_DEPTH} 层")


def deeper(value: Any, levels: int) -> bool:
    """Whether a value is nested deeper than so many levels."""
    # Level by level: a thousand rows are one step, not a thousand calls.
    inside = [value] if isinstance(value, NESTING) else []
    for _ in range(levels):
        inside = [
            one
            for outer in inside
            for one in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(one, NESTING)
        ]
    return bool(inside)


def _has_half_a_pair(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
