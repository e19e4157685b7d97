"""What is opened from a list or a dialog leads back there: to its tab, search and page."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import Side, client_of
from tests.tracing.factories import DrugBatchFactory, packed, small
from tests.tracing.undo.undoing import store, undo
from tests.tracing.uploads.rows import example, workbook
from tests.tracing.uploads.uploads import upload

pytestmark = pytest.mark.django_db(transaction=True)
RECORD = "imported-drug-info"
SERIAL = "SN1"


@pytest.fixture
def agent(maker: Side) -> Client:
    return client_of(maker.agent.account)


def address(side: Side, name: str, *args: Any) -> str:
    return reverse(f"tracing:maker-{name}", args=[side.unit.slug, *args])


def asked(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


@pytest.fixture
def page_of_codes(maker: Side, agent: Client) -> tuple[dict[str, str], str]:
    """The second page of a batch's codes, twenty each: what was asked for, and its HTML."""
    packed(maker.unit, DrugBatchFactory.create(unit=maker.unit, trac_codg_sn=SERIAL), 25)
    wanted = {"sn": SERIAL, "part": "codes", "code": "", "page": "2", "size": "20"}
    page = agent.get(address(maker, "batch"), wanted).content.decode()
    return {name: value for name, value in wanted.items() if value}, page


def test_the_history_of_a_code_leads_back_to_its_page(
    agent: Client, page_of_codes: tuple[dict[str, str], str]
) -> None:
    wanted, page = page_of_codes
    part = page[page.index('id="batch-body"') :]
    (link, *_) = re.findall(r'href="([^"]+)"[^>]*>历史<', part)
    history = agent.get(unescape(link))
    assert history.context["page_of_history"].number == 1, "it has pages of its own"
    back = history.context["addresses"]["back"]
    assert asked(back) == wanted
    assert small(20) in agent.get(back).content.decode().partition('id="batch-body"')[2]


def test_what_is_searched_for_is_carried_too(maker: Side, agent: Client) -> None:
    packed(maker.unit, DrugBatchFactory.create(unit=maker.unit, trac_codg_sn=SERIAL), 12)
    wanted = {"sn": SERIAL, "part": "codes", "code": small(11)}
    page = agent.get(address(maker, "batch"), wanted)
    carried = dict(page.context["opened"])
    given = {"record": "domestic-drug-codes", "key": small(11), **carried}
    dialog = agent.post(address(maker, "void"), given)
    assert asked(dialog.context["addresses"]["back"]) == wanted
    kept = dict(dialog.context["kept"])
    sent = {**given, **kept, "asked": "1", "reason": "录入有误"}
    assert asked(agent.post(address(maker, "void"), sent)["Location"]) == wanted
    remove = page.context["addresses"]["remove"]
    assert asked(agent.get(remove).context["addresses"]["back"]) == wanted


def test_another_tab_and_another_search_begin_at_the_first_page(
    page_of_codes: tuple[dict[str, str], str],
) -> None:
    _, page = page_of_codes
    tabs = page[page.index('<ul class="tabs" aria-label="追溯信息">') :].partition("</ul>")[0]
    for link in re.findall(r'href="([^"]+)"', tabs):
        assert set(asked(unescape(link))) == {"sn", "part"}
    search = page[page.index('id="batch-body"') :].partition('role="search"')[2]
    search = search.partition("</form>")[0]
    assert set(re.findall(r'type="hidden" name="([^"]+)"', search)) == {"sn", "part"}


def test_whatever_is_opened_of_a_family_stands_over_its_tab(
    maker: Side, agent: Client, tmp_path: Path
) -> None:
    failing = [{**example(RECORD, trac_codg_sn=f"JK{n}"), "manu_lotnum": None} for n in range(2)]
    submission = upload(*maker, RECORD, workbook(tmp_path / "failing.xlsx", RECORD, failing))
    stored = store(maker, RECORD, [example(RECORD, trac_codg_sn="JK9")], tmp_path / "a.xlsx")
    history = {"record": RECORD, "key": "JK9"}
    over_the_list = [
        agent.get(address(maker, "submission", submission.pk)),
        agent.get(address(maker, "submission-mend", submission.pk)),
        agent.get(address(maker, "history"), history),
        agent.get(address(maker, "batch"), {"sn": "JK9"}),
        agent.get(address(maker, "batch-remove"), {"sn": "JK9"}),
        agent.post(address(maker, "void"), history),
    ]
    for page in over_the_list:
        assert page.context["tab"].code == "imported"
        assert page.context["addresses"]["list"] == f"{address(maker, 'upload')}?tab=imported"
    for name in ("undo", "files", "receipt"):
        page = agent.get(address(maker, f"submission-{name}", stored.pk))
        assert page.context["addresses"]["list"] == f"{address(maker, 'upload')}?tab=imported"


def test_after_an_undo_the_file_is_uploaded_again_with_its_template(
    maker: Side, agent: Client, tmp_path: Path
) -> None:
    rows = [example(RECORD, trac_codg_sn="JK9")]
    undone = undo(store(maker, RECORD, rows, tmp_path / "a.xlsx"))
    page = agent.get(address(maker, "submission", undone.pk)).content.decode()
    link = re.search(r'href="([^"]+)">重新上传<', page)
    assert link is not None
    form = agent.get(unescape(link[1])).context["form"]
    assert form.initial["record"] == RECORD
