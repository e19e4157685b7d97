"""The 服务大厅 before sign-in, 服务目录, and the second entry to both uploads."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.agents.actions import add_member
from accounts.core.models import Account
from accounts.rights.actions_granting import revoke
from accounts.rights.businesses import BUSINESSES, DENIED, SERVED
from accounts.rights.catalogue import ENTRIES, blocks, blocks_in_front, found
from tests.accounts.signing_in.signing import try_sign_in
from tests.factories import PASSWORD, AgentFactory, UnitFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

UPLOAD = "/services/maker-upload/"
DIALOG = 'id="notice"'


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def upload_of(side: Side) -> str:
    return reverse("tracing:maker-upload", args=[side.unit.slug])


def blocks_on(page: str) -> dict[str, list[str]]:
    """The titles of the blocks of a page, each with its entries."""
    return {
        re.findall(r"<h2[^>]*>([^<]+)</h2>", part)[0]: re.findall(
            r'class="service[^>]*>.*?<span>([^<]+)<', part, re.DOTALL
        )
        for part in re.findall(r'<section class="panel block.*?</section>', page, re.DOTALL)
    }


def test_the_hall_has_the_blocks_of_the_guide(client: Client) -> None:
    page = text(client.get("/"))
    for words in ("网上服务大厅", "医保公共服务门户", "首页", "服务目录", "个人登录", "单位登录"):
        assert words in page
    assert blocks_on(page) == {
        "我的医保": ["个人参保信息", "个人医保账户", "个人缴费记录", "个人消费记录"],
        "跨省异地就医结算服务查询": ["异地就医备案记录查询", "异地就医直接结算费用查询"],
        "药品和医用耗材招采服务": [
            "国家组织药品集中带量采购中选价格查询",
            "国家组织药品集中采购信息填报",
            "国家组织高值医用耗材集中采购信息填报",
        ],
        "单位服务": [
            "2024年国家医保药品目录调整申报",
            "医保业务综合服务终端(Ⅲ类)送检申报",
            "声明信息公示",
            "口腔种植价格治理填报",
        ],
        "药耗追溯信息上传服务": ["生产企业药耗追溯信息上传", "流通企业药耗追溯信息上传"],
    }
    for block in blocks_in_front():
        assert f'href="/services/#{block.code}"' in page
    assert page.count("更多>") == len(blocks_in_front())


def test_the_catalogue_has_every_entry_of_the_hall_and_every_business(client: Client) -> None:
    shown = blocks_on(text(client.get("/services/")))
    assert list(shown) == [block.title for block in blocks()]
    titles = [title for block in shown.values() for title in block]
    for block in blocks_in_front():
        assert {entry.title for entry in block.front} <= set(shown[block.title])
    behind = {e.business.code for b in blocks() for e in b.entries if e.business}
    assert behind == set(BUSINESSES)
    assert "接口调用自助服务" in shown["单位服务"]
    assert len(titles) == len(set(titles))


def test_every_address_of_the_hall_leads_somewhere(client: Client) -> None:
    page = text(client.get("/")) + text(client.get("/services/"))
    addresses = set(re.findall(r'href="(/services/[^"#]+)"', page))
    assert addresses == {f"/services/{code}/" for code in ENTRIES}
    for address in addresses:
        assert client.get(address).status_code in {200, 302}


def test_no_two_entries_have_one_code() -> None:
    assert len(ENTRIES) == sum(len(block.entries) for block in blocks()) + 2


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("ⅲ类 送检", ["医保业务综合服务终端(Ⅲ类)送检申报"]),
        ("III类送检", ["医保业务综合服务终端(Ⅲ类)送检申报"]),
        ("耗材 高值", ["国家组织高值医用耗材集中采购信息填报"]),
        # By the name that the business has in the unit's own hall.
        ("配送信息", ["流通企业药耗追溯信息上传"]),
        # By the name of the block.
        ("跨省", ["异地就医备案记录查询", "异地就医直接结算费用查询"]),
        ("火车票", []),
    ],
)
def test_the_catalogue_is_searched_by_words(client: Client, typed: str, titles: list[str]) -> None:
    page = text(client.get("/services/", {"q": typed}))
    assert [title for block in blocks_on(page).values() for title in block] == titles
    assert f"“{typed}”：找到 {len(titles)} 项服务" in page
    assert ("没有找到服务" in page) == (not titles)


def test_no_word_finds_everything() -> None:
    assert found("") == found(" \u3000") == blocks()


@pytest.mark.parametrize("code", [code for code, entry in ENTRIES.items() if entry.notice])
def test_what_is_not_open_says_so_to_everyone(client: Client, code: str) -> None:
    entry = ENTRIES[code]
    answer = client.get(f"/services/{code}/")
    assert answer.status_code == 200
    assert entry.notice in text(answer)
    assert DIALOG in text(answer)


def test_a_notice_opens_alone_over_the_page(client: Client) -> None:
    answer = client.get("/services/insurance-record/", headers={"HX-Request": "true"})
    assert text(answer).lstrip().startswith(("<dialog", "\n<dialog"))
    assert "data-own-page" not in text(answer)
    assert "不在本平台办理" in text(answer)


def test_an_entry_that_does_not_exist(client: Client) -> None:
    assert client.get("/services/no-such/").status_code == 404


def test_every_served_business_has_an_entry() -> None:
    assert {e.business.code for e in ENTRIES.values() if e.business and e.business.served} == set(
        SERVED
    )


def test_the_entry_by_way_of_signing_in(client: Client, maker: Side) -> None:
    answer = client.get(UPLOAD)
    assert answer["Location"] == "/login/?next=%2Fservices%2Fmaker-upload%2F"
    signed_in = try_sign_in(client, maker.agent.mobile, next=UPLOAD)
    assert signed_in["Location"] == UPLOAD
    assert client.get(UPLOAD)["Location"] == upload_of(maker)


@pytest.mark.parametrize("business", [b for b in BUSINESSES.values() if b.served and b.url_name])
def test_the_entry_of_the_holder(business: Any, maker: Side, distributor: Side) -> None:
    side = next(s for s in (maker, distributor) if business.kinds & s.unit.kinds)
    answer = client_of(side.agent.account).get(f"/services/{business.code}/")
    assert answer.status_code == 302
    assert answer["Location"] == reverse(business.url_name, args=[side.unit.slug])


def test_the_entry_without_the_business(maker: Side, agent_client: Client) -> None:
    revoke(maker.unit, maker.agent, "maker-upload")
    answer = agent_client.get(UPLOAD)
    assert answer.status_code == 403
    page = text(answer)
    assert DIALOG in page
    assert "温馨提示" in page
    assert DENIED in page
    assert f"办理单位：{maker.unit.name}" in page
    assert "切换单位" not in page.partition(DIALOG)[2]


def test_the_entry_of_another_kind_of_unit(distributor: Side) -> None:
    answer = client_of(distributor.agent.account).get(UPLOAD)
    assert answer.status_code == 403
    assert "只面向生产企业" in text(answer)


def test_an_agent_of_several_units_chooses_first(maker: Side) -> None:
    other = UnitFactory.create()
    add_member(other, maker.agent)
    client = client_of(maker.agent.account)
    choice = client.get(UPLOAD)
    assert choice["Location"] == "/units/?service=maker-upload"
    page = text(client.get(choice["Location"]))
    assert "办理事项：<strong>生产企业药耗追溯信息上传</strong>" in page
    assert 'name="service" value="maker-upload"' in page

    chosen = {"service": "maker-upload", "unit": maker.unit.slug}
    answer = client.get(client.get("/units/", chosen)["Location"])
    assert answer["Location"] == upload_of(maker)

    # The unit where the agent holds nothing says so, and leads back to the choice.
    answer = client.get(client.get("/units/", chosen | {"unit": other.slug})["Location"])
    assert answer.status_code == 403
    dialog = text(answer).partition(DIALOG)[2]
    assert DENIED in dialog
    assert f"办理单位：{other.name}" in dialog
    assert 'href="/units/?service=maker-upload"' in dialog


def test_an_agent_without_a_unit_is_told_what_to_do(client: Client) -> None:
    client.force_login(AgentFactory.create().account)
    page = client.get(UPLOAD, follow=True)
    assert "您还没有可以办理业务的单位" in text(page)


def test_the_entry_of_a_stranger_tells_nothing(agent_client: Client, stranger: Side) -> None:
    theirs = agent_client.get(UPLOAD, {"unit": stranger.unit.slug})
    nobodys = agent_client.get(UPLOAD, {"unit": "nobody1"})
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


@pytest.mark.parametrize("service", ["no-such", "../../admin", "a b"])
def test_a_choice_for_no_service(agent_client: Client, maker: Side, service: str) -> None:
    assert agent_client.get("/units/", {"service": service}).status_code == 200
    chosen = {"service": service, "unit": maker.unit.slug}
    assert agent_client.get("/units/", chosen, follow=True).status_code == 404


def test_the_entry_of_accounts_that_handle_no_business(unit_client: Client) -> None:
    answer = unit_client.get(UPLOAD)
    assert answer.status_code == 403
    assert "单位账号不办理业务" in text(answer)
    staff = client_of(Account.objects.create_superuser("staff1", PASSWORD))
    answer = staff.get(UPLOAD)
    assert answer.status_code == 403
    assert "管理账号不办理业务" in text(answer)


def test_the_hall_says_who_is_signed_in_and_the_way_back(
    client: Client, agent_client: Client, maker: Side
) -> None:
    own = text(agent_client.get(f"/u/{maker.unit.slug}/"))
    assert re.search(r'href="/">.*?返回服务大厅</a>', own, re.DOTALL)
    page = text(agent_client.get("/"))
    mobile = maker.agent.mobile
    assert f"您已登录：<strong>{mobile[:3]}****{mobile[-4:]}</strong>" in page
    assert mobile not in page
    assert 'href="/start/">进入单位网厅</a>' in page
    assert "退出登录" in page
    assert "个人登录" not in page
    assert "您已登录" not in text(client.get("/"))
