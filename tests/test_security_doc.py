"""docs/security.md holds every requirement of the chapters it is about, and names real tests."""

import ast
import re

import pytest

from tests.structure import ROOT

PAGE = (ROOT / "docs/security.md").read_text()
# OWASP ASVS 5.0.0, levels 1 and 2: chapter and section, and how many requirements it begins with.
# Those of level 3 have the last numbers of a section, where a section has both.
WANTED = {
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "14.1": 2, "14.2": 4, "14.3": 3,
}  # fmt: skip
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([\w/ ]+) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
NAMED = sorted(set(re.findall(r"tests/[\w/]+\.py(?:::\w+)?", PAGE)))


def rows() -> list[tuple[str, ...]]:
    """Return number, level, state, how and proof of each requirement on the page."""
    return ROW.findall(PAGE)


def test_every_requirement_stands_there_once() -> None:
    numbers = [row[0] for row in rows()]
    wanted = {f"{section}.{n}" for section, last in WANTED.items() for n in range(1, last + 1)}
    assert set(numbers) == wanted
    assert len(numbers) == len(wanted)


def test_every_requirement_has_its_proof_or_the_reason_it_has_none() -> None:
    for number, _, state, how, proof in rows():
        assert state in ("met", "partly", "not met", "n/a"), number
        assert len(how) > 5, number
        if state in ("met", "partly"):
            assert "tests/" in proof or proof == "this page", number


def test_tests_are_named() -> None:
    assert len(NAMED) > 60


@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_exists(named: str) -> None:
    path, _, name = named.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not name or name in defined
    assert any(each.startswith("test_") for each in defined) or not path.split("/")[-1].startswith(
        "test_"
    )


@pytest.mark.parametrize("document", ["README.md", "docs/architecture.md"])
def test_the_page_is_linked(document: str) -> None:
    assert "security.md)" in (ROOT / document).read_text()
