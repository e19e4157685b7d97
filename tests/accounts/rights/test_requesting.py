"""申请权限: from the dialog 暂无权限 to the unit account and back."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.agents.actions import remove_member
from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.rights.actions_asking import TIMES, request_access, withdraw_request
from accounts.rights.actions_granting import revoke, save_permissions
from accounts.rights.businesses import DENIED
from accounts.rights.models import AccessRequest
from accounts.rights.queries import holder, open_requests
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.accounts.rights.rights import BUSINESS, TITLE, codes, colleague
from tests.factories import AgentFactory
from tests.people import Side, client_of

__all__ = ["colleague"]
pytestmark = pytest.mark.django_db

REASON = "月底需要上传"


def asking(side: Side, business: str = BUSINESS) -> str:
    return reverse("accounts:access-request", args=[side.unit.slug, business])


def answering(side: Side, request: AccessRequest) -> str:
    return reverse("accounts:access-answer", args=[side.unit.slug, request.pk])


def told(account: Account) -> list[str]:
    return [message(notice).text for notice in Notice.objects.filter(account=account)]


@pytest.fixture
def colleague_client(colleague: Agent) -> Client:
    """The colleague, signed in."""
    return client_of(colleague.account)


@pytest.fixture
def asked(maker: Side, colleague: Agent) -> AccessRequest:
    """The colleague asks for a business that nobody holds."""
    revoke(maker.unit, maker.agent, BUSINESS)
    return request_access(maker.unit, colleague, BUSINESS, REASON)


def test_the_dialog_and_the_page_lead_to_it(colleague_client: Client, maker: Side) -> None:
    hall = reverse("accounts:hall", args=[maker.unit.slug])
    upload = reverse("tracing:maker-upload", args=[maker.unit.slug])
    service = f"{reverse('accounts:service', args=['maker-upload'])}?unit={maker.unit.slug}"
    for address in (hall, upload, service):
        page = colleague_client.get(address).content.decode()
        assert DENIED in page
        assert f'href="{asking(maker)}"' in page
        assert "申请权限" in page


def test_what_asking_would_not_help_does_not_offer_it(
    agent_client: Client, maker: Side, colleague_client: Client
) -> None:
    wrong_kind = reverse("tracing:distributor-upload", args=[maker.unit.slug])
    assert "申请权限" not in agent_client.get(wrong_kind).content.decode()
    Unit.objects.filter(pk=maker.unit.pk).update(approved_at=None)
    hall = reverse("accounts:hall", args=[maker.unit.slug])
    assert "申请权限" not in colleague_client.get(hall).content.decode()


def test_asking_reaches_the_unit_account(
    colleague_client: Client, unit_client: Client, maker: Side, colleague: Agent
) -> None:
    page = colleague_client.get(asking(maker)).content.decode()
    for words in ("申请权限", TITLE, maker.unit.name, "提交"):
        assert words in page
    answer = colleague_client.post(asking(maker), {"reason": f" {REASON} "}, follow=True)
    assert "申请已提交" in answer.content.decode()
    request = AccessRequest.objects.of(maker.unit).get()
    assert (request.agent, request.business, request.reason) == (colleague, BUSINESS, REASON)
    assert f"申请办理“{TITLE}”" in told(maker.unit.account)[0]
    assert colleague.mobile not in told(maker.unit.account)[0]
    entry = OperationLog.objects.of(maker.unit).get()
    assert (entry.action, entry.account, entry.target) == (
        "access-requested",
        colleague.account,
        TITLE,
    )
    listed = unit_client.get(reverse("accounts:agents", args=[maker.unit.slug])).content.decode()
    for words in ("权限申请", colleague.name, REASON, answering(maker, request)):
        assert words in listed


def test_one_open_request_for_each_business(
    colleague_client: Client, maker: Side, colleague: Agent, asked: AccessRequest
) -> None:
    with pytest.raises(Refused) as caught:
        request_access(maker.unit, colleague, BUSINESS)
    assert codes(caught) == ["request_open"]
    assert AccessRequest.objects.of(maker.unit).count() == 1
    # The dialog shows the one that waits.
    page = colleague_client.get(asking(maker)).content.decode()
    assert "正在等待单位账号处理" in page
    assert REASON in page
    answer = colleague_client.post(asking(maker), {"reason": ""})
    assert answer.status_code == 409
    assert "无需重复申请" in answer.content.decode()
    request_access(maker.unit, colleague, "maker-query")


@pytest.mark.parametrize(
    ("business", "code"),
    [("distributor-upload", "business_not_of_unit"), ("no-such", "business_unknown")],
)
def test_what_the_unit_does_not_have_cannot_be_asked_for(
    maker: Side, colleague: Agent, colleague_client: Client, business: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        request_access(maker.unit, colleague, business)
    assert codes(caught) == [code]
    assert colleague_client.get(asking(maker, business)).status_code == 404


def test_who_cannot_ask(maker: Side, stranger: Side) -> None:
    for agent, code in ((stranger.agent, "not_a_member"), (maker.agent, "holds_already")):
        with pytest.raises(Refused) as caught:
            request_access(maker.unit, agent, BUSINESS)
        assert codes(caught) == [code]


def test_a_reason_that_is_too_long(colleague_client: Client, maker: Side, colleague: Agent) -> None:
    answer = colleague_client.post(asking(maker), {"reason": "因" * 201})
    assert answer.status_code == 409
    assert "有 201 个字，最多 200 个" in answer.content.decode()
    with pytest.raises(Refused) as caught:
        request_access(maker.unit, colleague, BUSINESS, "因" * 201)
    assert codes(caught) == ["text_too_long"]


def test_asking_again_and_again_is_stopped(maker: Side, colleague: Agent) -> None:
    for _ in range(TIMES):
        request = request_access(maker.unit, colleague, BUSINESS)
        withdraw_request(maker.unit, colleague, request.pk)
    with pytest.raises(Refused) as caught:
        request_access(maker.unit, colleague, BUSINESS)
    assert codes(caught) == ["requests_too_many"]
    # Nobody else is stopped by it.
    request_access(maker.unit, AgentFactory.create(units=[maker.unit]), BUSINESS)


def test_the_agent_takes_it_back(
    colleague_client: Client, maker: Side, colleague: Agent, asked: AccessRequest
) -> None:
    address = reverse("accounts:access-withdraw", args=[maker.unit.slug, asked.pk])
    assert "申请已撤回" in colleague_client.post(address, follow=True).content.decode()
    asked.refresh_from_db()
    assert asked.answer == AccessRequest.Answer.WITHDRAWN
    assert "不能再操作" in colleague_client.post(address, follow=True).content.decode()
    assert open_requests(maker.unit) == []


def test_nobody_takes_back_what_another_asked(maker: Side, asked: AccessRequest) -> None:
    with pytest.raises(Refused) as caught:
        withdraw_request(maker.unit, maker.agent, asked.pk)
    assert codes(caught) == ["request_over"]


def test_the_unit_account_grants_it(
    unit_client: Client, maker: Side, colleague: Agent, asked: AccessRequest
) -> None:
    page = unit_client.get(answering(maker, asked)).content.decode()
    for words in (colleague.name, TITLE, REASON, "同意", "不同意"):
        assert words in page
    answer = unit_client.post(answering(maker, asked), {"grant": "1"}, follow=True)
    assert "已同意申请" in answer.content.decode()
    assert holder(maker.unit, BUSINESS) == colleague
    asked.refresh_from_db()
    assert asked.answer == AccessRequest.Answer.GRANTED
    assert "已同意您的申请" in told(colleague.account)[0]


def test_granting_in_the_tree_answers_it_too(
    maker: Side, colleague: Agent, asked: AccessRequest
) -> None:
    save_permissions(maker.unit, colleague, [BUSINESS])
    asked.refresh_from_db()
    assert asked.answer == AccessRequest.Answer.GRANTED


@pytest.mark.parametrize("note", ["", "请联系办公室"])
def test_the_unit_account_refuses_it(
    unit_client: Client, maker: Side, colleague: Agent, asked: AccessRequest, note: str
) -> None:
    data = {"refuse": "1", "note": note}
    answer = unit_client.post(answering(maker, asked), data, follow=True)
    assert "已回复不同意" in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.answer, asked.answer_note) == (AccessRequest.Answer.REFUSED, note)
    assert "没有同意您申请办理" in told(colleague.account)[0]
    assert note in told(colleague.account)[0]
    assert holder(maker.unit, BUSINESS) is None
    # It can be asked for again.
    request_access(maker.unit, colleague, BUSINESS)


def test_what_another_holds_leads_to_the_hand_over(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    request = request_access(maker.unit, colleague, BUSINESS)
    page = unit_client.get(answering(maker, request)).content.decode()
    assert f"该业务已授权给经办人 {maker.agent.name}" in page
    hand_over = reverse("accounts:hand-over", args=[maker.unit.slug, BUSINESS])
    assert f'href="{hand_over}?to={colleague.pk}"' in page
    answer = unit_client.post(answering(maker, request), {"grant": "1"})
    assert answer.status_code == 409
    assert "一个业务只能授权给一个经办人" in answer.content.decode()
    assert [one.pk for one in open_requests(maker.unit)] == [request.pk]


def test_what_is_over_cannot_be_answered(
    unit_client: Client, maker: Side, colleague: Agent, asked: AccessRequest
) -> None:
    withdraw_request(maker.unit, colleague, asked.pk)
    for data in ({"grant": "1"}, {"refuse": "1"}):
        answer = unit_client.post(answering(maker, asked), data)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "不能再操作" in page
        assert "已撤回" in page
    assert holder(maker.unit, BUSINESS) is None


def test_a_note_that_is_too_long(unit_client: Client, maker: Side, asked: AccessRequest) -> None:
    answer = unit_client.post(answering(maker, asked), {"refuse": "1", "note": "因" * 201})
    assert answer.status_code == 409
    assert "最多 200 个" in answer.content.decode()
    assert open_requests(maker.unit)


def test_another_units_request_is_not_found(stranger: Side, asked: AccessRequest) -> None:
    client = client_of(stranger.unit.account)
    assert client.get(answering(stranger, asked)).status_code == 404
    assert client.post(answering(stranger, asked), {"grant": "1"}).status_code == 404


def test_who_leaves_asks_no_more(maker: Side, colleague: Agent, asked: AccessRequest) -> None:
    remove_member(maker.unit, colleague)
    asked.refresh_from_db()
    assert asked.answer == AccessRequest.Answer.WITHDRAWN
