"""Who fails at a name from everywhere keeps its owner out of no browser it has signed in with."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.signing_in import sign_in_limits
from accounts.signing_in.devices import COOKIE, Browser
from accounts.signing_in.queries import is_known
from tests.accounts.signing_in.signing import try_sign_in
from tests.people import Side

pytestmark = pytest.mark.django_db


def attack(name: str) -> None:
    """Fail as often as the name may from all addresses together."""
    for number in range(sign_in_limits.PER_DAY):
        assert sign_in_limits.begin(name, f"203.0.113.{number}") is None


def test_the_owner_signs_in_where_it_did_before(client: Client, maker: Side) -> None:
    mobile = maker.agent.mobile
    assert try_sign_in(client, mobile).status_code == 302
    client.post("/logout/")
    attack(mobile)
    assert try_sign_in(Client(), mobile).status_code == 429
    assert try_sign_in(client, mobile).status_code == 302
    # What the strangers have counted is not given back by it.
    assert try_sign_in(Client(), mobile, REMOTE_ADDR="192.0.2.9").status_code == 429


def test_a_credit_code_means_the_same_browsers(client: Client, maker: Side) -> None:
    assert try_sign_in(client, maker.unit.slug).status_code == 302
    client.post("/logout/")
    attack(maker.unit.slug)
    assert try_sign_in(client, maker.unit.uscc).status_code == 302


def test_the_browser_of_another_account_is_a_stranger(
    client: Client, maker: Side, stranger: Side
) -> None:
    assert try_sign_in(client, stranger.agent.mobile).status_code == 302
    client.post("/logout/")
    attack(maker.agent.mobile)
    assert try_sign_in(client, maker.agent.mobile).status_code == 429


def test_a_made_up_cookie_is_no_browser(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.agent.mobile)
    number = client.cookies[COOKIE].value.split(":")[0]
    assert is_known(maker.agent.mobile, Browser(number, ""))
    forged = Client()
    forged.cookies[COOKIE] = f"{number}:forged"
    attack(maker.agent.mobile)
    assert try_sign_in(forged, maker.agent.mobile).status_code == 429


def test_a_known_browser_locks_after_its_own_failures(client: Client, maker: Side) -> None:
    mobile = maker.agent.mobile
    try_sign_in(client, mobile)
    client.post("/logout/")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        try_sign_in(client, mobile, password="wrong")
    assert try_sign_in(client, mobile).status_code == 429
