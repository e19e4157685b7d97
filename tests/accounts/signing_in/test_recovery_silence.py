"""忘记密码 says and does the same for every name, until an SMS code is proven."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.core.models import Account
from accounts.core.names import mask_mobile
from accounts.core.origin import Origin
from accounts.signing_in.actions_passwords import redeem_recovery_code
from accounts.signing_in.models import SmsCode
from accounts.tasks import send_sms_code
from portal.lib.refused import Refused
from tests.accounts.signing_in.recovering import ask_for_code, code_for, finish
from tests.factories import PASSWORD, AgentFactory, UnitFactory, uscc

pytestmark = pytest.mark.django_db
ADDRESS, CONTACT = "198.51.100.7", "19700000001"
Commit = Callable[..., Any]


class Seen(NamedTuple):
    """All that shows of a request: what came back, and what it cost."""

    answers: list[tuple[int, str, str]]
    statements: list[str]
    hashes: int
    tasks: int


@pytest.fixture
def known() -> dict[str, str]:
    """A name of every sort that somebody holds, and beside it one of the same sort nobody holds."""
    unit = UnitFactory.create(contact_mobile=CONTACT)
    silent, closed = UnitFactory.create(), AgentFactory.create()
    Account.objects.filter(pk=closed.account_id).update(is_active=False)
    Account.objects.create_superuser("staff1", PASSWORD)
    return {
        unit.slug: "nobody1",
        unit.uscc: uscc(9_000_001),
        AgentFactory.create().mobile: "19812345678",
        silent.slug: "nobody2",
        closed.mobile: "19812345679",
        "staff1": "nobody3",
    }


@pytest.fixture
def seen(
    django_capture_on_commit_callbacks: Commit, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Seen]:
    """Go through both steps with a name and a wrong code, and say all that shows of it."""
    hashed: list[int] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, *args: Any, **kwargs: Any) -> str:
        hashed.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    monkeypatch.setattr(send_sms_code, "delay", lambda pk: None)

    def through(name: str) -> Seen:
        client, before = Client(), len(hashed)
        with (
            CaptureQueriesContext(connection) as asked,
            django_capture_on_commit_callbacks(execute=True) as tasks,
        ):
            pages = [ask_for_code(client, name), client.get("/recover/password/")]
            pages += [finish(client, "000000"), ask_for_code(client, name)]
        answers = [
            (page.status_code, page.get("Location", ""), _plain(page, name)) for page in pages
        ]
        statements = [_shape(query["sql"]) for query in asked]
        return Seen(answers, statements, len(hashed) - before, len(tasks))

    return through


def _plain(page: Any, name: str) -> str:
    """The text of a page without what differs each time and without the name that was typed."""
    text: str = page.content.decode()
    for shown in (name, name.lower(), mask_mobile(name)):
        text = text.replace(shown, "…")
    for once in ("captcha_0", "csrfmiddlewaretoken", "login/picture/"):
        text = "\n".join(line for line in text.splitlines() if once not in line)
    return text


def _shape(sql: str) -> str:
    """Which statement on which table."""
    table = sql.split('"')[1] if '"' in sql and "SAVEPOINT" not in sql else ""
    return f"{sql.split(' ', 1)[0]} {table}"


def test_every_name_gets_the_same(known: dict[str, str], seen: Callable[[str], Seen]) -> None:
    for held, free in known.items():
        of_held, of_free = seen(held), seen(free)
        assert of_held == of_free
        assert of_held.tasks == 1
        assert of_held.answers[0][:2] == (302, "/recover/password/")
        assert "如果账号" in of_held.answers[1][2]
        assert "短信验证码不正确" in of_held.answers[2][2]
        # The second request comes within the minute.
        assert "过于频繁" in of_held.answers[3][2]


def test_no_hint_of_the_number_is_shown(client: Client) -> None:
    unit = UnitFactory.create(slug="anybody", contact_mobile=CONTACT)
    ask_for_code(client, unit.slug)
    pages = client.get("/recover/password/").content + finish(client, "000000").content
    for hint in (CONTACT, mask_mobile(CONTACT), CONTACT[-4:], CONTACT[:3] + "*"):
        assert hint not in pages.decode()


def test_only_a_known_name_is_sent_anything(known: dict[str, str]) -> None:
    for held, free in known.items():
        ask_for_code(Client(), held)
        ask_for_code(Client(), free)
    loud = SmsCode.objects.filter(silent=False)
    # The unit is asked for by its account and by its credit code: within a minute one SMS goes out.
    assert {row.mobile for row in loud} == {CONTACT, list(known)[2]}
    assert loud.count() == 2
    for row in SmsCode.objects.filter(silent=True):
        assert row.mobile.startswith("154")


def test_a_silent_code_is_never_right(client: Client) -> None:
    ask_for_code(client, "nobody1")
    page = finish(client, code_for("nobody1"))
    assert "短信验证码不正确" in page.content.decode()


def test_what_a_number_had_by_another_way_does_not_show(
    seen: Callable[[str], Seen], known: dict[str, str]
) -> None:
    """The contact number of a unit is an agent's: asking for both tells nothing of that."""
    AgentFactory.create(mobile=CONTACT)
    unit = next(iter(known))
    assert seen(CONTACT).answers[0][:2] == (302, "/recover/password/")
    assert seen(unit) == seen("nobody1")
    assert SmsCode.objects.filter(mobile=CONTACT).count() == 1


def test_tries_spent_for_a_number_do_not_show(known: dict[str, str]) -> None:
    unit = next(iter(known))
    for number in range(25):
        with pytest.raises(Refused, match="短信验证码不正确"):
            redeem_recovery_code(unit, "000000", origin=Origin(f"203.0.113.{number}"))


@pytest.mark.parametrize("held", [True, False])
def test_a_name_can_be_asked_for_so_often(held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    name = AgentFactory.create().mobile if held else "19812345678"
    now = [2_000_000_000]
    monkeypatch.setattr("accounts.core.limits.time.time_ns", lambda: now[0] * 10**9)
    sent = 0
    for number in range(24):
        now[0] += 61
        answer = ask_for_code(Client(REMOTE_ADDR=f"203.0.113.{number}"), name)
        sent += answer.status_code == 302
    assert sent == 5
    now[0] += 3600
    for number in range(24):
        now[0] += 61
        answer = ask_for_code(Client(REMOTE_ADDR=f"203.0.113.{number}"), name)
        sent += answer.status_code == 302
    assert sent == 10
    now[0] += 3600
    answer = ask_for_code(Client(REMOTE_ADDR=ADDRESS), name)
    assert "请在" in answer.content.decode()
    assert "小时后重试" in answer.content.decode()


def test_an_address_can_ask_so_often() -> None:
    answers = [
        ask_for_code(Client(REMOTE_ADDR=ADDRESS), f"nobody{number}").status_code
        for number in range(32)
    ]
    assert answers == [302] * 30 + [200] * 2
