"""账号注销: says what follows, asks for every proof, and leaves nothing behind that still works."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.agents.actions import add_member, create_agent
from accounts.agents.models import Agent, Membership
from accounts.agents.queries import units_of
from accounts.core.models import Account
from accounts.core.origin import COMMAND
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.rights.actions_granting import grant, save_permissions
from accounts.rights.businesses import SERVED
from accounts.rights.models import AccessRequest, Authorization, StandIn
from accounts.rights.queries import holder, holders
from accounts.signing_in.models import Device, SignIn, SmsCode
from accounts.units.actions_closing import close_agent, close_unit
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.accounts.signing_in.recovering import ask_for_code, newest_code
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.units.closing import CONTACT, ask_code, close, text_of, whole_side
from tests.factories import PASSWORD, AgentFactory, UnitFactory, hold
from tests.people import Side, client_of
from tracing.uploads.actions import submit
from tracing.uploads.models import Submission, SubmissionState

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(db: None) -> Side:
    """A maker that has something to lose."""
    return whole_side()


def upload(made: Side) -> Submission:
    """An upload of the agent that nobody has checked yet."""
    return submit(
        unit=made.unit,
        agent=made.agent,
        record_code="domestic-drug-info",
        name="数据.xlsx",
        chunks=[b"not looked at"],
        source=Submission.Source.PAGE,
        origin=COMMAND,
        work_elsewhere=False,
    ).submission


def drop(submission: Submission) -> None:
    """End an upload without its rows."""
    rows = Submission.everything.filter(pk=submission.pk)
    rows.update(state=SubmissionState.DROPPED)


def test_an_agent_sees_what_follows(agent_client: Client, maker: Side) -> None:
    other = UnitFactory.create()
    Membership.objects.create(unit=other, agent=maker.agent)
    page = text_of(agent_client.get("/close/"))
    assert maker.unit.name in page
    assert SERVED["maker-upload"].title in page
    assert f"{other.name}</strong> 的经办人；您在该单位没有持有业务" in page
    for words in ("不能撤销", "保留的", "仍显示您的姓名", "删除的", "证件号码"):
        assert words in page
    assert maker.agent.mobile not in page.replace(f'value="{maker.agent.mobile}"', "")


def test_the_hall_leads_there(agent_client: Client) -> None:
    assert 'href="/close/"' in text_of(agent_client.get("/account/"))


def test_an_agent_closes_its_account(agent_client: Client, maker: Side) -> None:
    account, mobile = maker.agent.account, maker.agent.mobile
    elsewhere = Client()
    try_sign_in(elsewhere, mobile)
    answer = close(agent_client, mobile)
    assert answer["Location"] == "/close/done/"
    assert "账号已经注销" in text_of(agent_client.get("/close/done/"))
    for client in (agent_client, elsewhere):
        assert client.get("/account/")["Location"].startswith("/login/")
    account.refresh_from_db()
    assert (account.name, account.is_active) == (f"-{account.pk}", False)
    assert account.closed_at is not None
    assert try_sign_in(Client(), mobile).status_code == 200
    assert not SignIn.objects.filter(account=account, ended_at=None).exists()
    assert SignIn.objects.filter(account=account, end=SignIn.End.CLOSED).exists()


def test_what_an_agent_leaves(maker: Side) -> None:
    unit, agent, account = maker.unit, maker.agent, maker.agent.account
    mobile = agent.mobile
    deputy = AgentFactory.create(units=[unit])
    held = Authorization.objects.of(unit).get(business="maker-upload")
    now = timezone.now()
    StandIn.everything.create(
        unit=unit,
        authorization=held,
        agent=deputy,
        starts_at=now,
        ends_at=now + timedelta(days=2),
        made_by=unit.account,
    )
    AccessRequest.everything.create(unit=unit, agent=agent, business="distributor-upload")
    Device.objects.create(account=account, digest="d", label="x", last_at=now)
    close_agent(account)
    assert not holders(unit)
    assert not Membership.everything.filter(agent=agent).exists()
    assert not StandIn.objects.of(unit).filter(ended_at=None).exists()
    assert not AccessRequest.objects.of(unit).filter(decided_at=None).exists()
    left = Agent.objects.get(pk=agent.pk)
    assert left.name == agent.name
    assert (left.id_type, left.id_number, left.email, left.address, left.postcode) == ("",) * 5
    assert (left.id_valid_until, left.id_valid_for_ever) == (None, False)
    assert not Device.objects.filter(account=account).exists()
    assert not Notice.objects.filter(account=account).exists()
    notice = Notice.objects.get(account=unit.account, code="agent-closed-holding")
    assert SERVED["maker-upload"].title in notice.detail["businesses"]
    entry = OperationLog.objects.of(unit).get(action="agent-closed")
    assert "maker-upload" in (entry.before or {})["businesses"]
    assert f"{agent.name}（已注销）" in line(entry).who
    assert mobile not in str(list(OperationLog.everything.values_list("target", "before", "after")))
    assert OperationLog.everything.filter(action="agent-closed", unit=None).exists()


def test_the_number_can_be_registered_anew(maker: Side) -> None:
    mobile = maker.agent.mobile
    close_agent(maker.agent.account)
    again = create_agent(mobile=mobile, password=PASSWORD, name="新人")
    assert again != maker.agent
    assert units_of(again) == []


def test_pages_go_on_with_a_closed_agent(maker: Side) -> None:
    unit = maker.unit
    successor = AgentFactory.create(units=[unit])
    submission = upload(maker)
    drop(submission)
    close_agent(maker.agent.account)
    save_permissions(unit, successor, ["maker-upload", "maker-query"])
    owner, agent = client_of(unit.account), client_of(successor.account)
    log = text_of(owner.get(f"/u/{unit.slug}/log/"))
    assert f"{maker.agent.name}（已注销）" in log
    # The name nobody can type; days, as in 2026-11-21, are none.
    assert not re.search(rf"(?<![0-9])-{maker.agent.account_id}(?![0-9])", log)
    for page in ("", "agents/", "log/"):
        assert owner.get(f"/u/{unit.slug}/{page}").status_code == 200
    for name in ("maker-upload", "maker-query"):
        assert agent.get(reverse(f"tracing:{name}", args=[unit.slug])).status_code == 200


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"password": "wrong"}, "当前密码不正确"),
        ({"password": ""}, "请输入当前密码"),
        ({"sms_code": "000000"}, "短信验证码不正确"),
        ({"sms_code": ""}, "请输入短信验证码"),
    ],
)
def test_every_proof_is_needed(
    agent_client: Client, maker: Side, data: dict[str, str], words: str
) -> None:
    page = close(agent_client, maker.agent.mobile, **data)
    assert page.status_code == 422
    assert words in text_of(page)
    assert Account.objects.get(pk=maker.agent.account_id).is_active


def test_a_code_for_another_purpose_closes_nothing(agent_client: Client, maker: Side) -> None:
    ask_for_code(Client(), maker.agent.mobile)
    data = {"password": PASSWORD, "sms_code": newest_code(maker.agent.mobile)}
    assert "短信验证码不正确" in text_of(agent_client.post("/close/", data))


@pytest.mark.parametrize("who", ["agent", "unit"])
def test_unfinished_work_comes_first(maker: Side, who: str) -> None:
    account = maker.agent.account if who == "agent" else maker.unit.account
    mobile = maker.agent.mobile if who == "agent" else CONTACT
    client = client_of(account)
    ask_code(client)
    submission = upload(maker)
    page = text_of(client.get("/close/"))
    assert "未完成的上传 1 个" in page
    assert "数据.xlsx" in page
    assert 'name="sms_code"' not in page
    data = {
        "password": PASSWORD,
        "sms_code": newest_code(mobile, SmsCode.Purpose.CLOSE),
        "unit_name": maker.unit.name,
    }
    refused = client.post("/close/", data)
    assert "还有未完成的工作" in text_of(refused)
    assert SmsCode.objects.get(purpose="close").tries == 0
    assert Account.objects.get(pk=account.pk).is_active
    act = close_agent if who == "agent" else close_unit
    with pytest.raises(Refused, match="还有未完成的工作") as caught:
        act(account)
    assert caught.value.refusals[0].code == "close_unfinished"
    drop(submission)
    assert client.post("/close/", data)["Location"] == "/close/done/"


def test_work_of_a_business_the_agent_has_not_holds_nobody_up(maker: Side) -> None:
    upload(maker)
    idle = AgentFactory.create(units=[maker.unit])
    close_agent(idle.account)
    idle.account.refresh_from_db()
    assert idle.account.closed_at is not None


def test_nobody_is_bound_to_what_is_closed(maker: Side, stranger: Side) -> None:
    close_agent(maker.agent.account)
    with pytest.raises(Refused, match="注销了账号") as caught:
        add_member(stranger.unit, Agent.objects.get(pk=maker.agent.pk))
    assert caught.value.refusals[0].code == "agent_closed"
    close_unit(maker.unit.account)
    with pytest.raises(Refused) as caught:
        add_member(Unit.objects.get(pk=maker.unit.pk), stranger.agent)
    assert caught.value.refusals[0].code == "unit_closed"


def test_what_is_closed_closes_once(maker: Side) -> None:
    close_agent(maker.agent.account)
    with pytest.raises(Refused) as caught:
        close_agent(maker.agent.account)
    assert caught.value.refusals[0].code == "account_closed"
    assert OperationLog.everything.filter(action="agent-closed", unit=None).count() == 1


def test_staff_cannot_close_themselves(client: Client) -> None:
    staff = Account.objects.create_superuser("staff1", PASSWORD)
    assert client_of(staff).get("/close/").status_code == 403
    assert client.get("/close/")["Location"].startswith("/login/")


def test_a_business_of_a_closed_agent_can_be_given_on(maker: Side) -> None:
    successor = AgentFactory.create(units=[maker.unit])
    close_agent(maker.agent.account)
    grant(maker.unit, successor, "maker-upload")
    assert holder(maker.unit, "maker-upload") == successor
    hold(maker.unit, successor, "maker-query")
