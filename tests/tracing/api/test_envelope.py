"""The message around a call: every refusal of it by a real call, and nothing personal in any."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from io import BytesIO, RawIOBase
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.keys import signing
from accounts.keys.authentication import WINDOW
from accounts.keys.models import InterfaceKey
from portal.lib.refused import Refused, echoed
from tests.access_interfaces import STATES
from tests.people import Side
from tests.tracing.api.calls import ADDRESS, PARAM, call, code, envelope, passed, post
from tracing.api.authentication import LARGEST_BODY, PIECE, POURED, body_of
from tracing.api.envelope import guide_envelope

pytestmark = pytest.mark.django_db

PERSON = "421083198911111111"


def in_state(name: str) -> dict[str, Any]:
    """The columns of a key that stands so."""
    return {column: value() for column, value in STATES[name].columns.items()}


def changed(**fields: Any) -> Callable[[dict[str, Any]], Any]:
    """The message with other fields; None takes one out."""

    def change(message: dict[str, Any]) -> dict[str, Any]:
        merged = {**message, **fields}
        return {name: value for name, value in merged.items() if value is not None}

    return change


def text_of(message: Any) -> str:
    return json.dumps(message, ensure_ascii=False)


def twice(message: dict[str, Any]) -> str:
    return text_of(message)[:-1] + ',"ak":"x"}'


def with_param(text: str) -> Callable[[dict[str, Any]], str]:
    return lambda message: text_of({**message, "param": 0}).replace('"param": 0', text)


def test_a_right_call_passes_with_seconds_and_with_milliseconds(key: InterfaceKey) -> None:
    now = time.time()
    for timestamp in (str(int(now)), str(int(now * 1000) + 1)):
        assert passed(post(ADDRESS, envelope(key, PARAM, timestamp)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda message: b"", "body_not_json"),
        (lambda message: b"\xef\xbb\xbf" + text_of(message).encode(), "body_not_json"),
        (lambda message: text_of(message).encode("gbk") + b"\xff", "body_not_json"),
        (lambda message: text_of(message).encode("utf-16"), "body_not_json"),
        (lambda message: text_of(message)[:-1], "body_not_json"),
        (twice, "body_not_json"),
        (with_param('"param":"\\ud800"'), "body_not_json"),
        (with_param('"param":NaN'), "body_not_json"),
        (with_param('"param":Infinity'), "body_not_json"),
        (with_param('"param":1e999'), "body_not_json"),
        (with_param('"param":' + "9" * 5_000), "body_not_json"),
        (with_param('"param":' + "[" * 40 + "]" * 40), "body_not_json"),
        (lambda message: [message], "body_not_object"),
        (lambda message: "null", "body_not_object"),
        (lambda message: '"text"', "body_not_object"),
        (lambda message: "12", "body_not_object"),
        (changed(ak=None), "field_missing"),
        (changed(timestamp=None), "field_missing"),
        (changed(sign=None), "field_missing"),
        (changed(param=None), "field_missing"),
        (changed(ak=1), "field_not_text"),
        (changed(timestamp=1687674798), "field_not_text"),
        (changed(sign=[]), "field_not_text"),
        (changed(ak="a" * 51), "field_too_long"),
        (changed(timestamp="1" * 31), "field_too_long"),
        (changed(sign="a" * 101), "field_too_long"),
        (changed(param={"data": []}), "param_is_object"),
        (changed(param=[]), "param_is_object"),
        (changed(param={"data": [{"a": 1}] * 600}), "param_is_object"),
        (changed(more=[0] * 1_100), "body_not_json"),
        (changed(ak="0" * 32), "key_unknown"),
        (changed(ak=PERSON), "key_unknown"),
        (changed(ak="a\r\nSet-Cookie: b=c"), "key_unknown"),
        (changed(timestamp="today"), "timestamp_unreadable"),
        (changed(timestamp="１６８７６７４７９８"), "timestamp_unreadable"),
        (changed(timestamp=PERSON[:11]), "timestamp_unreadable"),
        (changed(timestamp="-168767479"), "timestamp_unreadable"),
        (changed(sign="0" * 64), "signature_wrong"),
        (changed(sign="Ⅷ" * 64), "signature_wrong"),
        (changed(param=PARAM + " "), "signature_wrong"),
        (changed(param=PARAM.replace("n", "m")), "signature_wrong"),
    ],
)
def test_every_other_message_is_refused_by_its_own_code(
    key: InterfaceKey, change: Callable[[dict[str, Any]], Any], expected: str
) -> None:
    answer = post(ADDRESS, change(envelope(key, PARAM)))
    assert code(answer) == expected
    assert PERSON not in answer.content.decode()
    assert "\r" not in answer.json()["message"]


@pytest.mark.parametrize(
    ("param", "expected"),
    [
        ("", "param_not_json"),
        ("{", "param_not_json"),
        ('{"data":NaN}', "param_not_json"),
        ('{"data":1,"data":2}', "param_not_json"),
        ('{"data":"\\ud800"}', "param_not_json"),
        ("[]", "param_not_object"),
        ('"{}"', "param_not_object"),
        ("null", "param_not_object"),
    ],
)
def test_a_signed_param_is_read_as_strictly(key: InterfaceKey, param: str, expected: str) -> None:
    assert code(call(key, ADDRESS, param)) == expected


def test_the_spaces_of_a_param_are_signed_and_nothing_is_written_anew(key: InterfaceKey) -> None:
    for param in (
        '{"data": "none"}',
        '{"data":"none"}',
        '{\n"data":"\\u006eone"}',
        '{"data":"无"}',
    ):
        assert passed(call(key, ADDRESS, param)), param


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_one_changed_character_anywhere_is_refused(key: InterfaceKey, data: st.DataObject) -> None:
    message = envelope(key, PARAM)
    field = data.draw(st.sampled_from(sorted(message)))
    place = data.draw(st.integers(0, len(message[field]) - 1))
    letter = data.draw(st.characters(exclude_categories=["Cs"]))
    wrong = message[field][:place] + letter + message[field][place + 1 :]
    if wrong.lower() != message[field].lower():
        read = guide_envelope(text_of({**message, field: wrong}).encode())
        assert not signing.same(read.sign, read.expected(key.sk)) or read.ak != key.ak


@pytest.mark.parametrize("late", [-WINDOW - 5, WINDOW + 5])
@pytest.mark.parametrize("unit", [1, 1000])
def test_a_time_outside_the_window_is_told_the_servers(
    key: InterfaceKey, late: int, unit: int
) -> None:
    answer = post(ADDRESS, envelope(key, PARAM, str((int(time.time()) + late) * unit)))
    assert code(answer) == "time_outside_window"
    said = answer.json()
    told = [word for word in said["message"].split() if word.isdigit() and len(word) == 10]
    assert any(abs(int(word) - int(said["timestamp"])) <= 1 for word in told)
    assert answer["WWW-Authenticate"] == "Signature"


@pytest.mark.parametrize("late", [-WINDOW + 30, WINDOW - 30])
def test_a_time_within_the_window_passes(key: InterfaceKey, late: int) -> None:
    assert passed(post(ADDRESS, envelope(key, PARAM, str(int(time.time()) + late))))


def test_a_call_is_taken_once(key: InterfaceKey) -> None:
    message = envelope(key, PARAM)
    assert passed(post(ADDRESS, message))
    assert code(post(ADDRESS, message)) == "call_replayed"
    assert code(post(ADDRESS, {**message, "sign": message["sign"].upper()})) == "call_replayed"


def test_a_wrong_signature_uses_nothing_up(key: InterfaceKey) -> None:
    message = envelope(key, PARAM)
    assert code(post(ADDRESS, {**message, "param": "{}"})) == "signature_wrong"
    assert passed(post(ADDRESS, message))


def test_the_state_of_a_key_is_told_to_nobody_who_has_no_sk(key: InterfaceKey) -> None:
    InterfaceKey.everything.filter(pk=key.pk).update(**in_state("frozen"))
    assert code(post(ADDRESS, {**envelope(key, PARAM), "sign": "0" * 64})) == "signature_wrong"


@pytest.mark.parametrize("state", STATES)
def test_a_key_that_may_not_is_refused_by_the_reason(key: InterfaceKey, state: str) -> None:
    InterfaceKey.everything.filter(pk=key.pk).update(**in_state(state))
    assert code(call(key, ADDRESS, PARAM)) == STATES[state].code


def test_a_key_without_the_scope_is_refused(key: InterfaceKey) -> None:
    InterfaceKey.everything.filter(pk=key.pk).update(scopes=["maker-query"])
    assert code(call(key, ADDRESS, PARAM)) == "scope_missing"


def test_a_key_does_nothing_that_its_unit_can_do_no_more(key: InterfaceKey, maker: Side) -> None:
    maker.unit.is_maker, maker.unit.is_distributor = False, True
    maker.unit.save()
    assert code(call(key, ADDRESS, PARAM)) == "scope_not_of_unit"


def test_a_key_without_a_holder_may_nothing(key: InterfaceKey, maker: Side) -> None:
    maker.unit.approved_at = None
    maker.unit.save()
    assert code(call(key, ADDRESS, PARAM)) == "key_without_holder"


@pytest.mark.parametrize(
    ("networks", "address", "passes"),
    [
        (["192.0.2.0/24"], "192.0.2.7", True),
        (["192.0.2.0/24"], "::ffff:192.0.2.7", True),
        (["192.0.2.7/32"], "192.0.2.8", False),
        (["192.0.2.0/24"], "::ffff:198.51.100.1", False),
        (["2001:db8::/32"], "2001:db8::1", True),
        (["2001:db8::/32"], "2001:db9::1", False),
        (["2001:db8::/32", "192.0.2.0/24"], "192.0.2.1", True),
        (["0.0.0.0/0"], "2001:db8::1", False),
        (["192.0.2.0/24"], "", False),
    ],
)
def test_a_key_is_used_from_its_own_addresses(
    key: InterfaceKey, networks: list[str], address: str, passes: bool
) -> None:
    key.networks = networks
    key.save()
    answer = Client(REMOTE_ADDR=address).post(
        f"/api/v1/{ADDRESS}", text_of(envelope(key, PARAM)), content_type="application/json"
    )
    assert passed(answer) is passes
    assert passes or code(answer) == "address_not_allowed"


def test_a_body_beyond_the_limit_is_not_read_to_its_end(key: InterfaceKey) -> None:
    answer = post(ADDRESS, b"[" * (LARGEST_BODY + 1))
    assert code(answer) == "body_too_large"
    assert "8" in answer.json()["message"]


def reading(request: WSGIRequest, **more: Any) -> WSGIRequest:
    for name, value in more.items():
        setattr(request, name, value)
    return request


class Endless(RawIOBase):
    """A body without an end, of which is counted what is read."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        """As much as is asked for."""
        self.given += size
        return b"x" * size


def posted(**meta: Any) -> WSGIRequest:
    return RequestFactory().post("/", b"{}", content_type="application/json", **meta)


@pytest.mark.parametrize("length", ["", str(LARGEST_BODY + 1), "9" * 15])
def test_of_a_body_without_an_end_so_much_is_read_and_no_more(length: str) -> None:
    """A part is poured away, for whoever still sends to see the answer."""
    endless = Endless()
    request = posted(
        **{"CONTENT_LENGTH": length, "wsgi.input": endless, "wsgi.input_terminated": True}
    )
    with pytest.raises(Refused) as error:
        body_of(request)
    assert error.value.code == "body_too_large"
    assert endless.given <= LARGEST_BODY + 1 + POURED + PIECE


def test_a_body_in_chunks_is_read() -> None:
    """By the web server, which knows its end."""
    meta = {"CONTENT_LENGTH": "", "wsgi.input": BytesIO(b"{}"), "wsgi.input_terminated": True}
    assert body_of(posted(**meta)) == b"{}"


@pytest.mark.parametrize(
    "read",
    [
        Mock(side_effect=UnreadablePostError("cut")),
        Mock(side_effect=ValueError("no chunk")),
        Mock(return_value=b"{"),
    ],
)
def test_a_body_that_never_comes_whole_is_refused(
    read: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = posted()
    monkeypatch.setattr(request, "read", read)
    with pytest.raises(Refused) as error:
        body_of(request)
    assert error.value.code == "body_incomplete"


def test_signatures_are_compared_in_a_time_that_tells_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the one function that is made for it, and by no other comparison."""
    compared = Mock(return_value=True)
    monkeypatch.setattr("accounts.keys.signing.hmac.compare_digest", compared)
    assert signing.same("AB", "cd")
    compared.assert_called_once_with(b"ab", b"cd")


def test_what_was_sent_comes_back_cut_and_printable() -> None:
    assert echoed("abc") == "abc"
    assert PERSON not in echoed(PERSON)
    assert echoed("a\r\nb\x00\u202e") == "a··b··"
    assert echoed("x" * 100).startswith("xxxxxx…")
