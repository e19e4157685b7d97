"""单位注册 through its pages."""

import re

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account
from accounts.core.names import mask_id_number
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.units import actions_registration
from accounts.units.models import Region, Unit
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.units.registering import (
    ACCOUNT,
    ENTERPRISE,
    MOBILE,
    PERSON,
    id_number,
    prove_number,
    up_to_agent,
)
from tests.factories import PASSWORD, AgentFactory, UnitFactory, uscc
from tests.people import Side
from tests.portal.test_rendered_pages import is_sound

pytestmark = pytest.mark.django_db


def test_the_sign_in_page_leads_here(client: Client) -> None:
    page = client.get("/login/").content.decode()
    assert '没有账号? <a href="/register/">立即注册</a>' in page
    first = client.get("/register/").content.decode()
    for title in ("单位注册", "账户信息", "企业信息", "经办人信息", "单位账号", "确认密码"):
        assert title in first


def test_a_unit_with_a_new_agent_registers_and_both_sign_in(client: Client) -> None:
    up_to_agent(client)
    prove_number(client)
    assert (
        "当前手机号未被注册，请完善经办人信息。" in client.get("/register/agent/").content.decode()
    )
    answer = client.post("/register/agent/", PERSON)
    assert answer["Location"] == "/register/done/"
    done = client.get("/register/done/").content.decode()
    assert "注册成功!" in done
    assert "newmaker1" in done
    assert MOBILE not in done
    unit = Unit.objects.get(uscc=ENTERPRISE["uscc"])
    assert (unit.name, unit.is_maker, unit.is_distributor) == (ENTERPRISE["name"], True, False)
    assert (unit.approved_at, unit.contact_mobile) == (None, MOBILE)
    assert (unit.legal_name, unit.legal_id_number) == ("法测试", id_number())
    row = Membership.objects.of(unit).get()
    assert (row.agent.name, row.agent.id_number) == ("经测试", PERSON["id_number"])
    assert row.agent.id_valid_for_ever
    assert (row.email, row.address, row.postcode) == (
        PERSON["email"],
        PERSON["address"],
        PERSON["postcode"],
    )
    assert try_sign_in(Client(), "newmaker1")["Location"] == "/u/newmaker1/"
    answer = try_sign_in(Client(), MOBILE, password=PERSON["password"])
    assert answer["Location"] == "/u/newmaker1/"


def test_a_known_agent_is_bound_with_its_data_left_alone(client: Client, maker: Side) -> None:
    known = AgentFactory.create(mobile=MOBILE, units=[maker.unit])
    up_to_agent(client)
    prove_number(client)
    page = client.get("/register/agent/").content.decode()
    assert known.name in page
    assert 'name="id_number"' not in page
    client.post("/register/agent/", {**PERSON, "go": "1"})
    unit = Unit.objects.get(account__name="newmaker1")
    assert Membership.objects.of(unit).get().agent == known
    again = Agent.objects.get(pk=known.pk)
    assert (again.name, again.id_number) == (known.name, "")
    assert again.account.check_password(PASSWORD)
    notice = Notice.objects.get(account=known.account)
    assert (notice.code, notice.detail) == ("member-added", {"unit": unit.name})


def test_before_the_code_is_proven_nothing_tells_whether_the_number_is_known(
    client: Client, maker: Side
) -> None:
    pages = []
    for mobile in (maker.agent.mobile, MOBILE):
        other = Client()
        up_to_agent(other)
        other.post("/register/agent/", {"mobile": mobile, "sms_code": "000000"})
        page = other.get("/register/agent/").content.decode()
        assert "未被注册" not in page
        assert maker.agent.name not in page
        answer = other.post("/register/agent/", {**PERSON, "mobile": mobile, "sms_code": "000000"})
        pages.append(answer.content.decode().count("errorlist"))
        assert answer.status_code == 422
    assert pages[0] == pages[1]
    assert not Unit.objects.filter(account__name="newmaker1").exists()


def test_steps_go_back_and_forth_and_keep_what_was_typed(client: Client) -> None:
    client.post("/register/", ACCOUNT)
    typed = {**ENTERPRISE, "uscc": "not yet", "back": "1"}
    assert client.post("/register/enterprise/", typed)["Location"] == "/register/"
    first = client.get("/register/").content.decode()
    assert 'value="newmaker1"' in first
    assert "密码已填写；不修改请留空。" in first
    assert PASSWORD not in first
    answer = client.post("/register/", {"account_name": "newmaker2", "password": "", "again": ""})
    assert answer["Location"] == "/register/enterprise/"
    second = client.get("/register/enterprise/").content.decode()
    for shown in (ENTERPRISE["name"], "not yet", "法测试"):
        assert shown in second
    assert re.search(r'<input[^>]*value="maker"[^>]* checked', second)
    assert id_number() not in second
    assert mask_id_number(id_number()) in second
    # What is not good yet is not passed by the address either.
    assert client.get("/register/agent/")["Location"] == "/register/enterprise/"
    client.post("/register/enterprise/", {**ENTERPRISE, "legal_id_number": ""})
    prove_number(client)
    back = {**PERSON, "email": "half", "back": "1"}
    assert client.post("/register/agent/", back)["Location"] == "/register/enterprise/"
    third = client.get("/register/agent/").content.decode()
    assert 'value="half"' in third
    assert PERSON["id_number"] not in third
    client.post("/register/agent/", {**PERSON, "id_number": ""})
    unit = Unit.objects.get(account__name="newmaker2")
    assert unit.legal_id_number == id_number()
    assert Membership.objects.of(unit).get().agent.id_number == PERSON["id_number"]
    assert unit.account.check_password(PASSWORD)


def test_each_step_is_sound_for_those_who_do_not_see_it(client: Client) -> None:
    client.post("/register/", ACCOUNT)
    is_sound(client.get("/register/enterprise/"))
    is_sound(client.post("/register/enterprise/", {**ENTERPRISE, "uscc": "", "kinds": []}))
    up_to_agent(client)
    is_sound(client.get("/register/agent/"))
    is_sound(client.post("/register/agent/", {"mobile": MOBILE}))
    prove_number(client)
    is_sound(client.get("/register/agent/"))
    is_sound(client.post("/register/agent/", {**PERSON, "name": ""}))
    client.post("/register/agent/", PERSON)
    is_sound(client.get("/register/done/"))


def test_the_session_holds_no_password_and_no_identity_number(client: Client) -> None:
    up_to_agent(client)
    kept = str(Session.objects.get(session_key=client.session.session_key).get_decoded())
    assert PASSWORD not in kept
    assert id_number() not in kept
    hashed = client.session["registration"]["register"]["fields"]["password"]
    assert check_password(PASSWORD, hashed)


def test_the_draft_ends_with_the_registration(client: Client) -> None:
    up_to_agent(client)
    prove_number(client)
    client.post("/register/agent/", PERSON)
    assert "registration" not in client.session
    assert client.get("/register/agent/")["Location"] == "/register/"
    assert Client().get("/register/done/")["Location"] == "/register/"


def test_a_step_needs_the_steps_before(client: Client) -> None:
    for later in ("/register/enterprise/", "/register/agent/"):
        assert client.get(later)["Location"] == "/register/"
        assert client.post(later, ENTERPRISE)["Location"] == "/register/"


def test_someone_signed_in_has_registered_already(agent_client: Client) -> None:
    assert agent_client.get("/register/")["Location"] == "/start/"


def test_a_taken_account_name_and_credit_code_are_said(client: Client, maker: Side) -> None:
    answer = client.post("/register/", {**ACCOUNT, "account_name": maker.unit.slug.upper()})
    assert "已被使用；请换一个单位账号。" in answer.content.decode()
    client.post("/register/", ACCOUNT)
    answer = client.post("/register/enterprise/", {**ENTERPRISE, "uscc": maker.unit.uscc})
    assert "已开通单位账号" in answer.content.decode()


def test_a_region_is_chosen_from_the_table(client: Client) -> None:
    Region.objects.get_or_create(code="110000", defaults={"name": "北京市"})
    client.post("/register/", ACCOUNT)
    assert "北京市（110000）" in client.get("/register/enterprise/").content.decode()
    client.post("/register/enterprise/", {**ENTERPRISE, "admdvs": "110000"})
    prove_number(client)
    client.post("/register/agent/", PERSON)
    assert Unit.objects.get(account__name="newmaker1").admdvs == "110000"


def test_another_number_can_be_proven_instead(client: Client) -> None:
    up_to_agent(client)
    prove_number(client)
    client.post("/register/agent/", {"change": "1"})
    assert 'name="sms_code"' in client.get("/register/agent/").content.decode()
    answer = client.post("/register/agent/", PERSON)
    assert answer.status_code == 422
    assert not Agent.objects.filter(account__name=MOBILE).exists()


def test_what_was_taken_meanwhile_is_refused_and_nothing_is_stored(client: Client) -> None:
    up_to_agent(client)
    prove_number(client)
    UnitFactory.create(slug="newmaker1", uscc=ENTERPRISE["uscc"])
    answer = client.post("/register/agent/", PERSON)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "账号“newmaker1”已被使用" in page
    assert "已开通单位账号" in page
    assert not Account.objects.filter(name=MOBILE).exists()


def test_the_operation_log_tells_of_it_without_numbers(client: Client) -> None:
    up_to_agent(client)
    prove_number(client)
    client.post("/register/agent/", PERSON, REMOTE_ADDR="192.0.2.7")
    unit = Unit.objects.get(account__name="newmaker1")
    entries = OperationLog.everything.filter(account=unit.account).order_by("pk")
    assert [(e.action, e.unit) for e in entries] == [
        ("unit-registered", unit),
        ("agent-created", None),
        ("member-added", unit),
    ]
    told = "".join(f"{e.target}{e.before}{e.after}" for e in entries)
    for secret in (MOBILE, id_number(), PERSON["id_number"], PASSWORD, PERSON["password"]):
        assert secret not in told
    assert {e.address for e in entries} == {"192.0.2.7"}


def test_names_and_codes_can_be_looked_up_only_so_often(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions_registration, "LOOKS_PER_HOUR", 3)
    for number in range(3):
        answer = client.post("/register/", {**ACCOUNT, "account_name": f"newmaker{number}"})
        assert answer.status_code == 302
    answer = client.post("/register/", ACCOUNT)
    assert "本网络地址注册单位的操作过于频繁" in answer.content.decode()
    assert client.post("/register/", ACCOUNT, REMOTE_ADDR="192.0.2.8").status_code == 302


def test_one_address_registers_only_so_many_units(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions_registration, "UNITS_PER_DAY", 1)
    up_to_agent(client)
    prove_number(client)
    client.post("/register/agent/", PERSON)
    assert Unit.objects.filter(account__name="newmaker1").exists()
    client.post("/register/", {**ACCOUNT, "account_name": "newmaker2"})
    client.post("/register/enterprise/", {**ENTERPRISE, "uscc": uscc(4_000_002)})
    prove_number(client, "19912340002")
    answer = client.post("/register/agent/", PERSON)
    assert "本网络地址注册单位的操作过于频繁" in answer.content.decode()
    assert not Unit.objects.filter(account__name="newmaker2").exists()
