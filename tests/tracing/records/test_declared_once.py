"""Labels, lengths and rules of columns stand in `tracing/records/`: everything else derives them.

Looked for are: a label, whole or within a sentence; a number where a model says how long a field
is; and the text of a pattern by which a record judges. Comments and docstrings are read by people
alone, and may say what they like. A number in the middle of code is not looked for: that 200
stands for the length of a name nobody can tell from the number.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unicodedata import normalize

import pytest

import tracing.records
from portal.lib.identifiers import CREDIT_CODE
from tests.structure import PRODUCT, ROOT, sources
from tracing.records import RECORDS

RECORDS_HOME = ROOT / "tracing/records"
# Where the word is declared that records share with everything else.
SHARED_HOME = ROOT / "portal/lib/identifiers.py"

LABELS = {
    word for record in RECORDS.values() for c in record.columns for word in (c.label, *c.aliases)
}
# A shorter word, such as 规格, means many things within a sentence; alone it is a label still.
SPECIFIC = 4
# Labels that are words of the trade too, each with where it is no column's.
OTHER_WORDS = {
    "追溯码": "the code itself, on every page",
    "入库时间": "when an upload was stored, on its receipt",
}
# Files that quote what somebody else wrote.
QUOTED = {
    "templates/accounts/messages/faq_answers.html": "the guide's answers, word for word",
}

# Fields of models that keep nothing of a row, so that no record says how long they are.
OWN_FIELDS = {
    "business": "a code of accounts/rights/businesses.py",
    "by": "a choice of its model",
    "cause": "a choice of its model",
    "check_name": "a check of a recognition rule",
    "failure_code": "a code of a refusal",
    "family": "a code of a family",
    "format": "a choice of its model",
    "kind": "a choice of its model",
    "name": "the name of a file or of a recognition rule",
    "parts": "a way to take codes apart",
    "payload": "a digest",
    "record_code": "the code of a record",
    "refusal_code": "a code of a refusal",
    "sha256": "a digest",
    "source": "a choice of its model",
    "stage": "a step of a check",
    "state": "a choice of its model",
    "stored_name": "the name of a file of ours",
    "table": "the name of a table",
    "title": "the name of a recognition rule",
    # Room for longer codes: all that records have today are of one character.
    "status": "what a choice of a record is stored as",
    "status_first": "as `status`",
    "status_last": "as `status`",
}
SIZES = {"max_length", "max_digits", "decimal_places"}

# A shorter pattern, such as [0-9]+, is no rule of anything.
TELLING = 8


def _python() -> list[Path]:
    return [f for f in sources(*PRODUCT) if RECORDS_HOME not in f.parents and f != SHARED_HOME]


def _pages() -> Iterator[Path]:
    yield from (ROOT / "templates").rglob("*.html")
    yield from (ROOT / "static").rglob("*.js")


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def _literals(source: str) -> list[str]:
    """The texts of a module, those of templates of texts in parts; docstrings are none."""
    tree = ast.parse(source)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]


def _shown(page: str) -> str:
    """A template or a script without its comments."""
    return re.sub(r"\{#.*?#\}|(?m:^\s*//.*$)|/\*.*?\*/", "", page, flags=re.DOTALL)


def _alone(page: str) -> list[str]:
    """What stands alone between two tags, or in an attribute, of a template."""
    return re.findall(r'[>"]([^<>"{}%]+)[<"]', page)


def _plain(text: str) -> str:
    """A text with half-width brackets and colons, and without what forms put around a label."""
    return normalize("NFKC", text).strip("*: \n")


def labels_in(texts: list[str]) -> set[str]:
    """The labels that are one of the texts, and the specific ones that stand within one."""
    found = set()
    for text in map(_plain, texts):
        found |= {label for label in LABELS if label == text}
        found |= {label for label in LABELS if len(label) >= SPECIFIC and label in text}
    return found - OTHER_WORDS.keys()


def lengths_in(source: str) -> set[str]:
    """The fields that a module declares with a number for their length."""
    return {
        target.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
        and any(isinstance(size, ast.Constant) for size in _sizes(node.value))
    }


def _sizes(call: ast.Call) -> list[ast.expr]:
    """What a call says of a length, by name or, as `code_field` may be told it, first of all."""
    named = [word.value for word in call.keywords if word.arg in SIZES]
    first = [a for a in call.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, int)]
    return [*named, *first]


@cache
def _rules() -> frozenset[str]:
    """The patterns of all modules of the records."""
    names = [found.name for found in pkgutil.iter_modules(tracing.records.__path__)]
    modules = [importlib.import_module(f"tracing.records.{name}") for name in names]
    patterns = [p for m in modules for p in vars(m).values() if isinstance(p, re.Pattern)]
    return frozenset(p.pattern for p in patterns if len(p.pattern) >= TELLING)


def rules_in(texts: list[str]) -> set[str]:
    """The rules of records that are typed in texts, alone or among more."""
    return {rule for rule in _rules() for text in texts if rule in text}


def test_no_label_is_typed_in_code_outside_the_records() -> None:
    typed = {_name(f): labels_in(_literals(f.read_text())) for f in _python()}
    assert {file: labels for file, labels in typed.items() if labels} == {}


def test_no_label_is_typed_on_a_page() -> None:
    typed = {}
    for file in _pages():
        page = _shown(file.read_text())
        typed[_name(file)] = labels_in([*_alone(page), page])
    found = {file: labels for file, labels in typed.items() if labels}
    assert found.keys() == QUOTED.keys(), found


def test_no_length_of_a_column_is_typed_in_a_model() -> None:
    files = [f for f in sources("tracing") if f.stem.startswith("models")]
    typed = {_name(f): lengths_in(f.read_text()) for f in files}
    assert {
        n: names - OWN_FIELDS.keys() for n, names in typed.items() if names - OWN_FIELDS.keys()
    } == {}
    assert OWN_FIELDS.keys() - set().union(*typed.values()) == set()


def test_no_field_of_our_own_is_called_like_a_column() -> None:
    columns = {column.name for record in RECORDS.values() for column in record.columns}
    assert columns & OWN_FIELDS.keys() == set()


def test_no_rule_of_a_record_is_typed_elsewhere() -> None:
    typed = {_name(f): rules_in(_literals(f.read_text())) for f in _python()}
    typed |= {_name(f): rules_in([f.read_text()]) for f in _pages()}
    assert {file: rules for file, rules in typed.items() if rules} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = "药品通用名"', {"药品通用名"}),
        ('x = {"label": "*药品生产批号："}', {"药品生产批号", "生产批号"}),
        ('x = "请核对药品通用名。"', {"药品通用名"}),
        ('x = f"{y}的剂型，{z}"', set()),
        ('x = f"{y}药品等级{z}"', {"药品等级"}),
        ('x = "请输入产品批号（药品基础信息唯一流水号）"', {"产品批号(药品基础信息唯一流水号)"}),
        ('"""药品通用名."""', set()),
        (f'x = "{CREDIT_CODE}"', {CREDIT_CODE}),
    ],
)
def test_the_search_finds_what_is_typed(source: str, found: set[str]) -> None:
    assert labels_in(_literals(source)) == found


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<th>剂型</th>", {"剂型"}),
        ('<td data-label="剂型">', {"剂型"}),
        ("<th>{{ head }}</th>", set()),
        ("<p>请核对剂型。</p>", set()),
        ("<p>请核对{{ x }}药品通用名。</p>", {"药品通用名"}),
        ("{# 药品通用名 #}", set()),
    ],
)
def test_the_search_finds_what_is_shown(template: str, found: set[str]) -> None:
    page = _shown(template)
    assert labels_in([*_alone(page), page]) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("class M:\n    spec = models.CharField(max_length=256)", {"spec"}),
        ("class M:\n    spec = code_field(50)", {"spec"}),
        ("class M:\n    spec = code_field(max_length=LENGTH)", set()),
        ("class M:\n    cnt = D(max_digits=16, decimal_places=SCALE)", {"cnt"}),
    ],
)
def test_the_search_finds_lengths(source: str, found: set[str]) -> None:
    assert lengths_in(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = \"code ~ '^8[0-9]{19}$'\"", {"8[0-9]{19}"}),
        ("x = f\"code !~ '^[0-9]{{20}}$' AND {y}\"", {"[0-9]{20}"}),
        ('x = "[0-9]{3}"', set()),
    ],
)
def test_the_search_finds_rules(source: str, found: set[str]) -> None:
    assert rules_in(_literals(source)) == found
