"""A family and a record have their names in tracing/records, in migrations and in tests alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.structure import PRODUCT, ROOT, sources
from tracing.records import RECORDS, bindings
from tracing.records.shapes import GOODS, Shape

HOME = ROOT / "tracing" / "records"
FAMILIES = {record.family for record in RECORDS.values()}
# A family of one word is a word of the trade too, so only whole texts of the code can be it.
NAMES = FAMILIES | RECORDS.keys()
SPELLINGS = {
    spelled
    for name in FAMILIES
    if "-" in name
    for spelled in (name, name.replace("-", "_"), name.replace("-", "_").upper())
}


def elsewhere() -> list[Path]:
    """The product's files without those that say what a record is, and migrations."""
    pages = [p for folder in ("templates", "static") for p in (ROOT / folder).rglob("*.*")]
    texts = [page for page in pages if page.suffix in (".html", ".txt", ".css", ".js")]
    return [*(file for file in sources(*PRODUCT) if HOME not in file.parents), *texts]


def spelled_in(text: str) -> set[str]:
    """The families that a text names in any spelling."""
    return {name for name in SPELLINGS if name in text}


def named_in(source: str) -> set[str]:
    """The families and records that Python code names as a whole text."""
    constants = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {node.value for node in constants if isinstance(node.value, str)} & NAMES


def test_no_family_is_named_elsewhere() -> None:
    files = elsewhere()
    assert len(files) > 300
    assert [str(f.relative_to(ROOT)) for f in files if spelled_in(f.read_text())] == []


def test_no_record_is_named_elsewhere() -> None:
    found = {
        str(file.relative_to(ROOT)): names
        for file in elsewhere()
        if file.suffix == ".py" and (names := named_in(file.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize("text", ["a domestic-drug", "DOMESTIC_DRUG_INFO", "x_domestic_drug_y"])
def test_a_family_is_found_in_any_spelling(text: str) -> None:
    assert spelled_in(text)


def test_a_record_is_found_as_a_whole_text() -> None:
    assert named_in('RECORDS["circulation"]') == {"circulation"}
    assert named_in('KIND = "circulation-in"  # circulation') == set()


def test_what_people_call_a_family_begins_the_titles_of_its_records() -> None:
    of_goods = {binding.record.family for binding in bindings.of_shape(*GOODS)}
    assert of_goods == bindings.FAMILIES.keys()
    of_devices = {binding.record.family for binding in bindings.of_shape(Shape.UDI)}
    assert list(map(bindings.titled, of_devices)) == ["医用耗材"]
    for family in of_goods:
        titles = [binding.record.title for binding in bindings.of_family(family)]
        assert all(title.startswith(bindings.titled(family)) for title in titles)
