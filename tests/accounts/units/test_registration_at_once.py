"""Registering the same name, credit code or number at the same instant: one of each is stored."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from zlib import crc32

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from accounts.agents.identity import Person
from accounts.agents.models import Agent, Membership
from accounts.core.kinds import MAKER
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.core.origin import Origin
from accounts.units.actions_registration import Enterprise, FirstAgent, register_unit
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.accounts.units.registering import MOBILE, id_number
from tests.factories import AgentFactory, uscc

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE, ROUNDS = 6, 5
WORD = "seven-slow-rivers"


def register(name: str, code: str, mobile: str, *, known: bool = False) -> str:
    """Register one unit; returns why it was refused, or nothing."""
    person = Person("经测试", "01", id_number(), id_valid_for_ever=True, email="a@example.com")
    kinds = frozenset({MAKER})
    try:
        register_unit(
            account_name=name,
            password_hash=make_password(WORD),
            enterprise=Enterprise(
                f"测试{name}",
                code,
                kinds,
                legal_name="法",
                legal_id_type="01",
                legal_id_number=id_number(),
            ),
            agent=FirstAgent(mobile) if known else FirstAgent(mobile, person, "eight-blue-doors"),
            origin=Origin(f"10.9.8.{crc32(name.encode()) % 250 + 1}"),
        )
    except Refused as refused:
        return " ".join(each.code for each in refused.refusals)
    return ""


def at_once(calls: list[tuple[str, str, str]]) -> list[str]:
    """Register all of them at the same instant."""
    gate = Barrier(len(calls))

    def one(call: tuple[str, str, str]) -> str:
        try:
            gate.wait()
            return register(*call)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_one_of_many_gets_the_name() -> None:
    for turn in range(ROUNDS):
        name = f"race{turn}"
        answers = at_once([(name, uscc(100 * turn + n), mobile(turn, n)) for n in range(AT_ONCE)])
        assert answers.count("") == 1
        assert set(answers) == {"", "account_name_taken"}
        assert Unit.objects.filter(account__name=name).count() == 1
    assert Unit.objects.count() == Agent.objects.count() == ROUNDS


def test_one_of_many_gets_the_credit_code() -> None:
    for turn in range(ROUNDS):
        code = uscc(5000 + turn)
        answers = at_once([(f"race{turn}x{n}", code, mobile(turn, n)) for n in range(AT_ONCE)])
        assert answers.count("") == 1
        assert set(answers) == {"", "uscc_taken"}
    assert Unit.objects.count() == Agent.objects.count() == ROUNDS
    assert Account.objects.filter(kind=AccountKind.UNIT).count() == ROUNDS


def test_one_number_is_one_agent_of_all_the_units() -> None:
    for turn in range(ROUNDS):
        number = mobile(turn, 0)
        calls = [(f"race{turn}x{n}", uscc(100 * turn + n), number) for n in range(AT_ONCE)]
        assert at_once(calls) == [""] * AT_ONCE
        agent = Agent.objects.get(account__name=number)
        assert Membership.everything.filter(agent=agent).count() == AT_ONCE


def test_a_known_number_that_is_gone_is_refused_and_nothing_is_stored() -> None:
    agent = AgentFactory.create(mobile=MOBILE)
    Account.objects.filter(pk=agent.account_id).update(
        name=f"-{agent.account_id}", closed_at=timezone.now(), is_active=False
    )
    assert register("lonely", uscc(1), MOBILE, known=True) == "first_agent_gone"
    assert not Unit.objects.exists()


def mobile(turn: int, number: int) -> str:
    return f"1991{turn:03d}{number:04d}"
