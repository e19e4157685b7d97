"""What someone is answered who may not open a page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.messages.notices import notify
from accounts.rights import queries
from accounts.rights.actions_granting import revoke
from accounts.rights.businesses import DENIED
from accounts.rights.models import StandIn
from accounts.units.models import Unit
from portal.lib.refused import refusal
from tests.accounts.rights.rights import open_to, set_stand_in
from tests.factories import AgentFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

# The session; the sign-in, its account and its unread notices; the membership with its unit and
# the businesses that are open to the agent.
SHELL_STATEMENTS = 3


def log_of(side: Side) -> str:
    return reverse("accounts:log", args=[side.unit.slug])


def test_signing_in_leads_back_to_the_page(client: Client, maker: Side) -> None:
    answer = client.get(log_of(maker), {"page": "2"})
    assert answer["Location"] == f"/login/?next=%2Fu%2F{maker.unit.slug}%2Flog%2F%3Fpage%3D2"


def test_a_refused_post_leads_back_to_the_page_it_was_made_on(client: Client, maker: Side) -> None:
    address = reverse("accounts:agent-permissions", args=[maker.unit.slug, maker.agent.pk])
    answer = client.post(address, HTTP_REFERER="http://testserver/u/maker1/agents/?a=1")
    assert answer["Location"] == "/login/?next=%2Fu%2Fmaker1%2Fagents%2F%3Fa%3D1"
    assert client.post(address)["Location"] == "/login/"


def test_a_fragment_leaves_for_the_sign_in_page_whole(client: Client, maker: Side) -> None:
    answer = client.get(
        log_of(maker),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/u/maker1/?q=1"},
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/login/?next=%2Fu%2Fmaker1%2F%3Fq%3D1"
    assert answer.content == b""


def test_an_agent_is_told_that_the_page_is_the_unit_accounts(
    agent_client: Client, maker: Side
) -> None:
    page = agent_client.get(log_of(maker)).content.decode()
    assert refusal("page_of_unit_account").message in page
    assert "返回服务大厅" in page


def test_the_unit_account_is_told_that_agents_handle_business(
    unit_client: Client, maker: Side
) -> None:
    answer = unit_client.get(reverse("tracing:maker-query", args=[maker.unit.slug]))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "单位账号不办理业务：“生产企业药耗追溯信息查询”由经办人办理" in page


def test_a_distributors_agent_has_no_makers_business(distributor: Side) -> None:
    client = client_of(distributor.agent.account)
    answer = client.get(reverse("tracing:maker-upload", args=[distributor.unit.slug]))
    assert answer.status_code == 403
    assert DENIED in answer.content.decode()


@pytest.mark.parametrize("slug", ["abc", "Maker1", "19900000001", "m" * 17, "maker_1"])
def test_an_address_no_unit_can_have_does_not_exist(client: Client, slug: str) -> None:
    assert client.get(f"/u/{slug}/").status_code == 404


def test_the_shell_of_a_page_takes_three_statements(
    agent_client: Client, maker: Side, django_assert_num_queries: Any
) -> None:
    """The page of a query that asks for nothing is the shell and no more: title bar, bell, tabs,
    menu. All of it is there."""
    address = reverse("tracing:maker-query", args=[maker.unit.slug])
    notify(maker.agent.account, "qualification-returned", paper="营业执照", reason="不清楚")
    agent_client.get(address)
    with django_assert_num_queries(SHELL_STATEMENTS):
        page = agent_client.get(address).content.decode()
    assert '1<span class="visually-hidden"> 条未读' in page
    assert 'id="page-tabs"' in page
    assert maker.unit.name in page


def test_a_page_and_the_tiles_agree_on_who_may_do_what(maker: Side, stranger: Side) -> None:
    """Through granting, a stand-in, its end, revoking, and a unit whose approval was taken back."""
    deputy = AgentFactory.create(units=[maker.unit])
    agents = (maker.agent, deputy)

    def agreed() -> dict[str, frozenset[str]]:
        found = {}
        for agent in agents:
            row = queries.entrance(agent.account, maker.unit.slug)
            assert row is not None
            assert row.membership.agent == agent
            assert row.open_businesses == open_to(maker.unit, agent)
            found[agent.name] = row.open_businesses
        return found

    all_of_them = agreed()[maker.agent.name]
    assert "maker-upload" in all_of_them
    running = set_stand_in(maker, deputy)
    assert agreed() == {
        maker.agent.name: all_of_them - {"maker-upload"},
        deputy.name: {"maker-upload"},
    }
    StandIn.everything.filter(pk=running.pk).update(ended_at=timezone.now())
    assert agreed()[deputy.name] == frozenset()
    revoke(maker.unit, maker.agent, "maker-upload")
    assert agreed()[maker.agent.name] == all_of_them - {"maker-upload"}
    Unit.objects.filter(pk=maker.unit.pk).update(approved_at=None)
    assert set(agreed().values()) == {frozenset()}
    assert queries.entrance(stranger.agent.account, maker.unit.slug) is None
