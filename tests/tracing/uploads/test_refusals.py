"""Every refusal that the gates can give has words, and details for each of their slots."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tracing.ingest.gates import __path__

from tracing.records.refusals import (
    REFUSALS,
    REFUSALS_OF_FILES,
    REFUSALS_OF_ROWS,
    REFUSALS_OF_SHEETS,
)
from tracing.uploads import rows
from tracing.uploads.workbook import child, read
from tracing.uploads.workbook.parts import OTHER_KINDS

GATES = Path(__path__[0])
FILES = [
    *sorted(GATES.glob("*.py")),
    *(Path(inspect.getfile(module)) for module in (read, child, rows)),
]


def given() -> Iterator[tuple[str, int | None]]:
    """Each refusal written in the source: its code, and how many details where that is plain."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(ast.Name("Refused"), [ast.Constant(str(code)), *rest]):
                    yield code, _length(rest[0]) if rest else 0
                case ast.Tuple([ast.Constant(str(code)), ast.Tuple(details)]) if code in REFUSALS:
                    yield code, len(details)
    yield from ((code, len(details)) for code, details in OTHER_KINDS.values())


def _length(details: ast.expr) -> int | None:
    """The number of details, None where they are worked out elsewhere."""
    if isinstance(details, ast.Tuple) and not any(
        isinstance(detail, ast.Starred) for detail in details.elts
    ):
        return len(details.elts)
    return None


def slots(code: str) -> int:
    return len(set(re.findall(r"\{(\d)\}", REFUSALS[code])))


@pytest.mark.parametrize(("code", "details"), sorted(set(given()), key=str))
def test_a_refusal_has_words_for_its_details(code: str, details: int | None) -> None:
    assert code in REFUSALS
    assert details is None or details == slots(code)


def test_no_words_are_left_without_a_refusal() -> None:
    assert {code for code, _ in given()} == {
        *REFUSALS_OF_FILES,
        *REFUSALS_OF_SHEETS,
        *REFUSALS_OF_ROWS,
    }
