"""The second step of a sign-in: a code by SMS where the browser is new to the account."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.core.models import Account
from accounts.core.names import mask_mobile
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.signing_in.models import Device, SignIn, SmsCode
from accounts.signing_in.second_step import KEY
from tests.accounts.signing_in.second_steps import (
    CODE_PAGE,
    PURPOSE,
    asked,
    by_both_steps,
    change_waiting,
    codes,
    give,
    later,
    signed_in,
    text_of,
)
from tests.accounts.signing_in.session_of import home
from tests.accounts.signing_in.signing import answer_to, key_on, try_sign_in
from tests.accounts.signing_in.sms import code_for
from tests.factories import PASSWORD, UnitFactory
from tests.people import Side, side

pytestmark = pytest.mark.django_db

CONTACT = "19700000051"
WRONG, OVER = "短信验证码不正确、已过期或已使用", "短信验证没有在 10 分钟内完成"


@pytest.fixture(autouse=True)
def asking(settings: Settings) -> None:
    """New browsers are asked for a code, unless a test says otherwise."""
    settings.PORTAL_SIGN_IN_SMS = "new-device"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def another(client: Client, **more: Any) -> Any:
    """Press 重新发送."""
    return client.post(CODE_PAGE, {"send": "1"}, **more)


def test_where_it_is_off_nothing_changes(client: Client, maker: Side, settings: Settings) -> None:
    settings.PORTAL_SIGN_IN_SMS = "off"
    assert try_sign_in(client, maker.agent.mobile)["Location"] == home(maker)
    assert signed_in(client)
    assert codes() == 0
    assert Device.objects.get().proven_at is None


def test_an_agent_types_the_code_in_a_new_browser(client: Client, maker: Side) -> None:
    mobile = maker.agent.mobile
    asked(client, mobile)
    page = client.get(CODE_PAGE)
    assert mask_mobile(mobile) in text_of(page)
    assert mobile not in text_of(page)
    assert 'data-sms-wait="' in text_of(page)
    assert "no-store" in page["Cache-Control"]
    # Half a sign-in opens nothing, and is none.
    assert client.get(home(maker))["Location"].startswith("/login/")
    assert not SignIn.objects.exists()
    assert not OperationLog.everything.filter(action="signed-in").exists()
    before = client.session.session_key
    assert give(client, code_for(PURPOSE, mobile))["Location"] == home(maker)
    assert client.get(home(maker)).status_code == 200
    assert client.session.session_key != before
    assert KEY not in client.session
    assert SignIn.objects.get().account == maker.agent.account
    assert OperationLog.everything.filter(action="signed-in").count() == 1
    assert Device.objects.get().proven_at is not None


def test_a_unit_types_the_code_sent_to_its_contact_number(client: Client) -> None:
    own = side(UnitFactory.create(contact_mobile=CONTACT))
    asked(client, own.unit.uscc)
    assert mask_mobile(CONTACT) in text_of(client.get(CODE_PAGE))
    assert give(client, code_for(PURPOSE, CONTACT))["Location"] == home(own)
    assert client.session["_auth_user_id"] == str(own.unit.account_id)


def test_the_account_is_told_of_the_new_browser(
    client: Client, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_both_steps(Client(), maker.agent.mobile)
    later(monkeypatch)
    answer = by_both_steps(client, maker.agent.mobile)
    assert Notice.objects.get().code == "new-device"
    assert "在新设备" in text_of(client.get(answer["Location"]))


@pytest.mark.parametrize(
    ("address", "expected"), [("/notices/?a=b", "/notices/?a=b"), ("https://evil.example/", "")]
)
def test_next_is_kept(client: Client, maker: Side, address: str, expected: str) -> None:
    answer = by_both_steps(client, maker.agent.mobile, next=address)
    assert answer["Location"] == (expected or home(maker))


def test_the_session_gets_a_new_key_with_the_password(client: Client, maker: Side) -> None:
    client.cookies["sessionid"] = "a" * 32
    asked(client, maker.agent.mobile)
    assert client.cookies["sessionid"].value != "a" * 32


def test_whoever_was_signed_in_is_signed_out_first(
    agent_client: Client, maker: Side, stranger: Side
) -> None:
    page = agent_client.get("/login/picture/")
    key = key_on(page)
    data = {"username": stranger.agent.mobile, "password": PASSWORD, "captcha_0": key}
    answer = agent_client.post("/login/", {**data, "captcha_1": answer_to(key)})
    assert answer["Location"] == CODE_PAGE
    assert agent_client.get(home(maker))["Location"].startswith("/login/")


@pytest.mark.parametrize("typed", ["", "12345", "abcdef"])
def test_what_is_no_code_is_said_and_costs_no_try(client: Client, maker: Side, typed: str) -> None:
    asked(client, maker.agent.mobile)
    words = "短信验证码应为 6 位数字" if typed else "请点击【重新发送】"
    assert words in text_of(give(client, typed))
    assert SmsCode.objects.get().tries == 0


def test_a_code_allows_five_tries(client: Client, maker: Side) -> None:
    asked(client, maker.agent.mobile)
    code = code_for(PURPOSE, maker.agent.mobile)
    for _ in range(5):
        assert WRONG in text_of(give(client, wrong(code)))
    assert WRONG in text_of(give(client, code))
    assert not signed_in(client)


def test_tries_end_over_all_codes(
    client: Client, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.signing_in.actions_sms.TRIES_PER_MOBILE", 2)
    asked(client, maker.agent.mobile)
    code = code_for(PURPOSE, maker.agent.mobile)
    for _ in range(2):
        give(client, wrong(code))
    assert "短信验证码输错次数过多" in text_of(give(client, code))
    assert not signed_in(client)


def test_a_code_for_something_else_opens_nothing(client: Client, maker: Side) -> None:
    asked(client, maker.agent.mobile)
    SmsCode.objects.update(purpose=SmsCode.Purpose.RECOVER)
    assert WRONG in text_of(give(client, SmsCode.objects.get().sealed))
    assert not signed_in(client)


def test_another_code_replaces_the_first(
    client: Client, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(client, maker.agent.mobile)
    first = code_for(PURPOSE, maker.agent.mobile)
    assert "验证码发送过于频繁" in text_of(another(client))
    assert codes() == 1
    later(monkeypatch)
    page = text_of(another(client))
    assert "验证码已发送到" in page
    assert "验证码发送过于频繁" not in page
    assert codes() == 2
    second = code_for(PURPOSE, maker.agent.mobile)
    if first != second:
        assert WRONG in text_of(give(client, first))
    assert give(client, second)["Location"] == home(maker)


def test_the_limits_of_a_number_hold_and_the_first_step_says_so(
    client: Client, maker: Side
) -> None:
    mobile = maker.agent.mobile
    asked(Client(), mobile)
    asked(client, mobile)
    page = text_of(client.get(CODE_PAGE))
    assert "验证码发送过于频繁" in page
    assert "验证码已发送到" not in page
    assert codes() == 1
    # The code that another browser asked for does not sign in here.
    assert WRONG in text_of(give(client, code_for(PURPOSE, mobile)))
    assert not signed_in(client)


def test_who_begins_anew_goes_on_with_the_same_code(client: Client, maker: Side) -> None:
    for _ in range(2):
        asked(client, maker.agent.mobile)
    assert "验证码发送过于频繁" not in text_of(client.get(CODE_PAGE))
    assert codes() == 1
    assert give(client, code_for(PURPOSE, maker.agent.mobile))["Location"] == home(maker)


def test_the_code_of_one_account_is_none_of_another_in_the_same_browser(client: Client) -> None:
    """Two units with one contact number."""
    one, two = (UnitFactory.create(contact_mobile=CONTACT) for _ in range(2))
    asked(client, one.slug)
    asked(client, two.slug)
    assert WRONG in text_of(give(client, code_for(PURPOSE, CONTACT)))
    assert not signed_in(client)


@pytest.mark.parametrize("what", ["nothing", "late", "password", "closed", "number"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_sign_in_that_waits_no_more_begins_anew(client: Client, what: str, method: str) -> None:
    unit = UnitFactory.create(contact_mobile=CONTACT)
    code, expected = "123456", "/login/?ended=code"
    if what != "nothing":
        asked(client, unit.slug, next="/notices/")
        code, expected = code_for(PURPOSE, CONTACT), f"{expected}&next=%2Fnotices%2F"
    if what == "late":
        change_waiting(client, until=0)
    elif what == "password":
        unit.account.set_password("Another-2026")
        unit.account.save()
    elif what == "closed":
        Account.objects.filter(pk=unit.account_id).update(is_active=False)
    elif what == "number":
        type(unit).objects.filter(pk=unit.pk).update(contact_mobile="")
    answer = give(client, code) if method == "POST" else client.get(CODE_PAGE)
    assert answer["Location"] == expected
    assert OVER in text_of(client.get(answer["Location"]))
    assert not signed_in(client)


def test_a_locked_account_gets_no_code(client: Client, maker: Side, settings: Settings) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        try_sign_in(client, maker.agent.mobile, password="wrong-one")
    assert try_sign_in(client, maker.agent.mobile).status_code == 429
    assert codes() == 0
    assert client.get(CODE_PAGE)["Location"] == "/login/?ended=code"


def test_a_wrong_password_and_a_wrong_picture_send_nothing(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.agent.mobile, password="wrong-one")
    try_sign_in(client, maker.agent.mobile, code="zzzz")
    assert codes() == 0
    assert KEY not in client.session
