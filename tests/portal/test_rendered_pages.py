"""Every page as it is sent: nothing foreign, every control named, one heading, the menu marked,
every cell of one piece, no region named twice."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.units.tabs import TABS, Tab
from tests.people import Side, client_of
from tests.tracing.factories import DrugBatchFactory, EventFactory, packed

pytestmark = pytest.mark.django_db

FOREIGN = re.compile(r"""(?:src|href|action|content)=["'](?:[a-z]+:)?//""")
VOID = frozenset({"input", "img", "link", "meta", "br"})
NAMED_BY_LABEL = frozenset({"input", "select", "textarea"})


class Shape(HTMLParser):
    """What a page is made of, as far as someone without a screen depends on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.unnamed: list[str] = []
        self.pieces: list[tuple[str, int]] = []
        self.regions: Counter[str] = Counter()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags[tag] += 1
        if given.get("id"):
            self.ids[str(given["id"])] += 1
        if tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        if tag == "img" and "alt" not in given:
            self.unnamed.append(f"img {given}")
        if (tag == "section" or given.get("role") == "region") and given.get("aria-labelledby"):
            self.regions[str(given["aria-labelledby"])] += 1
        self._count_piece()
        if tag == "td" and given.get("data-label"):
            self.pieces.append((str(given["data-label"]), 0))
        hidden = given.get("type") == "hidden"
        if tag in NAMED_BY_LABEL and not hidden and "label" not in self.open:
            self.controls.append({"tag": tag, **given})
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._count_piece()

    def _count_piece(self) -> None:
        if self.open[-1:] == ["td"] and self.pieces:
            label, pieces = self.pieces[-1]
            self.pieces[-1] = (label, pieces + 1)

    def crowded(self) -> list[str]:
        """Cells of several pieces: as a card on a phone, the second would stand under the label."""
        return [label for label, pieces in self.pieces if pieces > 1]

    def without_name(self) -> list[str]:
        """Images and controls that a screen reader cannot name."""
        return self.unnamed + [
            str(control)
            for control in self.controls
            if not control.get("aria-label") and control.get("id") not in self.labelled
        ]


PUBLIC_PAGES = {
    "front": "/",
    "services": "/services/",
    "found": "/services/?q=上传",
    "not found": "/services/?q=没有的服务",
    "elsewhere": "/services/insurance-record/",
    "elsewhere in the catalogue": "/services/terminal-application/",
    "personal": "/services/personal-sign-in/",
    "certificate": "/login/certificate/",
    "sign-in": "/login/",
    "register": "/register/",
}
AGENT_PAGES = {
    "front": "/",
    "services": "/services/",
    "choice for a service": "/units/?service=maker-upload",
    "units": "/units/",
    "hall": "/u/{slug}/",
    "upload": "/u/{slug}/maker/upload/",
    "imported": "/u/{slug}/maker/upload/?tab=imported",
    "import": "/u/{slug}/maker/upload/import/",
    "batch": "/u/{slug}/maker/upload/batch/?sn=SN1",
    "batch codes": "/u/{slug}/maker/upload/batch/?sn=SN1&part=codes",
    "batch shipments": "/u/{slug}/maker/upload/batch/?sn=SN1&part=shipment",
    "batch without retail": "/u/{slug}/maker/upload/batch/?sn=SN1&part=retail",
    "query": "/u/{slug}/maker/query/",
    "found": "/u/{slug}/maker/query/?code={code}",
    "trace": "/u/{slug}/maker/query/trace/?code={code}",
    "found by batch": "/u/{slug}/maker/query/?tab=batch&batch=SN1",
    "found by days": "/u/{slug}/maker/query/?tab=date&from=2024-12-18&to=2024-12-18",
    "shut": "/u/{slug}/agents/",
    "nowhere": "/u/{slug}/nowhere/",
}
DISTRIBUTOR_PAGES = {
    "upload": "/u/{slug}/distributor/upload/",
    "import": "/u/{slug}/distributor/upload/import/",
    "row": "/u/{slug}/distributor/upload/row/?key={key}",
    "query": "/u/{slug}/distributor/query/",
    "batch query": "/u/{slug}/distributor/query/?tab=batch&batch=SN1",
    "days query": "/u/{slug}/distributor/query/?tab=date&from=2024-12-02&to=2024-12-01",
    "wrong days": "/u/{slug}/distributor/upload/?shp_from=2024-12-02&shp_to=2024-12-01",
}
UNIT_PAGES = {
    "front": "/",
    "second entry": "/services/maker-upload/",
    "agents found": "/u/{slug}/agents/?name=没有",
    "add an agent": "/u/{slug}/agents/add/",
    "agent": "/u/{slug}/agents/{agent}/edit/",
    "number of an agent": "/u/{slug}/agents/{agent}/number/",
    "password of an agent": "/u/{slug}/agents/{agent}/password/",
    "remove an agent": "/u/{slug}/agents/{agent}/remove/",
    "permissions": "/u/{slug}/agents/{agent}/",
    "uploading a paper": "/u/{slug}/qualifications/licence/upload/",
    "uploading a certificate": "/u/{slug}/certificates/upload/",
    "notices": "/notices/",
    "questions": "/help/faq/",
    "feedback": "/help/feedback/",
}


@pytest.fixture
def places(maker: Side) -> dict[str, object]:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    code = packed(maker.unit, batch, 2, per_middle=2, per_large=1)[0]
    EventFactory.create(code=code.code, unit=maker.unit)
    return {"slug": maker.unit.slug, "code": code.code, "agent": maker.agent.pk}


def is_sound(response: Any) -> None:
    """Hold one page to everything that all pages keep."""
    html = response.content.decode()
    assert not FOREIGN.findall(html)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    shape = Shape(html)
    assert shape.without_name() == []
    assert [name for name, times in shape.ids.items() if times > 1] == []
    assert [name for name, times in shape.regions.items() if times > 1] == []
    assert shape.crowded() == []
    assert (shape.tags["h1"], shape.tags["main"], shape.tags["title"]) == (1, 1, 1)
    assert '<html lang="zh-Hans">' in html


@pytest.mark.parametrize("address", PUBLIC_PAGES.values(), ids=PUBLIC_PAGES.keys())
def test_a_page_for_everyone(client: Client, address: str) -> None:
    is_sound(client.get(address))


@pytest.mark.parametrize("address", AGENT_PAGES.values(), ids=AGENT_PAGES.keys())
def test_a_page_of_the_agent(agent_client: Client, places: dict[str, object], address: str) -> None:
    is_sound(agent_client.get(address.format(**places)))


@pytest.mark.parametrize("address", DISTRIBUTOR_PAGES.values(), ids=DISTRIBUTOR_PAGES.keys())
def test_a_page_of_a_distributors_agent(distributor: Side, address: str) -> None:
    row = EventFactory.create(unit=distributor.unit, kind="circulation-in", document="IN-1")
    key = quote(json.dumps([row.code, row.kind, row.document]))
    response = client_of(distributor.agent.account).get(
        address.format(slug=distributor.unit.slug, key=key)
    )
    assert response.status_code == 200
    is_sound(response)


@pytest.mark.parametrize("address", UNIT_PAGES.values(), ids=UNIT_PAGES.keys())
def test_a_page_of_the_unit_account(
    unit_client: Client, places: dict[str, object], address: str
) -> None:
    is_sound(unit_client.get(address.format(**places)))


@pytest.mark.parametrize("tab", TABS, ids=[tab.name for tab in TABS])
def test_a_tab_of_the_unit_account(unit_client: Client, maker: Side, tab: Tab) -> None:
    is_sound(unit_client.get(reverse(tab.address, args=[maker.unit.slug])))


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/u/{slug}/maker/upload/", "生产企业药耗基础信息上传"),
        ("/u/{slug}/maker/upload/import/", "生产企业药耗基础信息上传"),
        ("/u/{slug}/maker/query/trace/?code={code}", "生产企业药耗追溯信息查询"),
    ],
)
def test_the_menu_marks_the_business_one_is_in(
    agent_client: Client, places: dict[str, object], address: str, title: str
) -> None:
    html = agent_client.get(address.format(**places)).content.decode()
    menu = html.partition('aria-label="业务菜单"')[2].partition("</nav>")[0]
    assert re.findall(r'aria-current="page">([^<]+)<', menu) == [title]


def test_the_footer_shows_the_lines_that_are_set(client: Client, settings: Settings) -> None:
    settings.PORTAL_FOOTER = {"主办单位": "某某中心", "ICP备案号": ""}
    html = client.get("/login/").content.decode()
    assert "主办单位：某某中心" in html
    assert "ICP备案号" not in html
