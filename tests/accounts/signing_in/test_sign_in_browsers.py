"""Browsers that an account has proven by SMS, which sign in by the password alone."""

from datetime import timedelta

import pytest
from django.http import SimpleCookie
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.account.actions import change_contact_mobile
from accounts.signing_in.devices import COOKIE, LIFE_SECONDS
from accounts.signing_in.models import Device, SmsCode
from accounts.signing_in.views_signed_in import NO_NUMBER
from tests.accounts.signing_in.recovering import NEW, ask_for_code, finish, newest_code
from tests.accounts.signing_in.second_steps import asked, by_both_steps, codes, later, signed_in
from tests.accounts.signing_in.session_of import home
from tests.accounts.signing_in.signing import try_sign_in
from tests.factories import PASSWORD
from tests.people import Side

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asking(settings: Settings) -> None:
    """New browsers are asked for a code, unless a test says otherwise."""
    settings.PORTAL_SIGN_IN_SMS = "new-device"


def with_cookie(value: str) -> Client:
    client = Client()
    client.cookies = SimpleCookie({COOKIE: value})
    return client


def test_a_proven_browser_is_not_asked_again(client: Client, maker: Side) -> None:
    by_both_steps(client, maker.agent.mobile)
    client.post("/logout/")
    assert try_sign_in(client, maker.agent.mobile)["Location"] == home(maker)
    assert codes() == 1


def test_a_browser_from_while_it_was_off_is_asked(
    client: Client, maker: Side, settings: Settings
) -> None:
    settings.PORTAL_SIGN_IN_SMS = "off"
    assert try_sign_in(client, maker.agent.mobile)["Location"] == home(maker)
    client.post("/logout/")
    settings.PORTAL_SIGN_IN_SMS = "new-device"
    by_both_steps(client, maker.agent.mobile)
    assert Device.objects.count() == 1


def test_a_unit_without_a_number_is_told_to_enter_one(client: Client, maker: Side) -> None:
    answer = try_sign_in(client, maker.unit.slug)
    assert answer["Location"] == home(maker)
    assert NO_NUMBER in client.get(answer["Location"]).content.decode()
    assert codes() == 0
    # That browser has proven nothing: it is asked as soon as there is a number.
    change_contact_mobile(maker.unit, "19700000051")
    client.post("/logout/")
    asked(client, maker.unit.slug)


def test_nobody_else_is_told_so(client: Client, maker: Side, settings: Settings) -> None:
    answer = by_both_steps(client, maker.agent.mobile)
    assert NO_NUMBER not in client.get(answer["Location"]).content.decode()
    settings.PORTAL_SIGN_IN_SMS = "off"
    client.post("/logout/")
    answer = try_sign_in(client, maker.unit.slug)
    assert NO_NUMBER not in client.get(answer["Location"]).content.decode()


def test_a_browser_unused_for_long_is_asked(
    client: Client, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_both_steps(client, maker.agent.mobile)
    client.post("/logout/")
    Device.objects.update(last_at=timezone.now() - timedelta(seconds=LIFE_SECONDS + 1))
    later(monkeypatch)
    by_both_steps(client, maker.agent.mobile)


def test_a_browser_proven_by_one_account_is_new_to_another(
    client: Client, maker: Side, stranger: Side
) -> None:
    by_both_steps(client, maker.agent.mobile)
    client.post("/logout/")
    asked(client, stranger.agent.mobile)


@pytest.mark.parametrize("change", ["other number", "no signature", "digest"])
def test_a_forged_cookie_is_no_browser(client: Client, maker: Side, change: str) -> None:
    by_both_steps(client, maker.agent.mobile)
    cookie = client.cookies[COOKIE].value
    number, at, signature = cookie.split(":")
    forged = {
        "other number": f"{number[:-2]}{number[-1]}{number[-2]}x:{at}:{signature}",
        "no signature": number,
        "digest": Device.objects.get().digest,
    }
    asked(with_cookie(forged[change]), maker.agent.mobile)
    honest = with_cookie(cookie)
    try_sign_in(honest, maker.agent.mobile)
    assert signed_in(honest)


def test_a_changed_password_leaves_only_the_browser_where_it_was_changed(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    mobile, here, there = maker.agent.mobile, Client(), Client()
    for client in (here, there):
        by_both_steps(client, mobile)
        later(monkeypatch)
    sent = {"password": PASSWORD, "new_password": NEW, "again": NEW}
    assert here.post("/account/password/", sent)["Location"] == "/account/"
    assert Device.objects.filter(account=maker.agent.account).count() == 1
    here.post("/logout/")
    assert try_sign_in(here, mobile, password=NEW)["Location"] == home(maker)
    asked(there, mobile, password=NEW)


@pytest.mark.parametrize("known", [True, False])
def test_a_recovered_password_leaves_only_the_browser_where_it_was_set(
    client: Client, maker: Side, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mobile, other = maker.agent.mobile, Client()
    by_both_steps(client, mobile)
    client.post("/logout/")
    here = client if known else other
    later(monkeypatch)
    ask_for_code(here, mobile)
    code = newest_code(mobile, SmsCode.Purpose.RECOVER)
    assert finish(here, code)["Location"] == "/login/"
    assert not signed_in(here)
    assert Device.objects.exists() is known
    later(monkeypatch)
    try_sign_in(client, mobile, password=NEW)
    assert signed_in(client) is known


def test_a_recovery_in_a_browser_unproven_proves_nothing(client: Client, maker: Side) -> None:
    mobile = maker.agent.mobile
    ask_for_code(client, mobile)
    finish(client, newest_code(mobile))
    try_sign_in(client, mobile, password=NEW)
    assert not signed_in(client)
