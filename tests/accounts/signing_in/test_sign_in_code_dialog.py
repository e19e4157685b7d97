"""The second step of a sign-in in the dialog over a page whose session has ended."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.core.names import mask_mobile
from accounts.signing_in.sessions import mark_of
from tests.accounts.signing_in.second_steps import CODE_PAGE, PURPOSE, change_waiting, text_of
from tests.accounts.signing_in.session_of import fragment, home
from tests.accounts.signing_in.signing import answer_to, key_on
from tests.accounts.signing_in.sms import code_for
from tests.factories import PASSWORD
from tests.people import Side

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asking(settings: Settings) -> None:
    """New browsers are asked for a code."""
    settings.PORTAL_SIGN_IN_SMS = "new-device"


def first_step_in_dialog(client: Client, name: str, mark: str) -> Any:
    key = key_on(fragment(client, "GET", f"/login/?again={mark}"))
    data = {"username": name, "password": PASSWORD, "captcha_0": key, "again": mark}
    return fragment(client, "POST", "/login/", {**data, "captcha_1": answer_to(key)})


def test_both_steps_stand_in_the_same_dialog(client: Client, maker: Side) -> None:
    mobile, mark = maker.agent.mobile, mark_of(maker.agent.account)
    step = first_step_in_dialog(client, mobile, mark)
    for page in (
        step,
        fragment(client, "POST", CODE_PAGE, {"again": mark, "sms_code": "12"}),
        fragment(client, "POST", CODE_PAGE, {"again": mark, "send": "1"}),
    ):
        assert page.status_code == 200
        assert 'id="sign-in-again"' in text_of(page)
        assert f'name="again" value="{mark}"' in text_of(page)
        assert mask_mobile(mobile) in text_of(page)
        assert "<html" not in text_of(page)
    sent = {"again": mark, "sms_code": code_for(PURPOSE, mobile)}
    answer = fragment(client, "POST", CODE_PAGE, sent)
    assert answer.status_code == 204
    assert '"signed-in": {"token": "' in answer["HX-Trigger"]
    assert client.get(home(maker)).status_code == 200


def test_another_account_leaves_the_page(client: Client, maker: Side) -> None:
    mark = mark_of(maker.unit.account)
    first_step_in_dialog(client, maker.agent.mobile, mark)
    sent = {"again": mark, "sms_code": code_for(PURPOSE, maker.agent.mobile)}
    assert fragment(client, "POST", CODE_PAGE, sent)["HX-Redirect"] == "/start/"


def test_too_late_in_the_dialog_is_said_in_the_dialog(client: Client, maker: Side) -> None:
    mark = mark_of(maker.agent.account)
    first_step_in_dialog(client, maker.agent.mobile, mark)
    change_waiting(client, until=0)
    answer = fragment(client, "POST", CODE_PAGE, {"again": mark, "sms_code": "123456"})
    assert answer["Location"] == f"/login/?ended=code&again={mark}"
    card = text_of(fragment(client, "GET", answer["Location"]))
    assert "短信验证没有在 10 分钟内完成" in card
    assert f'name="again" value="{mark}"' in card
    assert "<html" not in card
