"""The glossary names every column as the records do."""

from __future__ import annotations

from pathlib import Path

from tracing.records import RECORDS

GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"


def test_every_column_of_a_record_is_in_the_glossary() -> None:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    for record in RECORDS.values():
        for column in record.columns:
            start = f"| {column.label} | `{column.name}` |"
            assert any(line.startswith(start) for line in lines), start
