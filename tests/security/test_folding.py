"""Every text is folded in one place: no other call of what takes the square of its input."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure import PRODUCT, ROOT, sources

HOME = ROOT / "portal/lib/folding.py"
# What folds by itself, also inside of Django: nothing of ours may use it.
FOLDING = frozenset(
    {
        *("normalize", "is_normalized", "normalize_username", "slugify", "UsernameField"),
        *("get_valid_name", "PasswordResetForm"),
    }
)


def uses_of(tree: ast.AST) -> Iterator[str]:
    """Every name that is imported, called or passed on, as it is written last: a.b.c is c.

    A method that is called with nothing folds no text; Decimal has one of that name.
    """
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    of_numbers = [call.func for call in calls if not call.args and not call.keywords]
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute) and node not in of_numbers:
            yield node.attr
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (alias.name.split(".")[-1] for alias in node.names)


@pytest.mark.parametrize(
    "program",
    [
        "import unicodedata\nunicodedata.normalize('NFKC', text)",
        "from unicodedata import normalize as n\nn('NFKC', text)",
        "from unicodedata import is_normalized",
        "import unicodedata as u\nfold = u.normalize",
        "from django.utils.text import slugify",
        "Account.normalize_username(name)",
    ],
)
def test_another_fold_is_found(program: str) -> None:
    assert FOLDING.intersection(uses_of(ast.parse(program)))


def test_text_is_folded_in_one_place_alone() -> None:
    found: list[tuple[Path, set[str]]] = []
    for file in [*sources(*PRODUCT), ROOT / "gunicorn.conf.py", ROOT / "manage.py"]:
        used = FOLDING.intersection(uses_of(ast.parse(file.read_text())))
        if used and file != HOME:
            found.append((file.relative_to(ROOT), set(used)))
    assert found == []


def test_templates_fold_nothing() -> None:
    """Filters that fold, or that look through a text again and again."""
    slow = ("|slugify", "|urlize", "|urlizetrunc", "|striptags", "|truncatewords_html", "|unescape")
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text()
        assert not [name for name in slow if name in text], file


def test_the_one_place_is_used() -> None:
    users = [file for file in sources(*PRODUCT) if "portal.lib.folding" in file.read_text()]
    assert len(users) > 8
