"""Page tabs of the agent's hall: opened, kept, closed, and gone with the right to the business."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.agents.models import Membership
from accounts.rights.actions_granting import grant, revoke
from accounts.rights.actions_page_tabs import OPEN_AT_MOST, close_page, open_page
from accounts.units.models import Unit
from tests.factories import AgentFactory, hold
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

UPLOAD, QUERY = "生产企业药耗基础信息上传", "生产企业药耗追溯信息查询"


def open_pages(side: Side) -> list[str]:
    pages: list[str] = Membership.objects.of(side.unit).get(agent=side.agent).open_pages
    return pages


def tabs(page: Any) -> tuple[list[str], list[str]]:
    """The titles of the tabs on a page, and those of them that are marked as shown."""
    row = page.content.decode().partition('id="page-tabs"')[2].partition("</nav>")[0]
    links = re.findall(r"<a [^>]*?(aria-current=\"page\")?(?: data-tab-focus)?>([^<]+)</a>", row)
    assert "关闭页签：首页" not in row
    assert all(f"关闭页签：{title}" in row for _, title in links[1:])
    return [title for _, title in links], [title for mark, title in links if mark]


def address(side: Side, rest: str = "") -> str:
    return f"/u/{side.unit.slug}/{rest}"


def close(client: Client, side: Side, page: str, here: str = "", **headers: str) -> Any:
    sent = {"page": page, "here": here, "for_unit": side.unit.slug}
    return client.post(address(side, "pages/close/"), sent, headers=headers)


@pytest.fixture
def opened(agent_client: Client, maker: Side) -> Client:
    """The agent, with both pages of the maker open."""
    agent_client.get(address(maker, "maker/upload/"))
    agent_client.get(address(maker, "maker/query/"))
    return agent_client


def test_a_page_that_is_opened_gets_a_tab(agent_client: Client, maker: Side) -> None:
    assert tabs(agent_client.get(address(maker))) == (["首页"], ["首页"])
    page = agent_client.get(address(maker, "maker/query/"))
    assert tabs(page) == (["首页", QUERY], [QUERY])
    page = agent_client.get(address(maker, "maker/upload/"))
    assert tabs(page) == (["首页", QUERY, UPLOAD], [UPLOAD])
    agent_client.get(address(maker, "maker/query/"))
    assert open_pages(maker) == ["maker-query", "maker-upload"]


def test_tabs_come_back_after_sign_in(opened: Client, maker: Side) -> None:
    opened.post("/logout/")
    page = client_of(maker.agent.account).get(address(maker))
    assert tabs(page) == (["首页", UPLOAD, QUERY], ["首页"])


def test_each_unit_has_its_own_tabs(opened: Client, maker: Side, distributor: Side) -> None:
    Membership.everything.create(unit=distributor.unit, agent=maker.agent)
    assert tabs(opened.get(address(distributor))) == (["首页"], ["首页"])


def test_fragments_files_and_refusals_open_no_tab(agent_client: Client, maker: Side) -> None:
    agent_client.get(address(maker, "maker/upload/import/"), headers={"HX-Request": "true"})
    agent_client.get(address(maker, "maker/upload/template/domestic-drug-info/"))
    agent_client.head(address(maker, "maker/upload/"))
    agent_client.get(address(maker, "maker/query/trace/"))
    revoke(maker.unit, maker.agent, "maker-query")
    agent_client.get(address(maker, "maker/query/"))
    assert open_pages(maker) == []


def test_a_dialog_that_is_opened_as_a_page_opens_the_tab_of_its_business(
    agent_client: Client, maker: Side
) -> None:
    page = agent_client.get(address(maker, "maker/upload/import/"))
    assert tabs(page)[1] == [UPLOAD]
    assert open_pages(maker) == ["maker-upload"]


def test_what_the_agent_may_no_longer_do_vanishes(opened: Client, maker: Side) -> None:
    revoke(maker.unit, maker.agent, "maker-upload")
    assert tabs(opened.get(address(maker)))[0] == ["首页", QUERY]
    grant(maker.unit, maker.agent, "maker-upload")
    assert tabs(opened.get(address(maker)))[0] == ["首页", UPLOAD, QUERY]
    Unit.objects.filter(pk=maker.unit.pk).update(approved_at=None)
    assert tabs(opened.get(address(maker)))[0] == ["首页"]
    Unit.objects.filter(pk=maker.unit.pk).update(approved_at=timezone.now())


def test_a_page_of_an_older_release_is_left_out(agent_client: Client, maker: Side) -> None:
    Membership.objects.of(maker.unit).update(open_pages=["long-gone", "maker-query"])
    assert tabs(agent_client.get(address(maker)))[0] == ["首页", QUERY]


def test_closing_the_shown_page_goes_to_its_neighbour(opened: Client, maker: Side) -> None:
    answer = close(opened, maker, "maker-upload", here="maker-upload")
    assert answer["Location"] == address(maker, "maker/query/")
    answer = close(opened, maker, "maker-query", here="maker-query")
    assert answer["Location"] == address(maker)
    assert open_pages(maker) == []


def test_closing_the_last_tab_goes_to_the_one_before(opened: Client, maker: Side) -> None:
    answer = close(opened, maker, "maker-query", here="maker-query")
    assert answer["Location"] == address(maker, "maker/upload/")


def test_closing_another_page_stays(opened: Client, maker: Side) -> None:
    answer = close(opened, maker, "maker-upload", here="maker-query")
    assert answer["Location"] == address(maker, "maker/query/")
    assert close(opened, maker, "maker-query")["Location"] == address(maker)


def test_without_leaving_the_page(opened: Client, maker: Side) -> None:
    htmx = {"HX-Request": "true"}
    answer = close(opened, maker, "maker-upload", here="maker-query", **htmx)
    assert tabs(answer) == (["首页", QUERY], [QUERY])
    assert "<html" not in answer.content.decode()
    assert "data-tab-focus" in answer.content.decode()
    answer = close(opened, maker, "maker-query", here="maker-query", **htmx)
    assert answer["HX-Redirect"] == address(maker)


@pytest.mark.parametrize("page", ["", "nonsense", "distributor-query"])
def test_closing_what_is_not_open_changes_nothing(
    agent_client: Client, maker: Side, page: str
) -> None:
    agent_client.get(address(maker, "maker/upload/"))
    assert close(agent_client, maker, page, here=page)["Location"] == address(maker)
    assert open_pages(maker) == ["maker-upload"]


def test_the_oldest_goes_beyond_ten(maker: Side) -> None:
    row = Membership.objects.of(maker.unit).get(agent=maker.agent)
    for number in range(OPEN_AT_MOST + 2):
        open_page(row, f"page-{number}")
    assert open_pages(maker) == [f"page-{number}" for number in range(2, OPEN_AT_MOST + 2)]


def test_two_tabs_that_open_pages_at_once_keep_both(maker: Side) -> None:
    first = Membership.objects.of(maker.unit).get(agent=maker.agent)
    second = Membership.objects.of(maker.unit).get(agent=maker.agent)
    open_page(first, "maker-upload")
    open_page(second, "maker-query")
    close_page(first, "maker-upload")
    assert open_pages(maker) == ["maker-query"]


def test_an_open_page_is_not_written_again(
    opened: Client, maker: Side, django_assert_num_queries: Any
) -> None:
    row = Membership.objects.of(maker.unit).get(agent=maker.agent)
    with django_assert_num_queries(0):
        open_page(row, "maker-upload")
        close_page(row, "distributor-query")


def test_an_agent_who_was_removed_keeps_nothing_open(maker: Side) -> None:
    agent = AgentFactory.create(units=[maker.unit])
    row = Membership.objects.of(maker.unit).get(agent=agent)
    Membership.objects.of(maker.unit).filter(agent=agent).delete()
    open_page(row, "maker-upload")
    assert not Membership.objects.of(maker.unit).filter(agent=agent).exists()


def test_the_units_own_account_has_no_tabs(unit_client: Client, maker: Side) -> None:
    assert "page-tabs" not in unit_client.get(address(maker)).content.decode()


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        ("maker/upload/", ["生产企业服务", UPLOAD]),
        ("maker/query/", ["生产企业服务", QUERY]),
        ("", []),
    ],
)
def test_business_pages_say_where_one_is(
    agent_client: Client, maker: Side, page: str, titles: list[str]
) -> None:
    html = agent_client.get(address(maker, page)).content.decode()
    row = html.partition('aria-label="当前位置"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)<", row) == titles


def test_a_stand_in_page_needs_its_holder(maker: Side) -> None:
    """A colleague's tab shows only while the business is in the colleague's hands."""
    colleague = AgentFactory.create(units=[maker.unit])
    client = client_of(colleague.account)
    revoke(maker.unit, maker.agent, "maker-query")
    hold(maker.unit, colleague, "maker-query")
    client.get(address(maker, "maker/query/"))
    assert tabs(client.get(address(maker)))[0] == ["首页", QUERY]
    revoke(maker.unit, colleague, "maker-query")
    assert tabs(client.get(address(maker)))[0] == ["首页"]
