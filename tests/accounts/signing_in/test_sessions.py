"""When a session is over, and what counts as its use."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.core.models import Account
from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from accounts.signing_in.actions_sessions import end_session, end_sessions
from accounts.signing_in.models import SignIn
from accounts.signing_in.sessions import PASSIVE
from tests.accounts.signing_in.session_of import home, seen, sign_in_of
from tests.accounts.signing_in.signing import answer_to, key_on, try_sign_in
from tests.factories import PASSWORD
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36"


def test_every_sign_in_has_a_session_of_its_own(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.agent.mobile, REMOTE_ADDR="192.0.2.7", headers={"User-Agent": CHROME})
    row = sign_in_of(client)
    assert (row.account, row.address, row.label) == (
        maker.agent.account,
        "192.0.2.7",
        "Windows · Chrome",
    )
    client.post("/logout/")
    row.refresh_from_db()
    assert row.end == SignIn.End.OUT


def test_signing_in_again_ends_the_session_before(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.agent.mobile)
    first, key = sign_in_of(client), key_on(Client().get("/login/"))
    assert first.ended_at is None
    picture = client.get("/login/picture/")
    key = key_on(picture)
    data = {"username": maker.unit.slug, "password": PASSWORD, "captcha_0": key}
    client.post("/login/", {**data, "captcha_1": answer_to(key.partition("-")[0])})
    first.refresh_from_db()
    assert first.end == SignIn.End.OUT
    assert sign_in_of(client).account == maker.unit.account


def test_an_ended_session_is_over_before_the_view(agent_client: Client, maker: Side) -> None:
    row = sign_in_of(agent_client)
    end_session(row, SignIn.End.ELSEWHERE)
    answer = agent_client.get(home(maker))
    assert answer["Location"] == f"/login/?next=%2Fu%2F{maker.unit.slug}%2F&ended=elsewhere"
    assert "已在其他设备上被结束" in agent_client.get(answer["Location"]).content.decode()
    assert "_auth_user_id" not in agent_client.session


def test_an_idle_session_is_over(agent_client: Client, maker: Side, settings: Settings) -> None:
    settings.PORTAL_IDLE = timedelta(minutes=5)
    row = sign_in_of(agent_client)
    seen(agent_client, timedelta(minutes=4, seconds=50))
    assert agent_client.get(home(maker)).status_code == 200
    seen(agent_client, timedelta(minutes=5))
    assert agent_client.get(home(maker))["Location"].endswith("ended=idle")
    row.refresh_from_db()
    assert row.end == SignIn.End.IDLE


def test_a_session_in_use_ends_after_ten_hours(agent_client: Client, maker: Side) -> None:
    row = sign_in_of(agent_client)
    SignIn.objects.filter(pk=row.pk).update(started_at=timezone.now() - timedelta(hours=10))
    assert agent_client.get(home(maker))["Location"].endswith("ended=expired")
    row.refresh_from_db()
    assert row.end == SignIn.End.EXPIRED


@pytest.mark.parametrize(("closed", "end"), [(False, SignIn.End.STAFF), (True, SignIn.End.CLOSED)])
def test_an_account_that_is_off_has_no_session(
    agent_client: Client, maker: Side, closed: bool, end: SignIn.End
) -> None:
    row = sign_in_of(agent_client)
    when = timezone.now() if closed else None
    Account.objects.filter(pk=row.account_id).update(is_active=False, closed_at=when)
    assert agent_client.get(home(maker)).status_code == 302
    row.refresh_from_db()
    assert row.end == end


def test_a_new_password_ends_the_sessions_made_with_the_old(
    agent_client: Client, maker: Side
) -> None:
    row, account = sign_in_of(agent_client), maker.agent.account
    account.set_password("Another-2026")
    account.save()
    assert agent_client.get(home(maker)).status_code == 302
    row.refresh_from_db()
    assert row.end == SignIn.End.PASSWORD


@pytest.mark.parametrize("number", ["", "nonsense", "7d444840-9dc0-11d1-b245-5ffdce74fad2"])
def test_a_session_without_a_sign_in_is_nobodys(
    agent_client: Client, maker: Side, number: str
) -> None:
    session = agent_client.session
    session["sign_in"] = number
    session.save()
    assert agent_client.get(home(maker)).status_code == 302
    assert "_auth_user_id" not in agent_client.session


def test_the_sign_in_of_another_account_opens_nothing(
    agent_client: Client, unit_client: Client, maker: Side
) -> None:
    session = agent_client.session
    session["sign_in"] = unit_client.session["sign_in"]
    session.save()
    assert agent_client.get(home(maker)).status_code == 302


def test_a_way_of_signing_in_that_is_shut_opens_nothing(agent_client: Client, maker: Side) -> None:
    """Also for sessions that were begun by it while it was open."""
    assert agent_client.get(home(maker)).status_code == 200
    session = agent_client.session
    session[BACKEND_SESSION_KEY] = "accounts.backends.Gone"
    session.save()
    assert agent_client.get(home(maker))["Location"].startswith("/login/")


def test_a_session_outlives_a_new_secret_key(
    agent_client: Client, maker: Side, settings: Settings
) -> None:
    """As long as the old key stands in PORTAL_OLD_SECRET_KEYS."""
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" * 5
    settings.SECRET_KEY_FALLBACKS = [old]
    for _ in range(2):
        assert agent_client.get(home(maker)).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert agent_client.get(home(maker)).status_code == 200
    settings.SECRET_KEY = "a-third-key-" * 5
    assert agent_client.get(home(maker))["Location"].startswith("/login/")


def test_ending_all_sessions_but_one(maker: Side) -> None:
    account = maker.agent.account
    clients = [client_of(account) for _ in range(3)]
    kept = sign_in_of(clients[0])
    assert (
        end_sessions(account, SignIn.End.PASSWORD, but=kept, origin=COMMAND.done_by(account)) == 2
    )
    assert [c.get(home(maker)).status_code for c in clients] == [200, 302, 302]
    entry = OperationLog.everything.get(action="sessions-ended")
    assert entry.after == {"session_count": 2, "session_end": "password"}
    assert end_sessions(account, SignIn.End.CLOSED) == 1
    assert end_sessions(account, SignIn.End.CLOSED) == 0


def test_activity_is_noted_once_a_minute(agent_client: Client, maker: Side) -> None:
    seen(agent_client, timedelta(seconds=50))
    before = sign_in_of(agent_client).seen_at
    agent_client.get(home(maker))
    assert sign_in_of(agent_client).seen_at == before
    seen(agent_client, timedelta(seconds=60))
    before = sign_in_of(agent_client).seen_at
    agent_client.get(home(maker))
    assert sign_in_of(agent_client).seen_at > before


def test_what_a_script_asks_by_itself_is_no_activity(agent_client: Client, maker: Side) -> None:
    seen(agent_client, timedelta(minutes=9))
    before = sign_in_of(agent_client).seen_at
    for address in (home(maker), "/session/"):
        assert agent_client.get(address, headers={PASSIVE: "true"}).status_code == 200
    assert sign_in_of(agent_client).seen_at == before
    agent_client.get("/session/")
    assert sign_in_of(agent_client).seen_at > before


def test_one_query_looks_at_the_session(
    agent_client: Client, maker: Side, django_assert_num_queries: Any
) -> None:
    # The session; the sign-in with its account and how many notices that has not read.
    with django_assert_num_queries(2):
        agent_client.get("/login/certificate/")
