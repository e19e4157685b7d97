"""Giving businesses to agents: rules, refusals, the page, the log."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.agents.models import Agent
from accounts.agents.views import NOT_SERVED
from accounts.log.models import OperationLog
from accounts.rights.actions_granting import grant, revoke, save_permissions
from accounts.rights.businesses import BUSINESSES, PRODUCER
from accounts.rights.models import Authorization
from accounts.rights.queries import held_by, holder
from portal.lib.refused import Refused
from tests.factories import AgentFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(maker: Side) -> Agent:
    """Another agent of the maker, who holds nothing yet."""
    agent: Agent = AgentFactory.create(units=[maker.unit], name="同事甲")
    return agent


def page_of(side: Side, agent: Agent) -> str:
    return reverse("accounts:agent-permissions", args=[side.unit.slug, agent.pk])


def test_saving_grants_at_once_and_takes_what_is_not_ticked(maker: Side) -> None:
    change = save_permissions(maker.unit, maker.agent, ["maker-query"])
    assert not change.granted
    assert change.revoked == {"maker-upload", "api-self-service"}
    assert held_by(maker.unit, maker.agent) == {"maker-query"}
    ended = Authorization.objects.of(maker.unit).exclude(revoked_at=None)
    assert ended.count() == 2


def test_a_business_of_another_agent_is_refused_by_name(maker: Side, colleague: Agent) -> None:
    with pytest.raises(Refused) as caught:
        save_permissions(maker.unit, colleague, ["maker-upload", "maker-query"])
    first, second = caught.value.refusals
    assert (first.code, second.code) == ("business_held", "business_held")
    assert "生产企业药耗基础信息上传" in first.message
    assert "该业务已授权给经办人" in first.message
    assert maker.agent.name in first.message
    assert "请先取消该经办人的权限" in first.message
    assert maker.agent.mobile not in first.message
    assert held_by(maker.unit, colleague) == frozenset()


def test_one_refusal_stores_nothing_of_the_rest(maker: Side, colleague: Agent) -> None:
    revoke(maker.unit, maker.agent, "maker-query")
    with pytest.raises(Refused):
        save_permissions(maker.unit, colleague, ["maker-upload", "maker-query"])
    assert held_by(maker.unit, colleague) == frozenset()


def test_a_business_taken_from_one_can_be_given_to_another(maker: Side, colleague: Agent) -> None:
    revoke(maker.unit, maker.agent, "maker-upload")
    grant(maker.unit, colleague, "maker-upload")
    assert holder(maker.unit, "maker-upload") == colleague
    assert holder(maker.unit, "maker-query") == maker.agent
    assert holder(maker.unit, "distributor-upload") is None


@pytest.mark.parametrize(
    ("business", "code"),
    [
        ("distributor-upload", "business_not_of_unit"),
        ("drug-list-2024", "business_unknown"),
        ("no-such", "business_unknown"),
    ],
)
def test_a_business_the_unit_does_not_have_is_refused(
    maker: Side, business: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        grant(maker.unit, maker.agent, business)
    assert [refusal.code for refusal in caught.value.refusals] == [code]
    assert business not in held_by(maker.unit, maker.agent)


def test_the_refusal_names_the_kinds(maker: Side) -> None:
    with pytest.raises(Refused, match=r"只面向流通企业，而 .+ 是生产企业"):
        grant(maker.unit, maker.agent, "distributor-query")


def test_an_agent_of_another_unit_is_refused(maker: Side, stranger: Side) -> None:
    revoke(maker.unit, maker.agent, "maker-upload")
    with pytest.raises(Refused, match="请先添加经办人"):
        grant(maker.unit, stranger.agent, "maker-upload")
    assert holder(maker.unit, "maker-upload") is None


def test_two_units_have_holders_of_their_own(maker: Side, stranger: Side) -> None:
    assert holder(maker.unit, "maker-upload") == maker.agent
    assert holder(stranger.unit, "maker-upload") == stranger.agent


def test_saving_what_is_held_already_changes_and_logs_nothing(maker: Side) -> None:
    held = held_by(maker.unit, maker.agent)
    assert save_permissions(maker.unit, maker.agent, held) == (frozenset(), frozenset())
    assert not OperationLog.objects.of(maker.unit).exists()


def test_the_page_lists_agents_with_masked_numbers(
    unit_client: Client, maker: Side, stranger: Side
) -> None:
    page = unit_client.get(reverse("accounts:agents", args=[maker.unit.slug])).content.decode()
    for label in ("序号", "姓名", "手机号", "操作", "权限", maker.agent.name):
        assert label in page
    assert maker.agent.mobile not in page
    assert stranger.agent.name not in page


def box(page: str, business: str) -> str:
    """The tag of a business's checkbox and the words beside it."""
    found = re.search(
        rf'<input type="checkbox" name="business" value="{business}".*?</label>', page
    )
    assert found, f"no checkbox for {business}"
    return found[0]


def test_the_form_shows_the_tree(unit_client: Client, maker: Side, colleague: Agent) -> None:
    page = unit_client.get(page_of(maker, colleague)).content.decode()
    for label in ("单位经办人权限", "取消", "保存", colleague.name):
        assert label in page
    tree = page.partition("<fieldset")[2].partition("</fieldset>")[0]
    assert "生产企业服务</label></legend>" in tree
    titles = [business.title for business in BUSINESSES.values() if business.group is PRODUCER]
    assert re.findall(r"<span>([^<]+?) ?<", tree) == titles
    assert "checked" not in tree


def test_a_held_business_is_ticked(unit_client: Client, maker: Side) -> None:
    page = unit_client.get(page_of(maker, maker.agent)).content.decode()
    assert "checked" in box(page, "maker-upload")
    assert "已授权给" not in page


def test_a_business_of_a_colleague_names_the_holder_and_can_be_asked_for(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    held = box(unit_client.get(page_of(maker, colleague)).content.decode(), "maker-upload")
    assert f"已授权给经办人 {maker.agent.name}" in held
    assert "disabled" not in held
    # The group's checkbox must not tick it along with the free ones.
    assert "data-singly" in held


@pytest.mark.parametrize(
    ("business", "reason"),
    [("drug-list-2024", NOT_SERVED), ("distributor-upload", "只面向流通企业，不能授权")],
)
def test_what_cannot_be_granted_says_why(
    unit_client: Client, maker: Side, business: str, reason: str
) -> None:
    shut = box(unit_client.get(page_of(maker, maker.agent)).content.decode(), business)
    assert "disabled" in shut
    assert reason in shut


def test_the_form_opens_over_the_list_or_alone(unit_client: Client, maker: Side) -> None:
    whole = unit_client.get(page_of(maker, maker.agent)).content.decode()
    assert "单位经办人列表" in whole
    assert "data-own-page" in whole
    alone = unit_client.get(page_of(maker, maker.agent), headers={"HX-Request": "true"})
    assert alone.content.decode().lstrip().startswith("<dialog")
    assert "data-own-page" not in alone.content.decode()


def test_saving_on_the_page_says_so_and_is_logged(unit_client: Client, maker: Side) -> None:
    data = {"business": ["maker-query"]}
    answer = unit_client.post(page_of(maker, maker.agent), data, follow=True)
    assert "保存经办人权限成功!" in answer.content.decode()
    assert held_by(maker.unit, maker.agent) == {"maker-query"}
    entry = OperationLog.objects.of(maker.unit).get()
    assert entry.action == "permissions-saved"
    assert entry.account == maker.unit.account
    assert entry.address == "127.0.0.1"
    assert len(entry.request_id) == 32
    assert entry.before == {"businesses": ["api-self-service", "maker-query", "maker-upload"]}
    assert entry.after == {"businesses": ["maker-query"]}
    assert maker.agent.mobile not in entry.target


def test_a_refusal_on_the_page_keeps_the_ticks(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    answer = unit_client.post(page_of(maker, colleague), {"business": ["maker-upload"]})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "该业务已授权给经办人" in page
    assert 'value="maker-upload" checked' in page
    assert not OperationLog.objects.of(maker.unit).exists()


def test_an_agent_of_another_unit_has_no_form_here(
    unit_client: Client, maker: Side, stranger: Side
) -> None:
    before = held_by(stranger.unit, stranger.agent)
    address = page_of(maker, stranger.agent)
    assert unit_client.get(address).status_code == 404
    assert unit_client.post(address, {"business": []}).status_code == 404
    assert held_by(stranger.unit, stranger.agent) == before


def test_a_right_taken_away_is_gone_at_the_next_request(maker: Side) -> None:
    client = client_of(maker.agent.account)
    address = reverse("tracing:maker-upload", args=[maker.unit.slug])
    assert client.get(address).status_code == 200
    revoke(maker.unit, maker.agent, "maker-upload")
    answer = client.get(address)
    assert answer.status_code == 403
    assert "暂无权限，请使用单位账号添加权限!或重新切换其他单位办理业务!" in answer.content.decode()
