"""A shape of records is told everywhere what is done with it: the places are found in the code.

Who adds a shape meets these tests one by one. Each table keyed by shapes says something of all of
them, or stands below with the shapes that it leaves out. Where code asks for a shape by a
condition, no test can tell whether a new one falls on the right side: those places are listed, and
shapes that nobody has looked at there are refused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.structure import ROOT, sources
from tracing.checks import shapes_add_up
from tracing.records.shapes import GOODS, Shape
from tracing.uploads import stage

NAMES = {shape.name for shape in Shape}
OF_GOODS = {shape.name for shape in GOODS}
# The shapes that a table says something of, where it does not speak of all.
PARTIAL: dict[str, set[str]] = {
    # Goods are removed with all that bears their name; nothing stands on other rows.
    "tracing/stores/voiding.py IN_USE": OF_GOODS,
    "tracing/stores/whole_batches.py GOODS": OF_GOODS,
    "tracing/removals/words.py GOODS": OF_GOODS,
    # Lots are reminded of by themselves.
    "tracing/reminders/reminder_words.py GOODS": OF_GOODS | {"UDI"},
    # What is owed of consumables one by one; of drugs it is read batch by batch.
    "tracing/reminders/queries_reminders.py OF_ITEMS": {"ITEM", "UDI"},
    # The others have no list of their own; a system check refuses a binding that has one.
    "tracing/uploads/listers.py LISTERS": {"PRODUCT", "ITEM", "EVENT"},
    # Goods are the facts of their dialog, whose other tabs have lines.
    "tracing/uploads/views_parts.py LINES": {shape.name for shape in Shape if shape not in GOODS},
}
# Where code treats a shape otherwise than the rest, and for these shapes somebody looked there.
ASKED = {
    "tracing/benchmarks/preparation.py _product": "what is uploaded before codes",
    "tracing/benchmarks/preparation.py before": "what is uploaded before rows of a shape",
    "tracing/checks.py _problems": "events keep columns among their details",
    "tracing/checks.py _unbound": "events alone are told",
    "tracing/management/commands/sample.py _order": "of whose codes samples are",
    "tracing/management/commands/sample.py _said": "what is said of a sample",
    "tracing/reminders/queries_reminders.py _has": "whether a batch has rows of a record",
    "tracing/reminders/queries_reminders.py _waits": "whether codes wait for a record",
    "tracing/reminders/queries_reminders.py has_batches": "whether goods are listed by batch",
    "tracing/reminders/queries_reminders.py _reminders": "of which goods a duty is owed",
    "tracing/reminders/queries_reminders.py _of_lots": "of which goods lots are owed",
    "tracing/reminders/queries_reminders.py goods_of": "what a duty is reminded of by",
    "tracing/reminders/reminder_words.py goods_called": "how a line calls the goods",
    "tracing/removals/views.py _named": "which goods an address names",
    "tracing/stores/whole_batches.py codes_in": "how the codes of goods are counted",
    "tracing/uploads/views_batch.py _list_of": "the dialog of a batch",
    "tracing/uploads/row_operations.py changing_rows": "whose batches remarks rest on",
    "tracing/uploads/views_item.py _named": "the dialog of an item",
    "tracing/uploads/views_parts.py _parts_of": "what is left of a batch that is gone",
    "tracing/uploads/views_row.py _named": "the dialog of an event",
    "tracing/uploads/views_voids.py _in_use": "how goods that have codes are opened",
}
LOOKED_AT = {"PRODUCT", "CODES", "EVENT", "ITEM", "SPEC", "UDI"}


def shape_of(node: ast.AST | None) -> str | None:
    """The shape that a piece of code names, as `Shape.CODES` does."""
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Shape":
        return node.attr
    return None


def tables_of(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """The tables of a module that are keyed by shapes: their names, and the shapes in them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Dict):
            continue
        found = {name for key in node.value.keys if (name := shape_of(key))}
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if found:
            yield ast.unparse(target), found


def conditions_of(tree: ast.Module) -> Iterator[str]:
    """The functions of a module that compare with a shape, or ask a dict or a desk for one."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and any(map(_asks, ast.walk(function))):
            yield function.name


def _asks(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return any(map(shape_of, ast.walk(node)))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("get", "listed") and any(map(shape_of, node.args))
    return False


def modules() -> Iterator[tuple[str, ast.Module]]:
    """The modules outside of the records, by their paths."""
    for file in sources("tracing"):
        if ROOT / "tracing/records" not in file.parents:
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def test_every_table_by_shape_says_something_of_every_shape() -> None:
    tables = {
        f"{path} {name}": shapes for path, tree in modules() for name, shapes in tables_of(tree)
    }
    expected = {place: PARTIAL.get(place, NAMES) for place in tables}
    assert tables == expected
    assert PARTIAL.keys() <= tables.keys()


def test_nobody_asks_for_a_shape_elsewhere() -> None:
    asking = {f"{path} {name}" for path, tree in modules() for name in conditions_of(tree)}
    assert asking == ASKED.keys()


def test_every_shape_was_looked_at_where_code_asks_for_one() -> None:
    assert NAMES == LOOKED_AT, f"look at these for a new shape, then say so here: {ASKED}"


def test_what_a_check_adds_to_rows_has_its_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shapes_add_up(None) == []
    monkeypatch.setitem(stage.EXTRAS, Shape.SPEC, stage.EXTRAS[Shape.ITEM])
    (error,) = shapes_add_up(None)
    assert "spec" in error.msg
    assert "udi_di" in error.msg


@pytest.mark.parametrize(
    ("source", "tables", "conditions"),
    [
        ("A = {Shape.CODES: 1}", [("A", {"CODES"})], []),
        ("A: dict[Shape, int] = {Shape.UDI: 1, Shape.ITEM: 2}", [("A", {"UDI", "ITEM"})], []),
        ("def f():\n    return b.shape in (Shape.UDI, Shape.CODES)", [], ["f"]),
        ("def f():\n    return desk.listed(Shape.ITEM)", [], ["f"]),
        ("def f():\n    return column_of(Shape.ITEM, name)", [], []),
    ],
)
def test_the_search_finds_tables_and_conditions(
    source: str, tables: list[tuple[str, set[str]]], conditions: list[str]
) -> None:
    tree = ast.parse(source)
    assert list(tables_of(tree)) == tables
    assert list(conditions_of(tree)) == conditions
