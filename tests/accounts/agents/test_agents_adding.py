"""添加经办人: the number is proven first; then the known are bound, the unknown asked for."""

import pytest
from django.db import connection
from django.test import Client

from accounts.agents.actions import add_member, bind_known, bind_person
from accounts.agents.models import Agent, Membership
from accounts.agents.queries import agents_of, units_of
from accounts.core.queries import agent_for
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.rights.queries import held_by
from portal.lib.refused import Refused
from tests.accounts.agents.adding import (
    FORM,
    ID_NUMBER,
    MOBILE,
    PERSON,
    address_of,
    complete,
    prove,
    words,
)
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.signing_in.sms import ask_for_code
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side
from tests.portal.test_rendered_pages import is_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def known() -> Agent:
    """An agent of another unit."""
    agent: Agent = AgentFactory.create(
        mobile=MOBILE, name="熟测试", email="old@example.com", units=[UnitFactory.create()]
    )
    return agent


def test_the_dialog_asks_for_number_picture_and_code(unit_client: Client, maker: Side) -> None:
    page = words(unit_client.get(address_of("agent-add", maker.unit)))
    for label in (
        "添加经办人",
        "手机号",
        "图形验证码",
        "短信验证码",
        "发送验证码",
        "温馨提示",
        "确定",
    ):
        assert label in page
    alone = unit_client.get(address_of("agent-add", maker.unit), headers={"HX-Request": "true"})
    assert words(alone).lstrip().startswith("<dialog")


def test_a_known_agent_is_bound_at_once(unit_client: Client, maker: Side, known: Agent) -> None:
    answer = prove(unit_client, maker.unit)
    assert answer.status_code == 302
    assert "绑定成功!" in words(unit_client.get(answer["Location"]))
    row = Membership.objects.of(maker.unit).get(agent=known)
    assert row.email == "old@example.com"
    assert len(units_of(known)) == 2
    assert held_by(maker.unit, known) == frozenset()
    entry = OperationLog.objects.of(maker.unit).get(action="member-added")
    assert entry.account == maker.unit.account
    assert MOBILE not in entry.target
    assert Notice.objects.get(account=known.account).detail == {"unit": maker.unit.name}


def test_an_unknown_agent_is_asked_for_and_bound(unit_client: Client, maker: Side) -> None:
    answer = prove(unit_client, maker.unit)
    assert answer["Location"] == address_of("agent-add-person", maker.unit)
    form = words(unit_client.get(answer["Location"]))
    assert "当前手机号未被注册，请完善经办人信息。" in form
    labels = (
        "手机号",
        "姓名",
        "证件类型",
        "证件号码",
        "证件有效期",
        "联系邮箱",
        "联系地址",
        "邮政编码",
    )
    for label in (*labels, "5年", "10年", "20年", "长期有效", "居民身份证(户口簿)"):
        assert label in form
    assert MOBILE not in form
    assert not Agent.objects.filter(account__name=MOBILE).exists()
    bound = complete(unit_client, maker.unit)
    assert bound.status_code == 302
    page = words(unit_client.get(bound["Location"]))
    assert "绑定成功!" in page
    assert "忘记密码" in page
    agent = agent_for(MOBILE)
    assert agent is not None
    assert agent.id_number == ID_NUMBER
    assert agent in agents_of(maker.unit)
    row = Membership.objects.of(maker.unit).get(agent=agent)
    assert (row.email, row.address, row.postcode) == (PERSON.email, PERSON.address, PERSON.postcode)


def test_the_unit_does_not_choose_the_password(unit_client: Client, maker: Side) -> None:
    prove(unit_client, maker.unit)
    complete(unit_client, maker.unit, password="Portal-2026")
    agent = agent_for(MOBILE)
    assert agent is not None
    assert not agent.account.has_usable_password()
    assert try_sign_in(Client(), MOBILE).status_code == 200


def test_the_number_is_sealed_and_stands_in_no_log(unit_client: Client, maker: Side) -> None:
    prove(unit_client, maker.unit)
    complete(unit_client, maker.unit)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM accounts_agent WHERE name = %s", [PERSON.name])
        (stored,) = cursor.fetchone()
        assert stored
        assert ID_NUMBER not in stored
    for entry in OperationLog.everything.all():
        said = f"{entry.target}{entry.before}{entry.after}"
        assert ID_NUMBER not in said
        assert MOBILE not in said


def test_who_is_bound_already_is_refused_by_name(unit_client: Client, maker: Side) -> None:
    answer = prove(unit_client, maker.unit, maker.agent.mobile)
    assert answer.status_code == 422
    said = words(answer)
    assert f"经办人 {maker.agent.name}（{maker.agent.mobile[:3]}****" in said
    assert "无需重复添加" in said
    assert Membership.objects.of(maker.unit).count() == 1


@pytest.mark.parametrize("typed", ["maker1", "staff1", "12345678901", "010-12345678"])
def test_what_is_no_mobile_number_is_refused(unit_client: Client, maker: Side, typed: str) -> None:
    answer = unit_client.post(
        address_of("agent-add", maker.unit), {"mobile": typed, "sms_code": "123456"}
    )
    assert answer.status_code == 422
    assert "应为 1 开头的 11 位中国大陆手机号" in words(answer)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "请输入姓名"),
        ({"id_number": ""}, "请输入证件号码"),
        ({"id_number": ID_NUMBER[:-1]}, "应为 18 位"),
        ({"id_number": ID_NUMBER[:-1] + ("1" if ID_NUMBER[-1] == "0" else "0")}, "末位与前 17 位"),
        ({"id_type": "77"}, "没有这种证件类型"),
        ({"id_valid_until": "2020-01-31"}, "已于 2020-01-31 到期"),
        ({"id_valid_until": ""}, "没有填写证件有效期"),
        ({"email": "agent"}, "联系邮箱格式不正确"),
        ({"address": ""}, "请输入联系地址"),
        ({"postcode": "99"}, "邮政编码应为 6 位数字"),
    ],
)
def test_a_wrong_person_is_refused_in_its_place(
    unit_client: Client, maker: Side, wrong: dict[str, str], said: str
) -> None:
    prove(unit_client, maker.unit)
    answer = complete(unit_client, maker.unit, **wrong)
    assert answer.status_code == 422
    assert said in words(answer)
    assert agent_for(MOBILE) is None
    # The proof still serves when the form is mended.
    assert complete(unit_client, maker.unit).status_code == 302


def test_the_action_checks_the_person_too(maker: Side) -> None:
    with pytest.raises(Refused) as caught:
        bind_person(maker.unit, MOBILE, PERSON._replace(id_number="1", name=""))
    codes = [refusal.code for refusal in caught.value.refusals]
    assert codes == ["agent_name_missing", "id_card_form"]


def test_a_document_for_ever_has_no_last_day(unit_client: Client, maker: Side) -> None:
    prove(unit_client, maker.unit)
    complete(unit_client, maker.unit, id_term="ever")
    agent = agent_for(MOBILE)
    assert agent is not None
    assert agent.id_valid_for_ever
    assert agent.id_valid_until is None


def test_who_was_stored_meanwhile_is_bound_as_stored(
    unit_client: Client, maker: Side, stranger: Side
) -> None:
    prove(unit_client, maker.unit)
    other = bind_person(stranger.unit, MOBILE, PERSON._replace(name="先测试")).agent
    answer = complete(unit_client, maker.unit, email="ours@example.com")
    page = words(unit_client.get(answer["Location"]))
    assert "刚刚已登记为经办人 先测试" in page
    assert Agent.objects.filter(account__name=MOBILE).count() == 1
    row = Membership.objects.of(maker.unit).get(agent=other)
    assert row.email == "ours@example.com"
    assert Membership.objects.of(stranger.unit).get(agent=other).email == PERSON.email


def test_the_number_of_a_closed_account_is_free(maker: Side, known: Agent) -> None:
    account = known.account
    account.name, account.is_active = f"-{account.pk}", False
    account.closed_at = account.created_at
    account.save()
    assert bind_known(maker.unit, MOBILE) is None
    assert bind_person(maker.unit, MOBILE, PERSON).created
    with pytest.raises(Refused) as caught:
        add_member(maker.unit, known)
    assert caught.value.refusals[0].code == "agent_closed"


def test_a_unit_that_has_ended_gets_nobody(maker: Side, known: Agent) -> None:
    maker.unit.closed_at = maker.unit.created_at
    maker.unit.save()
    with pytest.raises(Refused) as caught:
        bind_known(maker.unit, MOBILE)
    assert caught.value.refusals[0].code == "unit_closed"


def test_a_form_without_script_keeps_what_was_typed(unit_client: Client, maker: Side) -> None:
    page = words(ask_for_code(unit_client, address_of("agent-add", maker.unit), MOBILE))
    assert f'value="{MOBILE}"' in page
    assert "验证码已发送" in page
    assert "请输入短信验证码；没有收到" not in page
    assert FORM["id_number"] not in page


def test_the_second_form_is_a_sound_page(unit_client: Client, maker: Side) -> None:
    prove(unit_client, maker.unit)
    is_sound(unit_client.get(address_of("agent-add-person", maker.unit)))
    is_sound(complete(unit_client, maker.unit, name=""))
