"""Staff find an agent by the whole mobile number, and no address holds it (ASVS 14.2.1)."""

import pytest

from accounts.staff.roles import REVIEWER, SUPPORT
from accounts.staff.views_finding import TITLE
from tests.accounts.staff.staff import staff_account, staff_client
from tests.people import Side

PAGE = "/admin/find-agent/"


def test_a_whole_number_leads_to_the_agent(maker: Side, stranger: Side) -> None:
    client = staff_client(staff_account("support1", SUPPORT))
    assert TITLE in client.get("/admin/").content.decode()
    for typed in (maker.agent.mobile, f"+86 {maker.agent.mobile}"):
        answer = client.post(PAGE, {"mobile": typed})
        assert answer["Location"] == f"/admin/accounts/agent/{maker.agent.pk}/change/"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "请输入 11 位手机号"),
        ("1990000", "没有使用此手机号"),
        ("19987654321", "没有使用此手机号"),
    ],
)
def test_what_finds_nobody_is_said_in_its_place(maker: Side, typed: str, words: str) -> None:
    client = staff_client(staff_account("support1", SUPPORT))
    answer = client.post(PAGE, {"mobile": typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_list_is_not_searched_by_number(maker: Side) -> None:
    client = staff_client(staff_account("support1", SUPPORT))
    page = client.get("/admin/accounts/agent/", {"q": maker.agent.mobile}).content.decode()
    assert maker.agent.name not in page
    assert TITLE in page
    page = client.get("/admin/accounts/agent/", {"q": maker.agent.name}).content.decode()
    assert maker.agent.name in page


def test_who_may_not_see_agents_finds_none(maker: Side) -> None:
    client = staff_client(staff_account("reviewer1", REVIEWER))
    assert client.post(PAGE, {"mobile": maker.agent.mobile}).status_code == 403
    assert TITLE not in client.get("/admin/").content.decode()
