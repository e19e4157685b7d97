"""资质审核: staff look at a paper, then approve or return it; and 帮助与反馈: they answer."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from accounts.messages.actions import answer_feedback, give_feedback
from accounts.messages.models import Feedback, Notice
from accounts.messages.notices import message
from accounts.staff.roles import REVIEWER
from accounts.units.actions_qualifications import upload_paper
from accounts.units.models import Qualification, Unit
from portal.lib.refused import Refused, refusal
from tests.accounts.staff.staff import staff_account, staff_client
from tests.factories import UnitFactory
from tests.people import Side

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n a picture IEND\xaeB`\x82"
LIST = "/admin/accounts/qualification/"


@pytest.fixture
def reviewer(settings: Settings, tmp_path: object) -> Client:
    """Somebody of the role 审核, inside; papers lie in the test's own folder."""
    settings.PORTAL_FILES = tmp_path
    settings.PORTAL_APPROVALS = "staff"
    return staff_client(staff_account("staff1", REVIEWER))


@pytest.fixture
def unit(reviewer: Client) -> Unit:
    """A unit that nobody has approved."""
    return UnitFactory.create(name="待审药厂", approved_at=None)


@pytest.fixture
def paper(unit: Unit) -> Qualification:
    """Its licence."""
    return upload(unit)


def upload(unit: Unit) -> Qualification:
    return upload_paper(
        unit,
        Qualification.Kind.LICENCE,
        name="营业执照.png",
        content=PNG,
        origin=COMMAND.done_by(unit.account),
    )


def told(unit: Unit) -> list[str]:
    """What the unit account was told, newest first."""
    return [message(n).text for n in Notice.objects.filter(account=unit.account).order_by("-pk")]


def test_what_waits_is_listed_and_counted(reviewer: Client, paper: Qualification) -> None:
    assert "待审核的资质</a> <strong>1</strong>" in reviewer.get("/admin/").content.decode()
    page = reviewer.get(LIST).content.decode()
    assert "待审药厂" in page
    assert f"{LIST}{paper.pk}/change/" in page
    assert "待审药厂" not in reviewer.get(LIST, {"state": "approved"}).content.decode()
    assert "待审药厂" in reviewer.get(LIST, {"state": "all"}).content.decode()


def test_the_file_is_shown_as_what_it_is(reviewer: Client, paper: Qualification) -> None:
    answer = reviewer.get(f"{LIST}{paper.pk}/file/")
    assert b"".join(answer) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_approving_opens_the_unit(reviewer: Client, unit: Unit, paper: Qualification) -> None:
    shown = reviewer.get(f"{LIST}{paper.pk}/change/").content.decode()
    assert f"{LIST}{paper.pk}/do/approve/" in shown
    answer = reviewer.post(f"{LIST}{paper.pk}/do/approve/", {"sure": "True"}, follow=True)
    assert "已通过 待审药厂 的“营业执照上传”" in answer.content.decode()
    unit.refresh_from_db()
    assert unit.is_open
    paper.refresh_from_db()
    assert paper.state == "approved"
    assert paper.decided_by is not None
    assert paper.decided_by.name == "staff1"
    entry = OperationLog.objects.of(unit).get(action="qualification-approved")
    assert (entry.account, entry.address) == (paper.decided_by, "127.0.0.1")
    assert "已通过审核" in told(unit)[-1]


def test_returning_asks_why_and_tells_the_unit(
    reviewer: Client, unit: Unit, paper: Qualification
) -> None:
    address = f"{LIST}{paper.pk}/do/return/"
    assert "请填写原因" in reviewer.post(address, {"reason": " "}).content.decode()
    paper.refresh_from_db()
    assert paper.state == "waiting"
    reviewer.post(address, {"reason": "照片模糊"})
    paper.refresh_from_db()
    assert (paper.state, paper.reason) == ("returned", "照片模糊")
    assert "照片模糊" in told(unit)[0]
    assert not Unit.objects.get(pk=unit.pk).is_open


def test_a_paper_that_was_replaced_is_decided_on_no_more(
    reviewer: Client, unit: Unit, paper: Qualification
) -> None:
    upload(unit)
    answer = reviewer.post(f"{LIST}{paper.pk}/do/approve/", {"sure": "True"}, follow=True)
    assert "此操作在当前状态下不适用" in answer.content.decode()
    paper.refresh_from_db()
    assert paper.state == "waiting"


@pytest.mark.parametrize("act", ["approve", "return"])
def test_a_paper_that_is_none(reviewer: Client, act: str) -> None:
    for key in ("00000000-0000-0000-0000-000000000000", "x"):
        assert reviewer.get(f"{LIST}{key}/do/{act}/").status_code == 404


@pytest.fixture
def question(reviewer: Client, maker: Side) -> Feedback:
    """What an agent asked."""
    return give_feedback(
        maker.agent.account, "模板在哪里？", unit=maker.unit, page="/u/x/", origin=COMMAND
    )


def test_an_answer_reaches_the_asker(reviewer: Client, maker: Side, question: Feedback) -> None:
    lists = "/admin/accounts/feedback/"
    page = reviewer.get(lists, {"answered": "no"}).content.decode()
    assert "模板在哪里？" in page
    assert maker.agent.mobile not in page
    address = f"{lists}{question.pk}/do/answer/"
    answer = reviewer.post(address, {"answer": "在上传页面点击【下载模板】。"}, follow=True)
    assert "已答复" in answer.content.decode()
    question.refresh_from_db()
    assert question.answer == "在上传页面点击【下载模板】。"
    assert question.answered_by is not None
    notice = Notice.objects.get(account=maker.agent.account)
    assert "在上传页面点击【下载模板】。" in message(notice).text
    assert OperationLog.objects.of(maker.unit).latest("pk").action == "feedback-answered"
    assert "模板在哪里？" not in reviewer.get(lists, {"answered": "no"}).content.decode()


@pytest.mark.parametrize(
    ("text", "said"), [("  ", "请填写答复内容"), ("答" * 1001, "最多 1000 个")]
)
def test_answers_that_are_none(reviewer: Client, question: Feedback, text: str, said: str) -> None:
    address = f"/admin/accounts/feedback/{question.pk}/do/answer/"
    assert said in reviewer.post(address, {"answer": text}).content.decode()
    question.refresh_from_db()
    assert question.answered_at is None


@pytest.mark.parametrize(
    ("text", "code"), [(" ", "answer_missing"), ("答" * 1001, "answer_too_long")]
)
def test_the_action_says_the_same(
    reviewer: Client, question: Feedback, maker: Side, text: str, code: str
) -> None:
    with pytest.raises(Refused) as error:
        answer_feedback(question, text, origin=COMMAND.done_by(maker.agent.account))
    detail = {"found": str(len(text)), "limit": "1000"} if text.strip() else {}
    assert refusal(code, **detail).message == str(error.value)
