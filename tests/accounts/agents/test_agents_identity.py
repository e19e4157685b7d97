"""An identity number is masked everywhere, and shown to who says why: once, logged, told."""

import pytest
from django.test import Client

from accounts.agents.actions import bind_person
from accounts.agents.actions_identity import PER_HOUR, reveal_id_number
from accounts.agents.models import Agent
from accounts.core.columns import REASON_LENGTH
from accounts.core.models import Account
from accounts.core.names import mask_id_number
from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from portal.lib.refused import Refused
from tests.accounts.agents.adding import ID_NUMBER, PERSON, address_of, words
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

REASON = "核对医保局要求的经办人备案表"


@pytest.fixture
def colleague(maker: Side) -> Agent:
    """An agent of the maker whose document is known."""
    return bind_person(maker.unit, "19912345678", PERSON).agent


def ask(client: Client, side: Side, agent: Agent, reason: str = REASON) -> tuple[int, str]:
    """Send the dialog; returns the status and the page."""
    answer = client.post(address_of("agent-number", side.unit, agent.pk), {"reason": reason})
    return answer.status_code, words(answer)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (ID_NUMBER, f"990****{ID_NUMBER[-2:]}"),
        ("H12345678", "H****8"),
        ("军字第01234567号", "军****号"),
        ("", ""),
    ],
)
def test_a_number_is_masked_by_its_length(number: str, shown: str) -> None:
    assert mask_id_number(number) == shown


def test_a_number_is_shown_for_a_reason(unit_client: Client, maker: Side, colleague: Agent) -> None:
    address = address_of("agent-number", maker.unit, colleague.pk)
    asking = unit_client.get(address)
    assert "查看原因" in words(asking)
    assert ID_NUMBER not in words(asking)
    assert not OperationLog.objects.of(maker.unit).filter(action="identity-shown").exists()
    answer = unit_client.post(address, {"reason": REASON})
    assert words(answer).count(ID_NUMBER) == 1
    assert "no-store" in answer["Cache-Control"]
    # Once: the same page asked for again asks for a reason again.
    assert ID_NUMBER not in words(unit_client.get(address))


def test_showing_is_logged_and_told_with_the_reason_and_without_the_number(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    ask(unit_client, maker, colleague)
    entry = OperationLog.objects.of(maker.unit).get(action="identity-shown")
    assert entry.account == maker.unit.account
    assert entry.after == {"reason": REASON}
    assert ID_NUMBER not in f"{entry.target}{entry.before}{entry.after}"
    notice = Notice.objects.get(account=colleague.account, code="identity-shown")
    assert notice.detail["asker"] == maker.unit.name
    assert notice.detail["reason"] == REASON
    assert ID_NUMBER not in str(notice.detail)
    page = words(unit_client.get(address_of("log", maker.unit)))
    assert f"原因：{REASON}" in page
    assert ID_NUMBER not in page


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("  ", "请填写查看原因"),
        ("因" * (REASON_LENGTH + 1), f"最多 {REASON_LENGTH} 个"),
        (f"核对 {ID_NUMBER[:6]} {ID_NUMBER[6:14]}-{ID_NUMBER[14:]}", "请删去号码"),
        ("致电 199-1234-5678", "请删去号码"),
    ],
)
def test_without_a_good_reason_nothing_is_shown(
    unit_client: Client, maker: Side, colleague: Agent, reason: str, said: str
) -> None:
    status, page = ask(unit_client, maker, colleague, reason)
    assert status == 422
    assert said in page
    assert "data-id-number" not in page
    assert not OperationLog.objects.of(maker.unit).filter(action="identity-shown").exists()


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "show_reason_missing"), ("因" * (REASON_LENGTH + 1), "text_too_long")],
)
def test_the_action_asks_for_a_reason_too(
    maker: Side, colleague: Agent, reason: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        reveal_id_number(colleague, reason, origin=COMMAND.done_by(maker.unit.account))
    assert [refusal.code for refusal in caught.value.refusals] == [code]


def test_an_agent_without_a_number_has_none_to_show(unit_client: Client, maker: Side) -> None:
    status, page = ask(unit_client, maker, maker.agent)
    assert status == 422
    assert "没有登记证件号码" in page


def test_numbers_are_not_shown_without_end(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    for _ in range(PER_HOUR):
        assert ask(unit_client, maker, colleague)[0] == 200
    status, page = ask(unit_client, maker, colleague)
    assert status == 422
    assert f"已达 {PER_HOUR} 次" in page
    assert ID_NUMBER not in page
    shown = OperationLog.objects.of(maker.unit).filter(action="identity-shown")
    assert shown.count() == PER_HOUR


def test_an_agent_is_shown_nobodys_number(maker: Side, colleague: Agent) -> None:
    status, page = ask(client_of(maker.agent.account), maker, colleague)
    assert status == 403
    assert ID_NUMBER not in page


def test_staff_are_logged_and_told_of_as_staff(maker: Side, colleague: Agent) -> None:
    staff = Account.objects.create_superuser("staff1", "Portal-2026")
    assert reveal_id_number(colleague, REASON, origin=COMMAND.done_by(staff)) == ID_NUMBER
    entry = OperationLog.everything.get(action="identity-shown")
    assert (entry.unit, entry.account) == (None, staff)
    notice = Notice.objects.get(account=colleague.account, code="identity-shown")
    assert notice.detail["asker"] == "平台工作人员"
