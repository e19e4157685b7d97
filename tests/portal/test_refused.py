"""One catalogue of refusals: a code means one thing, is raised somewhere and met by a test."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from portal.lib import refused as module
from portal.lib.refused import (
    Declared,
    Ground,
    Refused,
    catalogue,
    declare,
    load,
    refusal,
    restored,
)
from portal.management.reporting import Exit, exit_of
from tests.structure import PRODUCT, ROOT, sources
from tracing.records.faults import FAULTS

HERE = Path(__file__)
# What takes a code and its details.
MAKERS = {"Refused", "refusal"}

# Codes that no test names, and the words of their sentences that the test of each looks for.
MET_BY_WORDS = {
    "order_export_too_many": "超过一次可导出的上限 ",
    "order_changed": " 个，没有继续",
    "password_common": "常见密码",
    "password_predictable": "重复或连续",
    "password_own_word": "，容易被猜中；请去掉",
    "password_short": " 个字符，至少应为 ",
    "password_long": " 个字符，最多 ",
    "password_marks": " 个字符上叠加了 ",
    "pictures_too_often": "本网络地址获取图形验证码过于频繁",
    "business_of_agents": "单位账号不办理业务：“",
    "staff_sign_in_paused_anywhere": "请联系管理人员重置密码",
    "show_reason_tells": "请删去号码",
    "id_number_unknown": "没有登记证件号码",
    "prompts_too_many": "24 小时内已提醒该经办人 ",
    "shows_too_many": "已达 ",
    "log_export_empty": "没有符合条件的操作记录可导出",
    "log_export_too_many": "符合条件的操作记录有 ",
    "log_exports_too_often": "本单位一小时内已导出操作记录 ",
    "feedback_empty": "没有填写内容",
    "feedback_too_long": "最多 ",
    "password_same": "新密码与当前密码相同",
    "password_wrong": "当前密码不正确",
    "password_tries_spent": "当前密码输错次数过多",
    "recovery_over": "验证已失效",
    "recovery_too_soon": "过于频繁",
    "registration_too_often": "本网络地址注册单位的操作过于频繁",
    "staff_name_invalid": "工作人员账号“",
    "staff_self": "不能修改自己",
    "contact_same": "与现在的相同",
    "reason_missing": "没有填写删除原因",
    "submission_closed": "错误报告所属的上传已被退回、取消或过期",
}


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue that a test may add to."""
    monkeypatch.setattr(module, "_CATALOGUE", dict(catalogue()))


def constants(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def calls(tree: ast.AST, names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """The calls of one of these names with a code written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value, node
                    break


# No file is refused for these any more; rows of earlier uploads keep the codes.
RETIRED = {"is_ods", "is_text"}


@cache
def product() -> dict[Path, ast.Module]:
    """The modules of the product without the declarations."""
    files = [file for file in sources(*PRODUCT) if file.name != "refusals.py"]
    return {file: ast.parse(file.read_text()) for file in files}


def test_every_code_is_declared_in_a_refusals_file_and_loaded() -> None:
    files = [file for file in sources(*PRODUCT) if file.name == "refusals.py"]
    written = [
        key.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]
    assert len(files) > 5
    assert sorted(written) == sorted(catalogue())
    before = catalogue()
    for package in PRODUCT:
        load(package)
    assert catalogue() == before


def test_every_code_is_raised_and_every_raised_code_is_declared() -> None:
    made = {code for tree in product().values() for code, _ in calls(tree, MAKERS)}
    assert made - catalogue().keys() == set()
    named = {text for tree in product().values() for text in constants(tree)}
    # The rules of SQL name theirs between quotes.
    named |= {code for text in named for code in re.findall(r"'([a-z_]+)'", text)}
    assert catalogue().keys() - named == RETIRED


def test_every_refusal_is_told_what_its_sentence_names() -> None:
    wrong = []
    for file, tree in product().items():
        for code, call in calls(tree, MAKERS):
            given = {keyword.arg for keyword in call.keywords} - {"place"}
            wanted = set(catalogue()[code].details)
            if not (given == wanted or (None in given and given - {None} <= wanted)):
                wrong.append(f"{file.relative_to(ROOT)}:{call.lineno} {code}")
    assert wrong == []


def test_a_form_has_no_code_of_the_catalogue_for_words_of_its_own() -> None:
    own = {
        keyword.value.value
        for tree in product().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and "ValidationError" in ast.unparse(node.func)
        for keyword in node.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }
    assert own
    assert own & catalogue().keys() == set()


def test_every_code_is_met_by_a_test() -> None:
    trees = [ast.parse(file.read_text()) for file in sources("tests") if file != HERE]
    texts = "\n".join({text for tree in trees for text in constants(tree)})
    named = {code for code in catalogue() if re.search(rf"\b{code}\b", texts)}
    assert catalogue().keys() - named - RETIRED == MET_BY_WORDS.keys()
    for code, words in MET_BY_WORDS.items():
        assert words in catalogue()[code].sentence, code
        assert words in texts, code


@pytest.mark.parametrize("declared", catalogue().values(), ids=lambda declared: declared.code)
def test_a_code_is_spelt_like_every_other_and_its_sentence_ends(declared: Declared) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{2,39}", declared.code)
    assert re.search(r"(。|\{\w+\})$", declared.sentence)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in declared.details)
    assert declared.code not in FAULTS


def test_a_code_is_declared_once(own: None) -> None:
    with pytest.raises(ValueError, match="'empty_file' is declared twice"):
        declare(Ground.CONFLICT, {"empty_file": "又一句。"})


def test_details_are_those_of_the_sentence() -> None:
    with pytest.raises(KeyError):
        refusal("no_such_code")
    for wrong in ({}, {"size": "1 MB"}, {"size": "2 MB", "limit": "1 MB", "name": "x"}):
        with pytest.raises(ValueError, match="'too_large' is told with"):
            Refused("too_large", **wrong)


def test_a_detail_is_shown_as_it_is_and_an_empty_one_as_empty() -> None:
    assert "“{name}”不正确" in refusal("mobile_invalid", mobile="{name}").message
    assert "“（空）”不正确" in refusal("mobile_invalid", mobile="").message


def test_several_reasons_are_said_at_once_and_the_first_names_the_exception() -> None:
    reasons = (refusal("unit_name_missing"), refusal("mobile_invalid", mobile="1"))
    refused = Refused.of(*reasons)
    assert refused.refusals == reasons
    assert (refused.code, dict(refused.detail)) == ("unit_name_missing", {})
    assert str(refused) == f"{reasons[0].message}\n{reasons[1].message}"


def test_a_place_is_declared_and_may_be_told() -> None:
    assert refusal("mobile_invalid", mobile="1").place == "mobile"
    assert Refused("owner_changed", place="8000").first.place == "8000"
    assert refusal("owner_changed").place == ""


def test_exit_codes_follow_from_the_ground(own: None) -> None:
    exits = {}
    for ground in Ground:
        declare(ground, {f"toy_{ground.name.lower()}": "没有找到玩具。"})
        exits[ground] = exit_of(refusal(f"toy_{ground.name.lower()}"))
    assert exits.pop(Ground.NOT_FOUND) == Exit.NOT_FOUND
    assert exits.pop(Ground.FAILED) == Exit.FAILED
    assert set(exits.values()) == {Exit.REFUSED}


KEPT: Mapping[str, tuple[list[str], str]] = json.loads(
    HERE.with_name("kept_refusals.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("code", KEPT)
def test_what_rows_have_kept_is_worded_as_ever(code: str) -> None:
    """The file was written by the code before there was one catalogue. What rows have kept is never
    counted otherwise; a sentence changes only where it has become untrue."""
    details, sentence = KEPT[code]
    found = restored(code, details)
    assert found.message == sentence
    assert found.kept == details
    assert restored(code, [*details, "更多"]) == found
    if details:
        with pytest.raises(ValueError, match="is told with"):
            restored(code, details[:-1])
