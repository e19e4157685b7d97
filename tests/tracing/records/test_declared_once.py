"""A label of a column stands in `tracing/records/` and nowhere else: everything else derives it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from portal.lib.identifiers import CREDIT_CODE
from tests.structure import ROOT
from tracing.records import RECORDS

RECORDS_HOME = ROOT / "tracing/records"
# Where the word is declared that records share with everything else.
SHARED_HOME = ROOT / "portal/lib/identifiers.py"
# Words of the trade that pages need for a thing, not for a column of an upload.
WORDS = {"追溯码", "入库时间"}
LABELS = {
    word for record in RECORDS.values() for c in record.columns for word in (c.label, *c.aliases)
} - WORDS
APPS = ("accounts", "portal", "tracing")


def _python() -> list[Path]:
    files = (file for app in APPS for file in (ROOT / app).rglob("*.py"))
    return [
        file
        for file in files
        if "migrations" not in file.parts
        and RECORDS_HOME not in file.parents
        and file != SHARED_HOME
    ]


def _texts(source: str) -> set[str]:
    """The texts of a module, whole, without what forms put around a label."""
    found = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {text.strip("*：: ") for text in found if isinstance(text, str)}


def _shown(template: str) -> set[str]:
    """What stands alone between two tags, or in an attribute, of a template."""
    found = re.findall(r'[>"]([^<>"{}%]+)[<"]', template)
    return {text.strip("*：: \n") for text in found}


def test_no_label_is_typed_in_code_outside_the_records() -> None:
    typed = {str(f.relative_to(ROOT)): _texts(f.read_text()) & LABELS for f in _python()}
    assert {file: labels for file, labels in typed.items() if labels} == {}


def test_no_label_is_typed_in_a_template() -> None:
    files = (ROOT / "templates").rglob("*.html")
    typed = {str(f.relative_to(ROOT)): _shown(f.read_text()) & LABELS for f in files}
    assert {file: labels for file, labels in typed.items() if labels} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = "药品通用名"', {"药品通用名"}),
        ('x = {"label": "*药品生产批号："}', {"药品生产批号"}),
        ('x = "请核对药品生产批号。"', set()),
        (f'x = "{CREDIT_CODE}"', {CREDIT_CODE}),
    ],
)
def test_the_search_finds_what_is_typed(source: str, found: set[str]) -> None:
    assert _texts(source) & LABELS == found


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<th>剂型</th>", {"剂型"}),
        ('<td data-label="剂型">', {"剂型"}),
        ("<th>{{ head }}</th>", set()),
        ("<p>请核对剂型。</p>", set()),
    ],
)
def test_the_search_finds_what_is_shown(template: str, found: set[str]) -> None:
    assert _shown(template) & LABELS == found
