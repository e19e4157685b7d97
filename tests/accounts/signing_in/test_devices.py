"""Devices an account signs in with, and the list of its sessions."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.agents.models import Membership
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.signing_in.devices import COOKIE, UNKNOWN, label
from accounts.signing_in.models import Device, SignIn
from tests.accounts.signing_in.session_of import home, seen, sign_in_of
from tests.accounts.signing_in.signing import try_sign_in
from tests.factories import PASSWORD, AgentFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

PROOF = {"password": PASSWORD}

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Windows · Chrome"),
        (f"{CHROME} Edg/126.0", "Windows · Edge"),
        (IPHONE, "iPhone · Safari"),
        (f"{IPHONE} MicroMessenger/8.0", "iPhone · 微信"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Linux · Firefox",
        ),
        ("<script>alert(1)</script>", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_device_is_named_in_our_own_words(user_agent: str, words: str) -> None:
    assert label(user_agent) == words


def test_a_new_device_is_told_and_the_first_and_a_known_one_are_not(maker: Side) -> None:
    account = maker.agent.account
    first = Client(headers={"User-Agent": CHROME})
    for _ in range(2):
        try_sign_in(first, maker.agent.mobile)
        first.post("/logout/")
    assert not Notice.objects.exists()
    second = Client(headers={"User-Agent": IPHONE})
    answer = try_sign_in(second, maker.agent.mobile, REMOTE_ADDR="192.0.2.8")
    notice = Notice.objects.get(account=account)
    assert notice.code == "new-device"
    assert (notice.detail["device"], notice.detail["address"]) == ("iPhone · Safari", "192.0.2.8")
    assert "在新设备（iPhone · Safari" in second.get(answer["Location"]).content.decode()
    # And on the device that is known, at its next sign-in.
    answer = try_sign_in(first, maker.agent.mobile)
    assert "在新设备（iPhone · Safari" in first.get(answer["Location"]).content.decode()
    assert Notice.objects.count() == 1
    assert Device.objects.filter(account=account).count() == 2


def test_a_device_is_known_by_a_cookie_that_opens_nothing(client: Client, maker: Side) -> None:
    answer = try_sign_in(client, maker.agent.mobile)
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 400 * 24 * 60 * 60
    number = cookie.value.partition(":")[0]
    device = Device.objects.get()
    assert number not in device.digest
    client.cookies[COOKIE] = f"{number}:1:forged"
    client.post("/logout/")
    try_sign_in(client, maker.agent.mobile)
    assert Device.objects.count() == 2


def test_a_device_of_one_account_is_new_to_another(client: Client, maker: Side) -> None:
    try_sign_in(Client(), maker.unit.slug)
    try_sign_in(client, maker.agent.mobile)
    assert not Notice.objects.exists()
    client.post("/logout/")
    try_sign_in(client, maker.unit.slug)
    assert [n.account for n in Notice.objects.all()] == [maker.unit.account]


def test_the_list_shows_where_one_is_signed_in(maker: Side) -> None:
    here, there = Client(headers={"User-Agent": CHROME}), Client(headers={"User-Agent": IPHONE})
    try_sign_in(here, maker.agent.mobile, REMOTE_ADDR="192.0.2.1")
    try_sign_in(there, maker.agent.mobile, REMOTE_ADDR="192.0.2.2")
    page = here.get("/sessions/").content.decode()
    for words in ("Windows · Chrome", "iPhone · Safari", "192.0.2.1", "192.0.2.2"):
        assert words in page
    assert page.count("当前会话") == 1
    assert str(sign_in_of(there).pk) in page
    assert str(sign_in_of(here).pk) not in page
    seen(there, timedelta(hours=3))
    assert "192.0.2.2" not in here.get("/sessions/").content.decode()


def test_one_session_is_ended_from_another(maker: Side) -> None:
    here, there = client_of(maker.unit.account), client_of(maker.unit.account)
    row = sign_in_of(there)
    answer = here.post("/sessions/end/", {"sign_in": str(row.pk), **PROOF}, follow=True)
    assert "已结束该会话" in answer.content.decode()
    assert there.get(home(maker)).status_code == 302
    assert here.get(home(maker)).status_code == 200
    entry = OperationLog.objects.of(maker.unit).get(action="sessions-ended")
    assert entry.account == maker.unit.account
    assert entry.after == {"session_count": 1, "session_end": "elsewhere"}
    answer = here.post("/sessions/end/", {"sign_in": str(row.pk), **PROOF}, follow=True)
    assert "该会话已经结束" in answer.content.decode()
    assert OperationLog.objects.of(maker.unit).filter(action="sessions-ended").count() == 1
    assert "结束登录会话" in here.get(f"/u/{maker.unit.slug}/log/").content.decode()


def test_all_other_sessions_are_ended(maker: Side) -> None:
    here, *others = (client_of(maker.agent.account) for _ in range(3))
    answer = here.post("/sessions/end/", {"others": "1", **PROOF}, follow=True)
    assert "已结束其他 2 个会话" in answer.content.decode()
    assert [c.get(home(maker)).status_code for c in (here, *others)] == [200, 302, 302]
    answer = here.post("/sessions/end/", {"others": "1", **PROOF}, follow=True)
    assert "没有其他正在使用的会话" in answer.content.decode()


@pytest.mark.parametrize("which", ["one", "others"])
@pytest.mark.parametrize(
    ("password", "words"), [("", "请输入当前密码"), ("not-the-word-2026", "密码不正确")]
)
def test_ending_a_session_needs_the_password(
    maker: Side, which: str, password: str, words: str
) -> None:
    here, there = client_of(maker.agent.account), client_of(maker.agent.account)
    sent = {"others": "1"} if which == "others" else {"sign_in": str(sign_in_of(there).pk)}
    asked = here.get("/sessions/end/", sent).content.decode()
    assert "<dialog" in asked
    assert 'name="password"' in asked
    answer = here.post("/sessions/end/", {**sent, "password": password})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert there.get(home(maker)).status_code == 200
    assert not OperationLog.everything.filter(action="sessions-ended").exists()


def test_the_password_is_guessed_only_so_often(maker: Side) -> None:
    here, there = client_of(maker.agent.account), client_of(maker.agent.account)
    for _ in range(5):
        here.post("/sessions/end/", {"others": "1", "password": "not-the-word-2026"})
    answer = here.post("/sessions/end/", {"others": "1", **PROOF})
    assert answer.status_code == 422
    assert there.get(home(maker)).status_code == 200


def test_ending_ones_own_session_signs_out(agent_client: Client, maker: Side) -> None:
    row = sign_in_of(agent_client)
    answer = agent_client.post("/sessions/end/", {"sign_in": str(row.pk)})
    assert answer["Location"] == "/login/"
    row.refresh_from_db()
    assert row.end == SignIn.End.OUT


@pytest.mark.parametrize("number", ["", "nonsense", "theirs"])
def test_the_session_of_another_account_is_not_found(
    agent_client: Client, unit_client: Client, maker: Side, number: str
) -> None:
    theirs = str(sign_in_of(unit_client).pk)
    sent = {"sign_in": theirs if number == "theirs" else number}
    assert agent_client.get("/sessions/end/", sent).status_code == 404
    assert agent_client.post("/sessions/end/", {**sent, **PROOF}).status_code == 404
    assert unit_client.get(home(maker)).status_code == 200


def test_nobody_is_sent_to_the_sign_in_page(client: Client) -> None:
    assert client.get("/sessions/")["Location"] == "/login/?next=%2Fsessions%2F"
    assert client.post("/sessions/end/", {"others": "1"})["Location"].startswith("/login/")


def test_an_agent_without_a_unit_has_the_page_too(client: Client) -> None:
    agent = AgentFactory.create()
    assert not Membership.everything.filter(agent=agent).exists()
    assert client_of(agent.account).get("/sessions/").status_code == 200
