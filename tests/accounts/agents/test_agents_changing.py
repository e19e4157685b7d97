"""What a unit does with an agent it has: the list, 编辑, 重置密码, 删除."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.agents.actions import (
    PROMPTS_PER_DAY,
    Reach,
    add_member,
    bind_known,
    bind_person,
    change_reach,
    prompt_new_password,
    remove_member,
)
from accounts.agents.models import Agent, Membership
from accounts.agents.queries import MEMBERS_PAGE, agents_of
from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.rights.actions_asking import request_access
from accounts.rights.actions_granting import grant
from accounts.rights.actions_handing_over import stand_in
from accounts.rights.models import AccessRequest, Authorization
from accounts.rights.queries import acting, held_by, holders
from portal.lib.refused import Refused
from tests.accounts.agents.adding import ID_NUMBER, PERSON, address_of, words
from tests.factories import PASSWORD, AgentFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

REACH = {"email": "new@example.com", "address": "测试市新路 2 号", "postcode": "990001"}


@pytest.fixture
def colleague(maker: Side) -> Agent:
    """An agent whose document is known, bound to the maker alone; holds nothing."""
    return bind_person(maker.unit, "19912345678", PERSON).agent


def test_the_list_shows_how_to_reach_an_agent_and_what_it_may_do(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    page = words(unit_client.get(address_of("agents", maker.unit)))
    heads = ("序号", "姓名", "手机号", "联系邮箱", "联系地址", "邮政编码", "权限", "操作")
    acts = ("编辑", "重置密码", "权限", "删除", "+ 添加经办人")
    for label in (*heads, *acts, PERSON.email, PERSON.address, PERSON.postcode, "199****5678"):
        assert label in page
    assert "3 项业务" in page
    assert "未授权" in page
    assert colleague.mobile not in page
    assert ID_NUMBER not in page


def test_the_list_marks_who_stands_in(unit_client: Client, maker: Side, colleague: Agent) -> None:
    ends = timezone.now() + timedelta(days=2)
    stand_in(maker.unit, "maker-upload", colleague, holder_id=maker.agent.pk, ends_at=ends)
    page = words(unit_client.get(address_of("agents", maker.unit)))
    until = timezone.localtime(ends).strftime("%Y-%m-%d %H:%M")
    assert f"生产企业药耗基础信息上传（代办至 {until}）" in page
    assert f"生产企业药耗基础信息上传（由 {colleague.name} 代办至 {until}）" in page


def test_a_long_list_has_pages_and_is_searched_by_name(unit_client: Client, maker: Side) -> None:
    for number in range(MEMBERS_PAGE):
        AgentFactory.create(units=[maker.unit], name=f"测试{number:02d}号")
    address = address_of("agents", maker.unit)
    first = words(unit_client.get(address))
    assert f"总共{MEMBERS_PAGE + 1}条，第 1 / 2 页" in first
    assert f"测试{MEMBERS_PAGE - 1:02d}号" not in first
    second = words(unit_client.get(address, {"page": "2"}))
    assert f'data-label="序号">{MEMBERS_PAGE + 1}<' in second
    assert f"测试{MEMBERS_PAGE - 1:02d}号" in second
    found = words(unit_client.get(address, {"name": " 测试07 "}))
    assert "测试07号" in found
    assert "测试08号" not in found
    assert "没有姓名含此文字的经办人" in words(unit_client.get(address, {"name": "某某"}))


def test_one_unit_changes_how_it_reaches_an_agent_and_no_other_sees_it(
    unit_client: Client, maker: Side, stranger: Side, colleague: Agent
) -> None:
    add_member(stranger.unit, colleague)
    address = address_of("agent-edit", maker.unit, colleague.pk)
    form = words(unit_client.get(address))
    for said in (PERSON.email, "990****", "由其登录后自行修改", "居民身份证(户口簿)", "2099-01-31"):
        assert said in form
    assert ID_NUMBER not in form
    answer = unit_client.post(address, REACH | {"name": "改测试", "id_number": "1"})
    assert "联系方式已保存" in words(unit_client.get(answer["Location"]))
    ours = Membership.objects.of(maker.unit).get(agent=colleague)
    theirs = Membership.objects.of(stranger.unit).get(agent=colleague)
    assert {name: getattr(ours, name) for name in REACH} == REACH
    assert theirs.email == PERSON.email
    colleague.refresh_from_db()
    assert (colleague.name, colleague.id_number) == (PERSON.name, ID_NUMBER)


def test_the_log_says_what_changed_and_not_to_what(maker: Side, colleague: Agent) -> None:
    reach = Reach("new@example.com", PERSON.address, "990001")
    change_reach(maker.unit, colleague, reach, origin=COMMAND.done_by(maker.unit.account))
    change_reach(maker.unit, colleague, reach, origin=COMMAND.done_by(maker.unit.account))
    entry = OperationLog.objects.of(maker.unit).get(action="member-changed")
    assert entry.after == {"fields": ["email", "postcode"]}
    page = words(client_of(maker.unit.account).get(address_of("log", maker.unit)))
    assert "修改项：联系邮箱、邮政编码" in page
    assert "new@example.com" not in page


def test_a_wrong_reach_is_refused_in_its_place(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    address = address_of("agent-edit", maker.unit, colleague.pk)
    answer = unit_client.post(address, REACH | {"email": "x"})
    assert answer.status_code == 422
    assert "联系邮箱格式不正确" in words(answer)
    assert Membership.objects.of(maker.unit).get(agent=colleague).email == PERSON.email


def test_resetting_a_password_asks_the_agent_and_sets_nothing(
    unit_client: Client, maker: Side
) -> None:
    address = address_of("agent-password", maker.unit, maker.agent.pk)
    form = words(unit_client.get(address))
    for said in ("单位不能设置或查看密码", "忘记密码", "原密码仍然有效"):
        assert said in form
    answer = unit_client.post(address)
    assert "已提醒经办人" in words(unit_client.get(answer["Location"]))
    maker.agent.account.refresh_from_db()
    assert maker.agent.account.check_password(PASSWORD)
    notice = Notice.objects.get(account=maker.agent.account)
    assert (notice.code, notice.detail) == ("password-prompted", {"unit": maker.unit.name})
    assert OperationLog.objects.of(maker.unit).get().action == "password-prompted"


def test_an_agent_is_not_asked_for_ever(unit_client: Client, maker: Side) -> None:
    address = address_of("agent-password", maker.unit, maker.agent.pk)
    for _ in range(PROMPTS_PER_DAY):
        assert unit_client.post(address).status_code == 302
    answer = unit_client.post(address)
    assert answer.status_code == 422
    assert f"24 小时内已提醒该经办人 {PROMPTS_PER_DAY} 次" in words(answer)
    assert Notice.objects.filter(account=maker.agent.account).count() == PROMPTS_PER_DAY


def test_removing_says_first_what_becomes_of_all_the_agent_has(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    ends = timezone.now() + timedelta(days=2)
    stand_in(maker.unit, "maker-query", colleague, holder_id=maker.agent.pk, ends_at=ends)
    request_access(maker.unit, colleague, "maker-upload")
    of_holder = words(
        unit_client.get(address_of("agent-remove", maker.unit, maker.agent.pk))
    ).partition("<dialog")[2]
    assert "以下业务将无人办理" in of_holder
    assert "生产企业药耗基础信息上传" in of_holder
    assert "转授权" in of_holder
    assert f"经办人 {colleague.name} 代办至" in of_holder
    assert "权限申请将撤回" not in of_holder
    of_colleague = words(
        unit_client.get(address_of("agent-remove", maker.unit, colleague.pk))
    ).partition("<dialog")[2]
    assert "将无人办理" not in of_colleague
    assert f"代经办人 {maker.agent.name} 办理至" in of_colleague
    assert "以下权限申请将撤回" in of_colleague


def test_removing_ends_everything_the_agent_has_here(
    unit_client: Client, maker: Side, stranger: Side, colleague: Agent
) -> None:
    add_member(stranger.unit, maker.agent)
    ends = timezone.now() + timedelta(days=2)
    row = stand_in(maker.unit, "maker-query", colleague, holder_id=maker.agent.pk, ends_at=ends)
    client = client_of(maker.agent.account)
    assert client.get(address_of("hall", maker.unit)).status_code == 200
    answer = unit_client.post(address_of("agent-remove", maker.unit, maker.agent.pk))
    page = words(unit_client.get(answer["Location"]))
    assert "以下业务现在无人办理" in page
    assert holders(maker.unit) == {}
    assert acting(maker.unit) == {}
    row.refresh_from_db()
    assert row.ended_at is not None
    assert Authorization.objects.of(maker.unit).count() == 3
    # The next request of who was removed finds no such unit; the other unit is as it was.
    assert client.get(address_of("hall", maker.unit)).status_code == 404
    assert client.get(address_of("hall", stranger.unit)).status_code == 200
    entry = OperationLog.objects.of(maker.unit).get(action="member-removed")
    assert entry.before == {"businesses": ["api-self-service", "maker-query", "maker-upload"]}
    notices = Notice.objects.filter(account=maker.agent.account, code="member-removed")
    assert notices.get().detail == {"unit": maker.unit.name}


def test_removing_a_stand_in_gives_the_holder_the_right_back(maker: Side, colleague: Agent) -> None:
    ends = timezone.now() + timedelta(days=2)
    stand_in(maker.unit, "maker-query", colleague, holder_id=maker.agent.pk, ends_at=ends)
    request_access(maker.unit, colleague, "maker-upload")
    remove_member(maker.unit, colleague)
    assert acting(maker.unit)["maker-query"] == maker.agent
    asked = AccessRequest.objects.of(maker.unit).get()
    assert asked.answer == AccessRequest.Answer.WITHDRAWN


def test_who_was_removed_can_be_added_again_and_holds_nothing(maker: Side) -> None:
    remove_member(maker.unit, maker.agent)
    assert bind_known(maker.unit, maker.agent.mobile) == maker.agent
    assert held_by(maker.unit, maker.agent) == frozenset()
    grant(maker.unit, maker.agent, "maker-upload")


def test_who_is_none_of_the_units_is_refused_by_every_act(maker: Side, stranger: Side) -> None:
    unit, agent = maker.unit, stranger.agent
    for act in (
        lambda: change_reach(unit, agent, Reach()),
        lambda: remove_member(unit, agent),
        lambda: prompt_new_password(unit, agent),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert [refusal.code for refusal in caught.value.refusals] == ["not_a_member"]
    assert agents_of(stranger.unit) == [agent]
    assert not Notice.objects.filter(account=agent.account).exists()


@pytest.mark.parametrize("name", ["agent-edit", "agent-number", "agent-password", "agent-remove"])
def test_an_agent_of_another_unit_has_no_page_here(
    unit_client: Client, maker: Side, stranger: Side, name: str
) -> None:
    address = address_of(name, maker.unit, stranger.agent.pk)
    nobody = address_of(name, maker.unit, 999_999)
    for method in (unit_client.get, unit_client.post):
        assert method(address).status_code == method(nobody).status_code == 404
