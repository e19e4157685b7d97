"""Two readers of one text of JSON see the same value, or ours refuses it."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.lib import strict_json
from portal.lib.strict_json import (
    MOST_DEPTH,
    NotStrict,
    TooManyValues,
    decoded,
    first_repeated,
    parsed,
)

TEXTS = st.text(max_size=12)
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


def last_wins(text: str) -> Any:
    """A reader that lets the last of two names win."""
    return json.loads(text)


def first_wins(text: str) -> Any:
    """A reader that lets the first of two names win."""
    return json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs)))


def as_sent(value: Any) -> bool:
    """Whether UTF-8 can hold all of a value."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_what_others_write_is_read_as_it_was(value: Any, ascii_only: bool, indent: int) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    if as_sent(value):
        assert parsed(decoded(text.encode())) == value
    else:
        with pytest.raises(NotStrict):
            parsed(text)


TOKENS = st.sampled_from(
    ['"a"', '"b"', ":", ",", "{", "}", "[", "]", "1", "-0", "1e400", "NaN", "Infinity", "-Infinity",
     "true", "null", '"\\ud800"', '"\\ud83d\\ude00"', '"\\u0061"', " ", "01", "1.", "'a'", "//",
     "\ufeff"]
)  # fmt: skip
OBJECTS = st.lists(st.tuples(st.sampled_from(['"a"', '"\\u0061"', '"b"']), SCALARS), max_size=4)


@given(st.one_of(st.lists(TOKENS, max_size=12).map("".join), st.text(max_size=30)))
@example('{"a":1,"a":2}')
@example('{"a":1,"\\u0061":2}')
@example("1e400")
def test_two_readers_agree_or_it_is_refused(text: str) -> None:
    try:
        value = parsed(text)
    except NotStrict:
        return
    assert value == last_wins(text) == first_wins(text)
    assert as_sent(value)


@given(OBJECTS)
def test_a_name_given_twice_is_refused_however_it_is_written(
    pairs: list[tuple[str, Any]],
) -> None:
    text = "{" + ",".join(f"{name}:{json.dumps(value)}" for name, value in pairs) + "}"
    names = [json.loads(name) for name, _ in pairs]
    if len(set(names)) < len(names):
        with pytest.raises(NotStrict, match="同一个对象里有两个"):
            parsed(text)
    else:
        assert parsed(text) == last_wins(text)


@given(st.integers(0, 3 * MOST_DEPTH), st.sampled_from(["[]", '{"a":}']))
def test_depth_has_an_end(depth: int, shape: str) -> None:
    opening, closing = ("[", "]") if shape == "[]" else ('{"a":', "}")
    text = opening * depth + "1" + closing * depth
    if depth > MOST_DEPTH:
        with pytest.raises(NotStrict, match="嵌套超过"):
            parsed(text)
    else:
        assert parsed(text) == last_wins(text)


@pytest.mark.parametrize("depth", [10_000, 500_000])
def test_a_text_that_is_all_depth_is_refused(depth: int) -> None:
    with pytest.raises(NotStrict):
        parsed("[" * depth)


@pytest.mark.parametrize("text", ["1e400", "-1e400", "[1e999]", '{"a":1E+500}'])
def test_a_number_that_is_infinite_is_refused(text: str) -> None:
    with pytest.raises(NotStrict, match="数字"):
        parsed(text)


def test_a_number_of_too_many_digits_is_refused() -> None:
    with pytest.raises(NotStrict, match="位数过多"):
        parsed("1" * 5_000)


@given(st.binary(max_size=40))
@example(b"\xef\xbb\xbf{}")
@example(b'{"a":"\xed\xa0\x80"}')
def test_bytes_are_utf_8_json_or_refused(content: bytes) -> None:
    try:
        value = parsed(decoded(content))
    except NotStrict:
        return
    assert value == json.loads(content.decode("utf-8"))
    assert not isinstance(value, float) or math.isfinite(value)


def test_what_is_said_of_a_name_shows_no_number_of_a_person() -> None:
    number = "421083198911111111"
    with pytest.raises(NotStrict) as error:
        parsed(f'{{"{number}":1,"{number}":2}}')
    assert number not in error.value.why


class Looks:
    """Names that count how often one of them is compared."""

    compared = 0

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        Looks.compared += 1
        return isinstance(other, Looks) and self.name == other.name


def test_a_repeated_name_is_found_by_looking_at_each_name_once() -> None:
    names: Any = [Looks(str(number)) for number in range(10_000)]
    Looks.compared = 0
    again: Any = Looks("7")
    assert first_repeated([*names, names[-1], again]) is names[-1]
    assert Looks.compared <= 20
    assert first_repeated(names) is None


@pytest.mark.parametrize("many", ['{"":1}', "[]", "0", '"a"'])
def test_a_text_of_too_many_values_is_not_read(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'{{"a":[{",".join([many] * 1_001)}]}}'
    assert parsed(text)
    monkeypatch.setattr(strict_json, "json", None)
    with pytest.raises(TooManyValues):
        parsed(text, 1_000)


def test_what_stands_in_a_text_counts_for_nothing() -> None:
    inner = json.dumps({"data": [{"a": "[,{"}] * 500})
    assert parsed(json.dumps({"param": inner}), 10) == {"param": inner}
    for open_end in ('{"x":"' + '\\",' * 50, '"' + '\\"' * 50, '{"x":"' + "," * 50):
        with pytest.raises(NotStrict) as error:
            parsed(open_end, 10)
        assert not isinstance(error.value, TooManyValues)
