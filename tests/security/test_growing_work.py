"""Work that could grow faster than its input: patterns, numbers, headers, addresses, depth."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.test import Client
from django.urls import get_resolver
from pytest_django.fixtures import Settings

from tests.people import Side, client_of
from tests.structure import PRODUCT, module_of, sources
from tests.walking import addresses
from tracing.records import trace_codes
from tracing.records.column_kinds import Number
from tracing.records.terms import Bad
from tracing.uploads import row_keys

# The standard library's own reader of patterns, which has no types.
_constants: Any = importlib.import_module("re._constants")
_parser: Any = importlib.import_module("re._parser")
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
APART = {"management", "benchmarks", "demo", "synthetic"}


def patterns_in(value: Any, name: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The compiled patterns in a value of a module, also in tuples of rules."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, tuple | list):
        for place, each in enumerate(value):
            inner = each if isinstance(each, re.Pattern) else getattr(each, "pattern", None)
            yield from patterns_in(inner, f"{name}[{place}]")


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern that a module of the product keeps."""
    found: dict[str, re.Pattern[Any]] = {}
    for file in sources(*PRODUCT):
        if not APART & set(file.parts):
            module = importlib.import_module(module_of(file))
            for name, value in vars(module).items():
                found.update(patterns_in(value, f"{module.__name__}.{name}"))
    return found


def endless_in_endless(parsed: Any, inside: bool = False) -> bool:
    """Whether a repeat without an end stands within another: that can take 2 to the power of n."""
    for kind, what in parsed:
        if kind in REPEATS:
            endless = what[1] is _constants.MAXREPEAT
            if (endless and inside) or endless_in_endless(what[2], inside or endless):
                return True
        elif isinstance(what, tuple | list):
            parts = what if kind is not _constants.BRANCH else what[1]
            for part in parts:
                if isinstance(part, _parser.SubPattern) and endless_in_endless(part, inside):
                    return True
        elif isinstance(what, _parser.SubPattern) and endless_in_endless(what, inside):
            return True
    return False


@pytest.mark.parametrize(
    ("pattern", "nested"),
    [
        (r"(a+)+", True),
        (r"(?:x|(?:[0-9]*,)*)y", True),
        (r"(?=(a*)*)b", True),
        (r"(?>(?:a+)*)", True),
        (r"[0-9]{1,3}(?:,[0-9]{3})+", False),
        (r"a+b+c*", False),
    ],
)
def test_nested_repeats_are_found(pattern: str, nested: bool) -> None:
    assert endless_in_endless(_parser.parse(pattern)) is nested


def test_no_pattern_repeats_what_repeats() -> None:
    found = patterns()
    assert len(found) > 40
    nested = [
        name
        for name, pattern in found.items()
        if endless_in_endless(_parser.parse(pattern.pattern, pattern.flags))
    ]
    assert nested == []


def test_the_address_of_a_code_is_looked_through_once() -> None:
    """It went back to every code of the cell, and from each to the end again."""
    assert "(?>" in trace_codes._URL.pattern
    code = "8" + "0" * 19
    assert trace_codes.canonical(f"https://a.example/?c={code}&x=1") == code
    assert trace_codes.canonical(f"https://a.example/{code}/8{'1' * 19}") == code
    assert trace_codes.canonical(f"https://{code}1/{code}") == code
    broken = f"https://a.example/{code}\n"
    assert trace_codes.canonical(broken) == broken


@pytest.mark.parametrize(
    "text", ["9" * 1_000, "1e999999999", "1E+400", "1," * 400 + "1", "-" * 900, "0." + "1" * 900]
)
def test_a_number_of_many_digits_is_none_of_ours(text: str) -> None:
    assert isinstance(Number(10, 2).parse(text), Bad)


@pytest.mark.parametrize("number", [1e308, -1e308, 5e-324, float("inf"), float("nan"), 10**400])
def test_a_number_of_any_size_is_judged(number: float) -> None:
    assert isinstance(Number(10, 2).parse(number), Bad | Decimal)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 50_000, '["' + "9" * 100_000, "9" * 5_000]
)
def test_json_of_any_depth_is_no_key(text: str) -> None:
    with pytest.raises(BadRequest):
        row_keys.read("circulation", text)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("x-forwarded-for", "1," * 4_000),
        ("x-forwarded-for", ":" * 8_000),
        ("x-forwarded-for", "1." * 4_000),
        ("cookie", "a=b;" * 2_000),
        ("cookie", 'device="' + "\\041" * 2_000 + '"'),
        ("cookie", "sessionid=" + "x" * 8_000),
        ("accept-language", "zh-" * 2_500),
        ("range", "bytes=" + "9" * 8_000 + "-"),
        ("range", "bytes=" + "0-1," * 2_000),
        ("if-modified-since", "Mon, " * 1_600),
        ("if-none-match", '"a",' * 2_000),
        ("content-type", "a/b" + ';a="b' * 1_600),
        ("content-type", "multipart/form-data; boundary=" + "x" * 8_000),
        ("hx-current-url", "//[" * 2_000),
        ("referer", "http://[::" + "1:" * 3_000),
        ("user-agent", "Edg Chrome/" * 700),
        ("x-request-id", "a" * 8_000),
        ("content-length", "9" * 5_000),
    ],
)
def test_a_header_as_long_as_the_server_lets_in_harms_nothing(
    header: str, value: str, db: None, settings: Settings
) -> None:
    assert len(value) <= 8_190
    settings.PORTAL_PROXIES = 1
    client = Client(raise_request_exception=False, headers={header: value})
    for address in ("/login/", "/healthz", "/services/?q=a", "/nothing"):
        assert client.get(address).status_code < 500
    assert client.post("/recover/", {"username": "a"}).status_code < 500


def filled(route: str, slug: str) -> str:
    """An address of the map with the longest numbers and words in its places."""
    route = route.replace("<unit:slug>", slug)
    route = re.sub(r"<int:\w+>", "9" * 4_500, route)
    return "/" + re.sub(r"<[^>]+>", "a" * 1_000, route).lstrip("^/").rstrip("$")


def test_an_address_with_the_longest_numbers_is_answered(maker: Side) -> None:
    clients = [client_of(maker.agent.account), client_of(maker.unit.account), Client()]
    seen = 0
    for route, _ in addresses(get_resolver()):
        if "<" not in route or "(" in route:
            continue
        for client in clients:
            client.raise_request_exception = False
            answer = client.get(filled(route, maker.unit.slug))
            assert answer.status_code < 500, route
            seen += 1
    assert seen > 60
