"""Texts that would cost far more than their size, sent to every kind of page that takes text."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from accounts.agents import identity
from accounts.core.names import TYPED_LENGTH, Typed, canonical
from accounts.rights.catalogue import blocks, found
from accounts.signing_in import pictures, sms_codes
from accounts.signing_in.models import SmsCode
from accounts.signing_in.passwords import LengthValidator, folded
from accounts.units import certificates
from accounts.units.forms_closing import _plain
from portal.lib import folding
from tests.accounts.signing_in.signing import answer_to, key_on
from tests.people import Side, client_of

AFTER, BELOW = "\u0315", "\u0316"
# What stopped the whole site for a minute, sent four times at once.
WILD = "a" + AFTER * 150_000 + BELOW * 150_000
SMALLER = "a" + AFTER * 20_000 + BELOW * 20_000
LIGATURES = "\ufdfa" * 100_000
LONG = "x" * 100_000
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def folds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of the texts that are folded; none may be longer than a password's room."""
    lengths: list[int] = []

    def noted(form: Any, text: str) -> str:
        lengths.append(len(text))
        assert len(text) <= 2_304, "a text was folded that was not measured"
        return normalize(form, text)

    monkeypatch.setattr(folding, "normalize", noted)
    return lengths


def addresses(maker: Side) -> list[str]:
    return [
        "/recover/",
        "/register/agent/",
        "/login/",
        "/admin/login/",
        f"/u/{maker.unit.slug}/agents/add/",
        "/account/contact/",
    ]


def clients(maker: Side) -> list[Client]:
    everyone = [Client(), client_of(maker.agent.account), client_of(maker.unit.account)]
    for client in everyone:
        client.raise_request_exception = False
    return everyone


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_the_posts_that_stopped_the_site_are_not_read(maker: Side, kind: str) -> None:
    """Red before: each held the interpreter for tens of seconds."""
    fields = {"captcha_0": "0-0", "captcha_1": WILD, "send": "1", "username": "a"}
    for address in addresses(maker):
        for client in clients(maker):
            if kind == "multipart":
                answer = client.post(address, fields)
            else:
                body = "&".join(f"{name}={quote(text)}" for name, text in fields.items())
                answer = client.post(address, body, FORM)
            assert answer.status_code == 400, address
            limit = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024}K"
            assert f"超过 {limit}，没有接收" in answer.content.decode()


@pytest.mark.parametrize("field", ["captcha_1", "captcha_0", "username", "mobile", "next", "page"])
def test_endless_marks_are_refused_in_words(maker: Side, field: str) -> None:
    for address in addresses(maker):
        for client in clients(maker):
            answer = client.post(address, {"send": "1", field: SMALLER})
            assert answer.status_code == 400, address
            assert "组合符号" in answer.content.decode()
    assert Client(raise_request_exception=False).get("/login/", {field: SMALLER}).status_code == 400
    assert Client(raise_request_exception=False).get(f"/{quote(SMALLER)}").status_code == 400


@pytest.mark.parametrize("text", [LONG, LIGATURES], ids=["long", "ligatures"])
@pytest.mark.parametrize("way", ["send", "another", "submit"])
def test_what_is_too_long_is_a_fault_of_its_field(maker: Side, text: str, way: str) -> None:
    together = [
        ("captcha_0", "captcha_1", "username", "mobile"),
        ("sms_code", "password", "next"),
    ]
    for address in addresses(maker):
        for client in clients(maker):
            for names in together:
                answer = client.post(address, {way: "1", **dict.fromkeys(names, text)})
                assert answer.status_code < 500, address


def test_a_picture_that_is_answered_wildly_is_used_up(db: None, client: Client) -> None:
    for text in ("a" + AFTER * 31, "x" * 33, "\ufdfa" * 2):
        key = key_on(client.get("/recover/"))
        answer = client.post(
            "/recover/", {"captcha_0": key, "captcha_1": text, "username": "nobody"}
        )
        assert answer.status_code in (200, 400, 422)
        request = client.get("/recover/").wsgi_request
        assert not pictures.redeem(request, key, "anything")


def test_a_right_answer_still_counts_in_any_width(db: None, client: Client) -> None:
    key = key_on(client.get("/recover/"))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in answer_to(key))
    assert pictures.redeem(client.get("/recover/").wsgi_request, key, f" {wide} ")


@pytest.mark.parametrize("text", [WILD, LIGATURES, LONG, "1" * 300, "\ufdfa" * 200])
def test_no_text_passes_for_a_name_a_number_or_a_code(text: str, db: None) -> None:
    name = canonical(text)
    assert len(name.name) <= TYPED_LENGTH
    assert not name.is_uscc
    number = identity.tidy_id_number(text)
    assert identity.id_number_problem("02", number) is not None
    assert not sms_codes.redeem(SmsCode.Purpose.RECOVER, "13800000000", text)
    assert not certificates._codes_in(text)
    assert _plain(text) != _plain("测试单位")
    assert folded(text)
    assert found(text) == ()


def test_the_name_in_the_middle_of_a_long_text_is_nobodys() -> None:
    assert canonical(" 1 3 8-0013-8000 ") == Typed("13800138000", is_uscc=False)
    assert canonical("13800138000" + "-" * 60).name != "13800138000"
    assert canonical("13800138000" + " " * 300).name == "13800138000"


def test_a_password_may_hold_anything_but_endless_marks() -> None:
    LengthValidator().validate("\ufdfa" * 64)
    LengthValidator().validate(("é" + AFTER * 29) * 4)
    with pytest.raises(Exception, match="第 10 个字符上叠加了 30 个以上的组合符号"):
        LengthValidator().validate("correct ho" + AFTER * 31)


@pytest.mark.parametrize(("address", "field"), [("/services/", "q"), ("agents/", "name")])
def test_a_search_that_is_too_long_is_said_and_not_cut(
    maker: Side, address: str, field: str
) -> None:
    client = client_of(maker.unit.account)
    place = address if address.startswith("/") else f"/u/{maker.unit.slug}/{address}"
    answer = client.get(place, {field: "药" * 1_000})
    assert answer.status_code == 200
    assert "现在有 1000 个" in answer.content.decode()
    assert len(found("")) == len(blocks())


def test_a_request_of_many_fields_is_refused_in_words(db: None, client: Client) -> None:
    client.raise_request_exception = False
    answer = client.post("/login/", {f"f{n}": "" for n in range(201)})
    assert answer.status_code == 400
    assert "超过 200 项" in answer.content.decode()


def test_any_other_broken_request_is_answered_as_before(db: None, client: Client) -> None:
    client.raise_request_exception = False
    assert "请求无法识别" in client.get("/login/?next=%00").content.decode()
