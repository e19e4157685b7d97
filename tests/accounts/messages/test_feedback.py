"""常见问题, and 帮助与反馈 from the page one is on to the answer."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.core.models import Account
from accounts.core.origin import COMMAND
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.messages.actions import A_DAY, TEXT_LENGTH, give_feedback
from accounts.messages.models import Feedback
from portal.lib.refused import Refused
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

SENTENCES = (
    "药品生产企业应该调用哪些接口？",
    (
        "生产企业一般需要调用：进口药信息上传接口或国产药信息上传接口（企业根据实际的产品情况选择）、"
        "追溯码信息上传接口、发货信息上传接口等几个必需的接口，可以根据自身的实际情况选择："
        "收货信息上传接口等。关于查询相关接口，企业根据需要自行选择调用即可。"
    ),
    "医用耗材生产企业应该调用哪些接口？",
    (
        "需要调用：医用耗材信息上传接口、追溯码信息上传接口、发货信息上传接口、配送信息上传接口等"
        "几个必需的接口。"
    ),
    "流通企业应该调用哪些接口？",
    "在入库环节和出库环节时，均需调用流通信息上传接口。入参的要求如下：",
    "流通单位信息、流通时间等信息需上传药品或医用耗材刚到本企业时的流通单位；",
    "流通单位信息、流通时间等信息需上传本企业实际使用的流通单位；",
    "收货机构名称、收货时间、收货状态等信息需上传下游经销商或零售商的信息。",
)
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_the_guides_answers_stand_there_in_full(
    agent_client: Client, unit_client: Client, headers: dict[str, str]
) -> None:
    for client in (agent_client, unit_client):
        page = client.get("/help/faq/", headers=headers).content.decode()
        assert all(sentence in page for sentence in SENTENCES)
        assert ('<dialog class="dialog" data-dialog open id="faq"' in page) == bool(headers)


def send(client: Client, text: str, page: str = "") -> str:
    """Send feedback through the page and return the page that follows."""
    data = {"text": text, "page": page}
    return client.post("/help/feedback/", data, follow=True).content.decode()


def test_feedback_reaches_its_row_with_the_page_and_the_unit(
    maker: Side, agent_client: Client
) -> None:
    upload = f"/u/{maker.unit.slug}/maker/upload/"
    form = agent_client.get("/help/feedback/", {"page": f"{upload}?code=123"}).content.decode()
    assert f'name="page" value="{upload}"' in form
    page = send(agent_client, " 上传后\r\n没有反应 ", f"{upload}?code=123")
    assert "反馈已提交" in page
    kept = Feedback.objects.of(maker.unit).get()
    assert (kept.account, kept.text, kept.page) == (
        maker.agent.account,
        "上传后\n没有反应",
        upload,
    )
    entry = OperationLog.objects.of(maker.unit).get()
    assert line(entry).title == "提交反馈"
    assert "没有反应" not in line(entry).target


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example/u/", "javascript:alert(1)", "/nowhere/", "x["]
)
def test_a_page_that_is_none_of_ours_is_left_out(agent_client: Client, page: str) -> None:
    form = agent_client.get("/help/feedback/", {"page": page}).content.decode()
    assert 'href="/start/"' in form
    assert "evil" not in form
    send(agent_client, "问题", page)
    assert Feedback.everything.get().page == ""


def test_a_unit_one_may_not_enter_is_not_named(stranger: Side, agent_client: Client) -> None:
    send(agent_client, "问题", f"/u/{stranger.unit.slug}/")
    assert Feedback.everything.get().unit is None


def test_the_answer_is_seen_by_who_asked_and_nobody_else(
    maker: Side, stranger: Side, agent_client: Client
) -> None:
    send(agent_client, "怎样上传？")
    Feedback.everything.update(
        answer="先下载模板。",
        answered_at=timezone.now(),
        answered_by=Account.objects.create_superuser("staff1", "Portal-2026"),
    )
    page = agent_client.get("/help/feedback/").content.decode()
    assert "怎样上传？" in page
    assert "先下载模板。" in page
    for other in (maker.unit.account, stranger.agent.account):
        assert "怎样上传？" not in client_of(other).get("/help/feedback/").content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "没有填写内容"), (" \n ", "没有填写内容"), ("字" * (TEXT_LENGTH + 1), "最多 1000 个")],
)
def test_what_is_wrong_is_said_at_the_field_and_kept(
    agent_client: Client, text: str, words: str
) -> None:
    answer = agent_client.post("/help/feedback/", {"text": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert text.strip() in page
    assert not Feedback.everything.exists()


def test_an_account_may_give_only_so_much(maker: Side, stranger: Side) -> None:
    for _ in range(A_DAY):
        give_feedback(maker.agent.account, "问题", origin=COMMAND)
    with pytest.raises(Refused, match="达到上限") as caught:
        give_feedback(maker.agent.account, "问题", origin=COMMAND)
    assert caught.value.code == "feedback_too_often"
    give_feedback(stranger.agent.account, "问题", origin=COMMAND)
    assert Feedback.everything.count() == A_DAY + 1


def test_text_is_shown_as_text(agent_client: Client) -> None:
    page = send(agent_client, "<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in page


def test_the_list_has_pages(maker: Side, agent_client: Client) -> None:
    for number in range(11):
        give_feedback(maker.agent.account, f"第 {number} 个问题", origin=COMMAND)
    assert "第 0 个问题" not in agent_client.get("/help/feedback/").content.decode()
    assert "第 0 个问题" in agent_client.get("/help/feedback/", {"list": "2"}).content.decode()


@pytest.mark.parametrize("address", ["/help/faq/", "/help/feedback/"])
def test_help_is_for_those_signed_in(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"].startswith("/login/")
