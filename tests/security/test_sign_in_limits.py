"""The limits of signing in hold for many tries at once, and tell nobody who is known here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.signing_in import sign_in_limits
from accounts.signing_in.lockout import lock_sentence, locked_anywhere_sentence
from accounts.staff.actions import reset_staff_password
from portal.lib.refused import refusal
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.staff.staff import first_step, staff_account
from tests.factories import PASSWORD, AgentFactory, UnitFactory, uscc
from tests.people import Side

TRIES, AT_ONCE = 200, 25
UNKNOWN = "19812345678"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is hashed from here on, whoever's it is."""
    seen: list[str] = []
    hashed = MD5PasswordHasher.encode

    def encode(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        return hashed(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return seen


def many_at_once(name: str, address: Callable[[int], str], password: str = "wrong") -> list[Any]:
    """Try to sign in TRIES times, AT_ONCE of them always at the same instant."""
    gate = Barrier(AT_ONCE)

    def attempt(number: int) -> Any:
        try:
            gate.wait()
            request = RequestFactory().post("/login/", REMOTE_ADDR=address(number))
            return authenticate(
                request, username=name, password=password, kinds=(AccountKind.AGENT,)
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(attempt, range(TRIES)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_at_one_address_no_more_passwords_are_looked_at_than_allowed(
    known: bool, hashes: list[str]
) -> None:
    name = AgentFactory.create().mobile if known else UNKNOWN
    hashes.clear()
    assert not any(many_at_once(name, lambda _: "198.51.100.7"))
    assert len(hashes) == settings.AXES_FAILURE_LIMIT
    failures = AccessAttempt.objects.values_list("username", "failures_since_start")
    assert list(failures) == [(name, settings.AXES_FAILURE_LIMIT)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_over_all_addresses_no_more_passwords_are_looked_at_than_allowed(
    known: bool, hashes: list[str]
) -> None:
    name = AgentFactory.create().mobile if known else UNKNOWN
    hashes.clear()
    assert not any(many_at_once(name, lambda number: f"203.0.113.{number}"))
    assert len(hashes) == sign_in_limits.PER_DAY


def use_up(name: str) -> None:
    """Fail from many addresses until no address may try the name any more."""
    for number in range(sign_in_limits.PER_DAY):
        assert sign_in_limits.begin(name, f"203.0.113.{number}") is None
    assert sign_in_limits.begin(name, "203.0.113.200") is sign_in_limits.Stop.ANYWHERE


@pytest.mark.parametrize("known", [True, False])
def test_a_name_tried_too_often_is_told_the_way_out(
    client: Client, maker: Side, known: bool
) -> None:
    name = maker.agent.mobile if known else UNKNOWN
    use_up(name)
    answer = try_sign_in(client, name)
    assert answer.status_code == 429
    page = answer.content.decode()
    assert locked_anywhere_sentence() in page
    words = refusal("sign_in_paused_anywhere", times=str(sign_in_limits.PER_DAY)).message
    assert locked_anywhere_sentence() == words
    assert "忘记密码" in page
    assert "_auth_user_id" not in client.session
    assert not AccessAttempt.objects.exists()


def test_the_colleagues_of_a_locked_name_go_on(client: Client, maker: Side) -> None:
    use_up(maker.agent.mobile)
    colleague = AgentFactory.create(units=[maker.unit])
    assert try_sign_in(client, colleague.mobile).status_code == 302


def test_right_tries_count_nowhere(client: Client, maker: Side, monkeypatch: Any) -> None:
    monkeypatch.setattr(sign_in_limits, "PER_DAY", 3)
    for _ in range(8):
        assert try_sign_in(client, maker.agent.mobile).status_code == 302
        client.post("/logout/")
    for _ in range(2):
        assert try_sign_in(client, maker.agent.mobile, password="wrong").status_code == 200
    assert try_sign_in(client, maker.agent.mobile).status_code == 302


def test_a_right_try_does_not_pay_for_the_wrong_ones(
    client: Client, maker: Side, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sign_in_limits, "PER_DAY", 3)
    for wrong in range(3):
        assert try_sign_in(client, maker.agent.mobile).status_code == 302
        client.post("/logout/")
        try_sign_in(client, maker.agent.mobile, "wrong", REMOTE_ADDR=f"203.0.113.{wrong}")
    assert try_sign_in(client, maker.agent.mobile).status_code == 429


def test_every_way_of_typing_a_unit_counts_together(client: Client, maker: Side) -> None:
    use_up(maker.unit.slug)
    for typed in (maker.unit.slug.upper(), maker.unit.uscc.lower()):
        assert try_sign_in(client, typed).status_code == 429


def test_staff_are_held_back_alike(client: Client, db: None) -> None:
    Account.objects.create_superuser("staff1", PASSWORD)
    use_up("staff1")
    request = RequestFactory().post("/admin/login/", REMOTE_ADDR="198.51.100.7")
    assert authenticate(request, username="staff1", password=PASSWORD) is None


def test_a_manager_lets_staff_try_anew(
    client: Client, db: None, django_capture_on_commit_callbacks: Any
) -> None:
    account = staff_account()
    use_up(account.name)
    answer = first_step(client, account.name)
    assert answer.status_code == 429
    assert "请联系管理人员重置密码" in answer.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        reset_staff_password(account, "kzmw tqrb 2931", "被人反复尝试")
    assert first_step(client, account.name, "kzmw tqrb 2931").status_code == 302


class Work(NamedTuple):
    """What a refused try cost and said."""

    status: int
    hashes: int
    queries: list[str]
    said: bool


@pytest.mark.parametrize("locked", [False, True])
def test_known_and_unknown_names_cost_the_same(
    maker: Side, hashes: list[str], locked: bool
) -> None:
    closed: Account = UnitFactory.create().account
    Account.objects.filter(pk=closed.pk).update(is_active=False)

    def work(name: str, address: str) -> Work:
        client = Client(REMOTE_ADDR=address)
        if locked:
            for _ in range(settings.AXES_FAILURE_LIMIT):
                try_sign_in(client, name, password="wrong")
        hashes.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = try_sign_in(client, name, password="wrong")
        verbs = [query["sql"].split(" ", 1)[0] for query in asked]
        said = lock_sentence() in answer.content.decode()
        return Work(answer.status_code, len(hashes), verbs, said)

    pairs = (
        (maker.agent.mobile, UNKNOWN),
        (maker.unit.slug, "nobody1"),
        (closed.name, "nobody2"),
        (maker.unit.uscc, uscc(9_000_001)),
    )
    for number, (known, unknown) in enumerate(pairs):
        of_known = work(known, f"203.0.113.{number}")
        assert of_known == work(unknown, f"203.0.113.{number}")
        assert of_known.hashes == (0 if locked else 1)
