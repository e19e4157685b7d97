"""A form of one unit that arrives at another unit's address."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.agents.models import Membership
from accounts.log.models import OperationLog
from accounts.rights.queries import held_by
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).parents[3] / "templates"
FORM = re.compile(r'<form\b[^>]*\bmethod="post".*?</form>', re.DOTALL | re.IGNORECASE)


@pytest.fixture
def both(maker: Side, distributor: Side) -> Client:
    """The maker's agent, who acts for the distributor too."""
    Membership.everything.create(unit=distributor.unit, agent=maker.agent)
    return client_of(maker.agent.account)


def send(client: Client, side: Side, named: str, referer: str = "", **headers: str) -> Any:
    """Send the form of 删除 to the side's unit."""
    data = {"record": "domestic-drug-info", "for_unit": named}
    address = f"/u/{side.unit.slug}/maker/upload/void/"
    return client.post(address, data, headers={"Referer": referer, **headers})


def choices(answer: Any) -> dict[str, str]:
    found = re.findall(r'href="([^"]+)">为【([^】]+)】办理', answer.content.decode())
    return {name: address for address, name in found}


def test_a_form_of_the_other_unit_is_answered_with_a_choice(
    both: Client, maker: Side, distributor: Side
) -> None:
    before = OperationLog.everything.count()
    answer = send(both, maker, distributor.unit.slug)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "内容没有保存" in page
    assert list(choices(answer)) == [distributor.unit.name, maker.unit.name]
    assert OperationLog.everything.count() == before
    for address in choices(answer).values():
        assert both.get(address).status_code == 200


def test_the_choice_leads_back_to_the_page_of_the_form(
    both: Client, maker: Side, distributor: Side
) -> None:
    page = f"http://testserver/u/{distributor.unit.slug}/distributor/upload/"
    assert choices(send(both, maker, distributor.unit.slug, page)) == {
        distributor.unit.name: f"/u/{distributor.unit.slug}/distributor/upload/",
        maker.unit.name: f"/u/{maker.unit.slug}/distributor/upload/",
    }


def test_what_an_address_names_is_no_other_units(
    both: Client, maker: Side, distributor: Side
) -> None:
    number = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
    page = f"/u/{distributor.unit.slug}/distributor/uploads/{number}/"
    assert choices(send(both, maker, distributor.unit.slug, page)) == {
        distributor.unit.name: page,
        maker.unit.name: f"/u/{maker.unit.slug}/",
    }


@pytest.mark.parametrize("referer", ["", "https://evil.example/", "http://[", "/nowhere/", "/"])
def test_without_a_page_to_go_back_to_the_choice_leads_to_the_halls(
    both: Client, maker: Side, distributor: Side, referer: str
) -> None:
    answer = send(both, maker, distributor.unit.slug, referer)
    assert set(choices(answer).values()) == {
        f"/u/{distributor.unit.slug}/",
        f"/u/{maker.unit.slug}/",
    }


@pytest.mark.parametrize("named", ["stranger", "nobody1", "", "<b>", "../x"])
def test_a_unit_that_is_not_the_agents_is_not_named(
    agent_client: Client, maker: Side, stranger: Side, named: str
) -> None:
    answer = send(agent_client, maker, stranger.unit.slug if named == "stranger" else named)
    assert answer.status_code == 409
    assert stranger.unit.name not in answer.content.decode()
    assert list(choices(answer)) == [maker.unit.name]


def test_a_stranger_learns_nothing_by_naming_the_unit(agent_client: Client, stranger: Side) -> None:
    assert send(agent_client, stranger, "whoever1").status_code == 404
    assert send(agent_client, stranger, stranger.unit.slug).status_code == 404


def test_the_right_unit_and_no_unit_go_on(agent_client: Client, maker: Side) -> None:
    assert send(agent_client, maker, maker.unit.slug).status_code == 302
    address = f"/u/{maker.unit.slug}/maker/upload/void/"
    assert agent_client.post(address, {"record": "domestic-drug-info"}).status_code == 302


def test_granting_under_the_wrong_unit_grants_nothing(unit_client: Client, maker: Side) -> None:
    other = UnitFactory.create()
    address = f"/u/{maker.unit.slug}/agents/{maker.agent.pk}/"
    before = held_by(maker.unit, maker.agent)
    answer = unit_client.post(address, {"business": [], "for_unit": other.slug})
    assert answer.status_code == 409
    assert held_by(maker.unit, maker.agent) == before != frozenset()


def test_a_fragment_is_told_to_be_shown_as_a_page(
    both: Client, maker: Side, distributor: Side
) -> None:
    answer = send(both, maker, distributor.unit.slug, **{"HX-Request": "true"})
    assert (answer.status_code, answer["Portal-Wrong-Unit"]) == (409, "true")


@pytest.mark.parametrize("page", ["", "maker/upload/", "maker/upload/import/"])
def test_forms_name_their_unit(agent_client: Client, maker: Side, page: str) -> None:
    html = agent_client.get(f"/u/{maker.unit.slug}/{page}").content.decode()
    forms = FORM.findall(html)
    assert forms
    for form in forms:
        assert f'<input type="hidden" name="for_unit" value="{maker.unit.slug}">' in form


def test_outside_of_a_units_pages_forms_name_none() -> None:
    html = client_of(AgentFactory.create().account).get("/sessions/").content.decode()
    assert "for_unit" not in html


def test_no_form_goes_without_its_token_and_so_without_its_unit() -> None:
    found = [
        (str(file.relative_to(TEMPLATES)), form)
        for file in sorted(TEMPLATES.rglob("*.html"))
        for form in FORM.findall(file.read_text())
    ]
    assert found
    assert {name for name, form in found if "{% csrf_token %}" not in form} == set()
