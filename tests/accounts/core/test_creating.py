"""Units and agents come into being through actions, or are refused with a sentence."""

from typing import Any

import pytest

from accounts.agents.actions import add_member, create_agent
from accounts.agents.models import Agent
from accounts.agents.queries import agents_of, units_of
from accounts.core.kinds import MAKER
from accounts.core.models import Account
from accounts.core.queries import agent_for, unit_for
from accounts.log.models import OperationLog
from accounts.units.actions import create_unit
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.factories import PASSWORD, AgentFactory, uscc
from tests.people import Side

pytestmark = pytest.mark.django_db

UNIT: dict[str, Any] = {
    "account_name": "maker1",
    "password": PASSWORD,
    "name": "测试制药有限公司",
    "uscc": uscc(1_000_001),
    "kinds": frozenset({MAKER}),
}
AGENT: dict[str, Any] = {"mobile": "19900000001", "password": PASSWORD, "name": "测试人"}


def codes(refused: Refused) -> list[str]:
    return [refusal.code for refusal in refused.refusals]


def test_a_unit_is_stored_with_its_account_and_logged() -> None:
    unit = create_unit(**UNIT | {"account_name": " MAKER1", "uscc": UNIT["uscc"].lower()})
    assert (unit.slug, unit.uscc) == ("maker1", UNIT["uscc"])
    assert unit.kinds == {MAKER}
    assert unit.account.check_password(PASSWORD)
    entry = OperationLog.objects.of(unit).get()
    assert (entry.action, entry.target) == ("unit-created", UNIT["name"])
    assert PASSWORD not in str(entry.after)


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"account_name": "abc"}, "account_name_invalid", "4 至 16 位"),
        ({"account_name": "19900000001"}, "account_name_invalid", "小写字母开头"),
        ({"name": "  "}, "unit_name_missing", "请填写"),
        ({"uscc": "91990000"}, "uscc_invalid", "18 位"),
        ({"uscc": uscc(1)[:17] + "#"}, "uscc_invalid", "除 I、O、S、V、Z 外"),
        ({"uscc": uscc(1)[:17] + "0"}, "uscc_invalid", "末位校验码"),
        ({"kinds": frozenset()}, "unit_kind_missing", "至少选择一项"),
        ({"password": "12345678"}, "password_weak", "密码"),
    ],
)
def test_a_wrong_unit_is_refused(values: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        create_unit(**UNIT | values)
    assert codes(caught.value) == [code]
    assert not Account.objects.exists()


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(Refused) as caught:
        create_unit(**UNIT | {"account_name": "", "name": "", "uscc": "", "password": "x"})
    assert codes(caught.value) == [
        "account_name_invalid",
        "unit_name_missing",
        "uscc_invalid",
        "password_weak",
    ]


@pytest.mark.parametrize(
    ("values", "code"),
    [({"uscc": uscc(1_000_002)}, "account_name_taken"), ({"account_name": "other1"}, "uscc_taken")],
)
def test_a_name_or_code_in_use_is_refused(values: dict[str, Any], code: str) -> None:
    create_unit(**UNIT)
    with pytest.raises(Refused) as caught:
        create_unit(**UNIT | values)
    assert codes(caught.value) == [code]
    assert Unit.objects.count() == 1


def test_an_agent_is_stored_with_its_account() -> None:
    agent = create_agent(**AGENT | {"mobile": "+86 199 0000 0001"})
    assert agent.mobile == "19900000001"
    assert agent_for("+8619900000001") == agent
    entry = OperationLog.everything.get()
    assert entry.target == "测试人（199****0001）"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"mobile": "12900000001"}, "mobile_invalid"),
        ({"mobile": "maker1"}, "mobile_invalid"),
        ({"name": ""}, "agent_name_missing"),
        ({"password": "short"}, "password_weak"),
    ],
)
def test_a_wrong_agent_is_refused(values: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        create_agent(**AGENT | values)
    assert codes(caught.value) == [code]
    assert not Account.objects.exists()


def test_a_mobile_in_use_is_refused_without_showing_it() -> None:
    create_agent(**AGENT)
    with pytest.raises(Refused, match="199[*]{4}0001") as caught:
        create_agent(**AGENT)
    assert codes(caught.value) == ["mobile_taken"]
    assert Agent.objects.count() == 1


def test_an_agent_joins_a_unit_once(maker: Side) -> None:
    agent = AgentFactory.create()
    add_member(maker.unit, agent)
    assert units_of(agent) == [maker.unit]
    assert agents_of(maker.unit) == [maker.agent, agent]
    with pytest.raises(Refused, match="无需重复添加"):
        add_member(maker.unit, agent)
    assert OperationLog.objects.of(maker.unit).count() == 1


def test_a_unit_is_found_by_account_and_by_credit_code(maker: Side) -> None:
    assert unit_for(maker.unit.slug.upper()) == maker.unit
    assert unit_for(maker.unit.uscc.lower()) == maker.unit
    assert unit_for("nobody1") is None
    assert agent_for(maker.unit.slug) is None
