"""The question whether a session lives, the card over the page, and pages left open."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.rights.queries import held_by
from accounts.signing_in.models import SignIn
from accounts.signing_in.sessions import PASSIVE, mark_of
from tests.accounts.signing_in.session_of import fragment, home, seen, sign_in_of
from tests.accounts.signing_in.signing import answer_to, key_on
from tests.factories import PASSWORD
from tests.people import Side

pytestmark = pytest.mark.django_db


def test_the_question_says_whose_session_it_is_and_how_long_it_lives(
    agent_client: Client, maker: Side, settings: Settings
) -> None:
    settings.PORTAL_IDLE = timedelta(minutes=30)
    seen(agent_client, timedelta(minutes=10))
    answer = agent_client.get("/session/", headers={PASSIVE: "true"})
    told = answer.json()
    assert told["account"] == mark_of(maker.agent.account)
    assert 20 * 60 - 30 < told["left"] <= 20 * 60
    assert (told["last"], bool(told["token"])) == (False, True)
    assert "no-store" in answer["Cache-Control"]
    row = sign_in_of(agent_client)
    long_ago = timezone.now() - timedelta(hours=9, minutes=55)
    SignIn.objects.filter(pk=row.pk).update(started_at=long_ago)
    told = agent_client.get("/session/").json()
    assert told["last"] is True
    assert told["left"] <= 5 * 60


def test_the_question_tells_nobody_anything(client: Client) -> None:
    told = client.get("/session/").json()
    assert told == {"account": "", "left": 0, "last": False, "token": ""}


def test_a_mark_tells_accounts_apart_and_nothing_about_them(maker: Side) -> None:
    agent, unit = mark_of(maker.agent.account), mark_of(maker.unit.account)
    assert agent != unit
    assert re.fullmatch("[0-9a-f]{32}", agent)


def sign_in_again(client: Client, name: str, mark: str, password: str = PASSWORD) -> Any:
    card = fragment(client, "GET", f"/login/?again={mark}")
    key = key_on(card)
    data = {
        "username": name,
        "password": password,
        "captcha_0": key,
        "captcha_1": answer_to(key.partition("-")[0]),
        "again": mark,
    }
    return fragment(client, "POST", "/login/", data)


def test_the_card_over_the_page_brings_back_on_it(client: Client, maker: Side) -> None:
    mark = mark_of(maker.agent.account)
    card = fragment(client, "GET", f"/login/?again={mark}").content.decode()
    assert "<html" not in card
    assert f'name="again" value="{mark}"' in card
    wrong = sign_in_again(client, maker.agent.mobile, mark, password="wrong-one")
    assert "账号或密码不正确" in wrong.content.decode()
    assert "<html" not in wrong.content.decode()
    answer = sign_in_again(client, maker.agent.mobile, mark)
    assert answer.status_code == 204
    assert '"signed-in": {"token": "' in answer["HX-Trigger"]
    assert client.get(home(maker)).status_code == 200


def test_another_account_leaves_the_page(client: Client, maker: Side) -> None:
    answer = sign_in_again(client, maker.unit.slug, mark_of(maker.agent.account))
    assert answer["HX-Redirect"] == "/start/"
    assert "HX-Trigger" not in answer


def test_who_is_signed_in_already_gets_no_card(agent_client: Client, maker: Side) -> None:
    mark = mark_of(maker.agent.account)
    assert "HX-Trigger" in fragment(agent_client, "GET", f"/login/?again={mark}")
    other = mark_of(maker.unit.account)
    assert "HX-Redirect" in fragment(agent_client, "GET", f"/login/?again={other}")


def test_pages_say_whose_they_are(agent_client: Client, maker: Side) -> None:
    page = agent_client.get(home(maker)).content.decode()
    assert f'data-account="{mark_of(maker.agent.account)}"' in page
    assert maker.agent.mobile not in page


def test_a_form_of_an_ended_session_stores_nothing(maker: Side) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(maker.unit.account)
    address = f"/u/{maker.unit.slug}/agents/{maker.agent.pk}/"
    token = _token(client.get(address))
    client.post("/logout/", {"csrfmiddlewaretoken": token})
    before = held_by(maker.unit, maker.agent)
    answer = client.post(address, {"csrfmiddlewaretoken": token, "business": []})
    assert answer["Location"].startswith("/login/")
    assert held_by(maker.unit, maker.agent) == before != frozenset()


def test_a_form_from_before_the_next_sign_in_stores_nothing(maker: Side) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(maker.unit.account)
    address = f"/u/{maker.unit.slug}/agents/{maker.agent.pk}/"
    token = _token(client.get(address))
    client.post("/logout/", {"csrfmiddlewaretoken": token})
    page = client.get("/login/")
    key = key_on(page)
    data = {"username": maker.unit.slug, "password": PASSWORD, "captcha_0": key}
    code = answer_to(key.partition("-")[0])
    client.post("/login/", {**data, "captcha_1": code, "csrfmiddlewaretoken": _token(page)})
    assert client.get(home(maker)).status_code == 200
    before = held_by(maker.unit, maker.agent)
    assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 403
    assert held_by(maker.unit, maker.agent) == before != frozenset()


def _token(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found
    return found[1]
