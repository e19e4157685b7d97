"""The 识别规则库 as staff see it: what is in force, each rule with its acts, the first page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.staff.staff import staff_client
from tests.factories import AccountFactory
from tracing.library import actions
from tracing.library.models import RulesVersion
from tracing.records.trace_codes import RULES

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "admin:tracing_rulesversion_changelist"


@pytest.fixture
def staff() -> Client:
    return staff_client(AccountFactory.create(kind="staff", is_superuser=True))


def test_the_built_in_rules_are_shown_while_they_are_in_force(staff: Client) -> None:
    shown = staff.get(reverse(LIST)).content.decode()
    assert f"随程序提供，共 {len(RULES)} 条" in shown
    assert all(rule.title in shown for rule in RULES)
    version = actions.draft_version()
    assert "正在生效：内置规则" in staff.get(reverse(LIST)).content.decode()
    actions.try_version(version)
    actions.put_in_force(version, "新的平台")
    assert "正在生效：内置规则" not in staff.get(reverse(LIST)).content.decode()


def test_each_act_on_a_rule_names_it_and_no_link_hides_in_a_text(staff: Client) -> None:
    version: RulesVersion = actions.draft_version()
    shown = staff.get(reverse("admin:tracing_rulesversion_change", args=[version.pk]))
    acts = re.findall(r'versionrule/[^"]+" aria-label="([^"]+)"', shown.content.decode())
    assert len(acts) == len(set(acts)) > len(RULES)
    assert re.search(r"<p><a [^>]+>试用追溯码</a></p>", shown.content.decode())


def test_the_first_page_has_no_heading_in_english(staff: Client) -> None:
    shown = staff.get(reverse("admin:index")).content.decode()
    heads = re.findall(r'<th scope="col">([^<]+)</th>', shown)
    assert set(heads) == {"数据", "新增", "查看或修改"}
    assert "追溯码识别规则库" in shown
