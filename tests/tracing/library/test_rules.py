"""The 识别规则库: from a draft to what uploads are judged by, and back."""

from __future__ import annotations

import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.core.origin import COMMAND
from accounts.log.entry_words import changes_of
from accounts.log.models import OperationLog
from portal.lib.refused import Refused
from tests.people import Side
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.uploads import confirm, counts, upload
from tracing.library import actions
from tracing.library.actions import Asked
from tracing.library.in_force import rules_in_force, rules_of
from tracing.library.models import RulesVersion, VersionRule
from tracing.library.queries_trial import try_typed
from tracing.library.typed_codes import canonical
from tracing.records.rule_sets import BUILT_IN
from tracing.records.shapes import KEPT_LEVELS
from tracing.records.trace_codes import RULES, System
from tracing.stores.models_codes import Pack, TraceCode
from tracing.traces.queries import flaws_of
from tracing.uploads.models import Round

pytestmark = pytest.mark.django_db(transaction=True)

PLATFORM = Asked(
    "某某平台", "[A-Z]{8}[0-9]/(?P<serial>[0-9]{8})", "某某平台", "none", False, "groups"
)
PLATFORM_CODE = "ABCDEFGH1/12345678"


def rule_named(version: RulesVersion, name: str) -> VersionRule:
    return version.rules.get(name=name)


def in_force(version: RulesVersion) -> RulesVersion:
    """Try a draft and put it in force."""
    actions.try_version(version)
    actions.put_in_force(version, "新的平台")
    version.refresh_from_db()
    return version


def stored() -> list[Any]:
    """All that is stored of codes."""
    return [
        *TraceCode.everything.order_by("pk").values_list("code", "system", "submission_id"),
        *Pack.everything.order_by("pk").values_list("code", "parent"),
    ]


def upload_codes(maker: Side, path: Path, *codes: str) -> Any:
    boxes = code_rows(len(codes), start=100)
    rows = [{**row, "lv1_trac_code": code} for row, code in zip(boxes, codes, strict=True)]
    return upload(*maker, CODES, workbook(path, CODES, rows))


def test_a_draft_changes_nothing_until_it_is_in_force_and_can_be_taken_back(
    maker: Side, tmp_path: Path
) -> None:
    old = confirm(upload(*maker, CODES, workbook(tmp_path / "old.xlsx", CODES, code_rows(5))))
    before = stored()
    draft = actions.draft_version()
    actions.add_rule(draft, PLATFORM)
    actions.switch_rule(rule_named(draft, "msfx"))
    assert rules_in_force() is BUILT_IN

    refused = upload_codes(maker, tmp_path / "a.xlsx", PLATFORM_CODE)
    assert counts(refused)["rejected"] == 1
    in_force(draft)
    assert stored() == before
    taken = confirm(upload_codes(maker, tmp_path / "b.xlsx", PLATFORM_CODE, "80000991000000000001"))
    assert counts(taken)["created"] == 2
    systems = dict(TraceCode.everything.values_list("code", "system"))
    assert systems[PLATFORM_CODE] == "某某平台"
    assert systems["80000991000000000001"] == System.TWENTY_DIGITS
    assert [row for row in stored() if row[0] in {code for code, *_ in before}] == before

    versions = dict(Round.objects.values_list("submission", "rules_version"))
    assert versions == {old.pk: None, refused.pk: None, taken.pk: draft.pk}
    assert canonical(PLATFORM_CODE) == PLATFORM_CODE
    assert flaws_of(PLATFORM_CODE) == []

    actions.take_back(draft, "试错了")
    assert rules_in_force() is BUILT_IN
    again = upload_codes(maker, tmp_path / "c.xlsx", "ABCDEFGH1/99999999")
    assert counts(again)["rejected"] == 1
    # What was taken stays, and can be looked for.
    assert systems == dict(TraceCode.everything.values_list("code", "system"))
    assert canonical(PLATFORM_CODE) == PLATFORM_CODE
    assert flaws_of(PLATFORM_CODE) == []


def test_taking_back_leads_to_the_version_before(maker: Side) -> None:
    first = actions.draft_version()
    actions.add_rule(first, PLATFORM)
    in_force(first)
    second = actions.draft_version()
    assert [rule.line for rule in second.rules.order_by("place")] == [
        rule.line for rule in first.rules.order_by("place")
    ]
    actions.remove_rule(rule_named(second, "made-1"))
    in_force(second)
    assert rules_in_force().version == second.pk
    actions.take_back(second, "仍有存货")
    assert rules_in_force().version == first.pk
    assert rules_in_force().system_of(PLATFORM_CODE) == "某某平台"
    assert RulesVersion.objects.get(pk=second.pk).ended_at is not None
    actions.take_back(first, "不再需要")
    assert rules_in_force() is BUILT_IN


def test_every_process_sees_the_version_in_force(maker: Side) -> None:
    version = actions.draft_version()
    actions.add_rule(version, PLATFORM)
    in_force(version)
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from django.db import connections\n"
        f"connections['default'].settings_dict['NAME'] = {connection.settings_dict['NAME']!r}\n"
        "from tracing.library.in_force import rules_in_force\n"
        "rules = rules_in_force()\n"
        f"print(rules.version, rules.system_of({PLATFORM_CODE!r}))"
    )
    for _ in range(2):
        worker = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert worker.stdout == f"{version.pk} 某某平台\n", worker.stderr


def test_a_trial_says_what_would_change(maker: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "codes.xlsx", CODES, code_rows(5))
    confirm(upload(*maker, CODES, path))
    own = confirm(upload_codes(maker, tmp_path / "own.xlsx", "ABC-12345", "P06901234567891X1"))
    assert counts(own)["created"] == 2
    draft = actions.draft_version()
    gtin = Asked("带 GTIN", "P(?P<gtin>[0-9]{14})X[0-9]+", "某某平台", "gtin", False, "groups")
    rule = actions.add_rule(draft, gtin)
    actions.move_rule(rule, 1)
    actions.switch_rule(rule_named(draft, "own"))
    found = actions.try_version(draft)
    assert found["refused"] == 1
    assert found["refused_first"][0][0] == "P06901234567891X1"
    assert found["changes"] == [["企业自编码", "无法识别", 1, ["ABC-12345"]]]
    levels = [TraceCode.everything.values_list(name, flat=True) for name in KEPT_LEVELS]
    assert found["codes"] == len(set(chain(*levels)) - {None})
    assert found["whole"]
    assert RulesVersion.objects.get(pk=draft.pk).trial == found
    # Whatever changes must be tried again.
    actions.switch_rule(rule_named(draft, "own"))
    assert RulesVersion.objects.get(pk=draft.pk).trial is None


def test_typed_codes_are_taken_apart_by_the_draft(maker: Side) -> None:
    draft = actions.draft_version()
    actions.add_rule(draft, PLATFORM)
    lines = [PLATFORM_CODE, "6916194000426", "８０００００１1234567890123"]
    platform, product, digits = try_typed(draft, lines)
    assert (platform.rule, platform.accepted) == ("某某平台", True)
    assert [tuple(part) for part in platform.fields] == [
        ("编码体系", "某某平台"),
        ("序列号", "12345678"),
    ]
    assert not product.accepted
    assert "商品码" in product.findings[0]
    assert digits.fields[0] == ("存储的写法", "80000011234567890123")


def test_a_draft_of_an_old_version_has_the_built_in_rules_of_today(maker: Side) -> None:
    old = actions.draft_version()
    old.rules.filter(name="ma").delete()
    old.rules.create(name="gone", place=99)
    actions.drop_version(old, "旧版")
    draft = actions.draft_version(like=old)
    names = list(draft.rules.order_by("place").values_list("name", flat=True))
    assert names == [rule.name for rule in RULES]


def code_of(act: Any) -> str:
    with pytest.raises(Refused) as raised:
        act()
    return raised.value.code


def test_what_is_refused(maker: Side) -> None:
    draft = actions.draft_version()
    assert code_of(actions.draft_version) == "rules_draft_exists"
    assert code_of(lambda: actions.put_in_force(draft, "x")) == "rules_not_tried"
    assert code_of(lambda: actions.take_back(draft, "x")) == "rules_not_in_force"
    url, msfx = rule_named(draft, "msfx-url"), rule_named(draft, "msfx")
    assert code_of(lambda: actions.switch_rule(url)) == "rule_is_fixed"
    assert code_of(lambda: actions.change_rule(msfx, PLATFORM)) == "rule_is_built_in"
    assert code_of(lambda: actions.remove_rule(msfx)) == "rule_is_built_in"
    assert code_of(lambda: actions.move_rule(msfx, 99)) == "rule_place_wrong"
    unsafe = PLATFORM._replace(pattern="(?=a)b")
    assert code_of(lambda: actions.add_rule(draft, unsafe)) == "rule_pattern_unusable"
    for system, refusal in (
        ("无法识别", "rule_system_taken"),
        ("商品码", "rule_system_taken"),
        ("prod_code", "rule_system_taken"),
        ("码 上放心", "rule_system_alike"),
        ("ＧＳ１", "rule_system_alike"),
        ("码上放心\u200b", "rule_system_signs"),
        ("=1+2", "rule_system_signs"),
    ):
        named = PLATFORM._replace(system=system)
        assert code_of(lambda named=named: actions.add_rule(draft, named)) == refusal, system
    for number in range(actions.MOST_RULES - len(RULES)):
        actions.add_rule(draft, PLATFORM._replace(title=f"第 {number} 条"))
    assert code_of(lambda: actions.add_rule(draft, PLATFORM)) == "rules_too_many"
    actions.drop_version(draft, "不用了")
    assert code_of(lambda: actions.add_rule(draft, PLATFORM)) == "rules_not_draft"
    assert actions.draft_version().rules.count() == len(RULES)


def test_a_trial_of_a_busy_database_ends_with_words(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = actions.draft_version()
    monkeypatch.setattr("tracing.library.queries_trial.SAMPLES", ("SELECT pg_sleep(9)",))
    monkeypatch.setattr("tracing.library.queries_trial.STATEMENT_SECONDS", 0.05)
    assert code_of(lambda: actions.try_version(draft)) == "rules_trial_too_slow"


def test_the_log_says_each_change_in_words(maker: Side) -> None:
    draft = actions.draft_version()
    rule = actions.add_rule(draft, PLATFORM, origin=COMMAND)
    actions.change_rule(rule, PLATFORM._replace(title="某某新平台"))
    actions.move_rule(rule, 2)
    assert list(draft.rules.order_by("place").values_list("name", flat=True))[:3] == [
        "msfx-url",
        "made-1",
        "msfx",
    ]
    actions.switch_rule(rule)
    actions.remove_rule(rule)
    in_force(draft)
    actions.take_back(draft, "试错了")
    entries = OperationLog.everything.filter(action__startswith="rule").order_by("pk")
    assert [entry.action for entry in entries] == [
        "rules-drafted",
        *["rule-saved"] * 4,
        "rule-removed",
        "rules-tried",
        "rules-put-in-force",
        "rules-taken-back",
    ]
    words = ["；".join(changes_of(entry)) for entry in entries]
    assert "名称：某某平台 → 某某新平台" in words[2]
    assert "识别规则版本：无 → " in words[-2]
    assert "原因：试错了" in words[-1]


def test_a_version_in_force_is_never_changed(maker: Side) -> None:
    version = in_force(actions.draft_version())
    rule = rule_named(version, "own")
    assert code_of(lambda: actions.switch_rule(rule)) == "rules_not_draft"
    assert rules_of(version.pk).system_of("ABC-12345") == System.OWN
