"""Everything that the operation log can hold has words, and everything with words can be held."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.log import operations
from accounts.log.entry_words import changes_of, declare, declared
from accounts.log.models import OperationLog
from accounts.log.operations import OPERATIONS
from accounts.messages import notices
from tests.structure import ROOT, sources

# Where a code or a name is declared, not used.
WORD_FILES = {
    Path(file).relative_to(ROOT).as_posix() for file in (operations.__file__, notices.__file__)
} | {"accounts/log/entry_words.py", "tracing/log_names.py"}


def trees() -> Iterator[tuple[str, ast.AST]]:
    """The product's own source, without the words."""
    for file in sources("accounts", "portal", "tracing"):
        name = file.relative_to(ROOT).as_posix()
        if name not in WORD_FILES:
            yield name, ast.parse(file.read_text())


def texts() -> set[str]:
    """Every text in the source, and every name that an argument is given by."""
    found: set[str] = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
    return found


def recordings() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `record`, with the place it stands at."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("record", "log.record"):
                yield f"{name}:{node.lineno}", node


def test_every_operation_is_recorded_somewhere() -> None:
    assert set(OPERATIONS) - texts() == set()


def test_every_notice_is_given_somewhere() -> None:
    assert set(notices.WORDS) - texts() == set()


def test_every_name_with_words_is_recorded_somewhere() -> None:
    assert declared() - texts() == set()


def test_whatever_is_recorded_in_so_many_words_is_declared() -> None:
    calls = list(recordings())
    assert len(calls) > 20
    wrong = []
    for place, call in calls:
        operation = call.args[0]
        if isinstance(operation, ast.Constant) and operation.value not in OPERATIONS:
            wrong.append(f"{place}: operation {operation.value!r}")
        for keyword in call.keywords:
            if keyword.arg in ("before", "after") and isinstance(keyword.value, ast.Dict):
                names = [key.value for key in keyword.value.keys if isinstance(key, ast.Constant)]
                wrong += [f"{place}: {name!r}" for name in names if name not in declared()]
    assert wrong == []


def test_titles_are_short_and_told_apart() -> None:
    assert len(set(OPERATIONS.values())) == len(OPERATIONS)
    assert all(0 < len(title) <= 12 for title in OPERATIONS.values())


def test_a_name_means_one_thing() -> None:
    declare("uscc", "统一社会信用代码")
    with pytest.raises(ValueError, match="uscc is 统一社会信用代码 already"):
        declare("uscc", "其他")
    with pytest.raises(KeyError):
        changes_of(OperationLog(action="signed-in", after={"no-such": 1}))
    assert changes_of(OperationLog(action="signed-in", after={"uscc": ""})) == [
        "统一社会信用代码：无"
    ]
