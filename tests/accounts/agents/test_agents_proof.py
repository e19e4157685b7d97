"""What the SMS code protects: until it is proven, nothing is told and nobody is bound."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.agents.models import Agent
from accounts.agents.queries import agents_of
from accounts.core.queries import agent_for
from accounts.signing_in import proven_numbers
from accounts.signing_in.models import SmsCode
from tests.accounts.agents.adding import (
    MEMBER,
    MOBILE,
    address_of,
    complete,
    prove,
    same_for_all,
    words,
)
from tests.accounts.signing_in.sms import ask_for_code, code_for
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def known() -> Agent:
    """An agent of another unit."""
    agent: Agent = AgentFactory.create(
        mobile=MOBILE, name="熟测试", email="old@example.com", units=[UnitFactory.create()]
    )
    return agent


def before_the_proof(client: Client, side: Side, mobile: str) -> tuple[list[str], list[int]]:
    """What is answered to 发送验证码 and a wrong code, and how many queries each takes."""
    address = address_of("agent-add", side.unit)
    steps: list[Callable[[], Any]] = [
        lambda: ask_for_code(client, address, mobile),
        lambda: client.post(address, {"mobile": mobile, "sms_code": wrong(mobile)}),
        lambda: client.get(address_of("agent-add-person", side.unit), follow=True),
    ]
    said, work = [], []
    for step in steps:
        with CaptureQueriesContext(connection) as counted:
            said.append(same_for_all(step()).replace(mobile, ""))
        work.append(len(counted))
    return said, work


def wrong(mobile: str) -> str:
    """A code that was not sent."""
    right = code_for(MEMBER, mobile)
    return "000000" if right != "000000" else "000001"


def test_known_and_unknown_are_told_apart_by_nothing_before_the_proof(
    unit_client: Client, maker: Side, known: Agent
) -> None:
    # Whatever is read only once in a process is read before the two are compared.
    before_the_proof(unit_client, maker, "19912340000")
    of_known = before_the_proof(unit_client, maker, known.mobile)
    of_unknown = before_the_proof(unit_client, maker, "19912340001")
    assert of_known == of_unknown
    sent = SmsCode.objects.filter(purpose=MEMBER).values_list("silent", flat=True)
    assert list(sent) == [False] * 3


def test_a_wrong_code_binds_nobody(unit_client: Client, maker: Side, known: Agent) -> None:
    address = address_of("agent-add", maker.unit)
    ask_for_code(unit_client, address, MOBILE)
    answer = unit_client.post(address, {"mobile": MOBILE, "sms_code": wrong(MOBILE)})
    assert answer.status_code == 422
    assert "短信验证码不正确" in words(answer)
    assert agents_of(maker.unit) == [maker.agent]


def test_a_code_for_another_number_binds_nobody(
    unit_client: Client, maker: Side, known: Agent
) -> None:
    ask_for_code(unit_client, address_of("agent-add", maker.unit), "19912340001")
    data = {"mobile": known.mobile, "sms_code": code_for(MEMBER, "19912340001")}
    answer = unit_client.post(address_of("agent-add", maker.unit), data)
    assert answer.status_code == 422
    assert known not in agents_of(maker.unit)


def test_the_second_form_needs_the_proof(unit_client: Client, maker: Side) -> None:
    for answer in (
        unit_client.get(address_of("agent-add-person", maker.unit)),
        complete(unit_client, maker.unit),
    ):
        assert answer["Location"] == address_of("agent-add", maker.unit)
    assert "请重新验证手机号" in words(unit_client.get(answer["Location"]))
    assert Agent.objects.count() == 1


def test_a_proof_does_not_last_for_ever(
    unit_client: Client, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(unit_client, maker.unit)
    late = time.time() + proven_numbers.LIFE.total_seconds() + 1
    monkeypatch.setattr("accounts.signing_in.proven_numbers.time.time", lambda: late)
    assert complete(unit_client, maker.unit)["Location"] == address_of("agent-add", maker.unit)
    assert agent_for(MOBILE) is None


def test_a_proof_serves_once(unit_client: Client, maker: Side) -> None:
    prove(unit_client, maker.unit)
    complete(unit_client, maker.unit)
    again = complete(unit_client, maker.unit)
    assert again["Location"] == address_of("agent-add", maker.unit)


def test_a_proof_is_of_its_session_alone(unit_client: Client, maker: Side, stranger: Side) -> None:
    prove(unit_client, maker.unit)
    other = client_of(stranger.unit.account)
    assert complete(other, stranger.unit)["Location"] == address_of("agent-add", stranger.unit)
    assert agent_for(MOBILE) is None
