"""A code's system and parts beside its trace, in the dialog and in the answer to 单码查询."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from tests.people import Side
from tests.tracing.factories import DrugBatchFactory, packed
from tracing.library import actions
from tracing.library.actions import Asked
from tracing.stores.models_codes import TraceCode

GS1 = "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234"
PARTS = {
    "编码体系": "GS1",
    "商品码（GTIN）": "06901234567892",
    "生产日期": "2014-12-31",
    "有效期": "2015-07-07",
    "批号": "A213B1",
    "序列号": "1234",
}


def parts_on(page: Any) -> dict[str, str]:
    """What the component shows, by label."""
    found = re.search(r'<ul class="code-parts"[^>]*>(.*?)</ul>', page.content.decode(), re.DOTALL)
    assert found, page.content.decode()
    pairs = re.findall(r"<li><span[^>]*>(.*?)：</span><span[^>]*>(.*?)</span></li>", found[1])
    return {label: html.unescape(text) for label, text in pairs}


@pytest.fixture
def pack(maker: Side) -> TraceCode:
    """A smallest pack whose code is an element string, in a box of 20 digits."""
    batch = DrugBatchFactory.create(unit=maker.unit)
    pack = packed(maker.unit, batch, 1, per_middle=1, per_large=1)[0]
    TraceCode.everything.filter(code=pack.code).update(code=GS1, system="gs1")
    return TraceCode.everything.get(code=GS1)


def test_dialog_and_answer_show_the_parts(
    agent_client: Client, maker: Side, pack: TraceCode
) -> None:
    page = f"/u/{maker.unit.slug}/maker/query/"
    assert parts_on(agent_client.get(page, {"code": GS1})) == PARTS
    assert parts_on(agent_client.get(f"{page}trace/", {"code": GS1})) == PARTS
    box = parts_on(agent_client.get(f"{page}trace/", {"code": pack.lv2_trac_code}))
    assert box["编码体系"] == "码上放心"
    assert box["药品标识码"] == str(pack.lv2_trac_code)[:7]


def test_a_stored_system_stands_and_others_follow_the_rules(
    agent_client: Client, maker: Side, pack: TraceCode
) -> None:
    draft = actions.draft_version()
    digits = Asked("某某平台", "8[0-9]{19}", "某某平台", "none", False, "first7")
    actions.move_rule(actions.add_rule(draft, digits), 1)
    actions.switch_rule(draft.rules.get(name="gs1"))
    actions.try_version(draft)
    actions.put_in_force(draft, "新的平台")
    page = f"/u/{maker.unit.slug}/maker/query/trace/"
    assert parts_on(agent_client.get(page, {"code": GS1}))["编码体系"] == "GS1"
    box = parts_on(agent_client.get(page, {"code": pack.lv2_trac_code}))
    assert box == {"编码体系": "某某平台", "药品标识码": str(pack.lv2_trac_code)[:7]}


def test_nothing_is_shown_where_nothing_is_found(agent_client: Client, maker: Side) -> None:
    page = f"/u/{maker.unit.slug}/maker/query/"
    assert b"code-parts" not in agent_client.get(page).content
    assert b"code-parts" not in agent_client.get(page, {"code": GS1}).content
