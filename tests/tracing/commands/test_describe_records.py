"""`describe_records`: the page in docs, --check and the JSON."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from jsonschema import validate
from pytest_django.fixtures import Settings

from tracing.records.description import as_mapping, as_markdown

DOCS = django_settings.BASE_DIR / "docs"


def run(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("describe_records", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


@pytest.fixture
def page(settings: Settings, tmp_path: Path) -> Path:
    """The page of a tree of its own, not written yet."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs" / "records.md"


def test_the_committed_page_is_fresh() -> None:
    assert (DOCS / "records.md").read_text(encoding="utf-8") == as_markdown()


def test_check_says_stale_and_writes_nothing(page: Path) -> None:
    said, code = run("--check")
    assert code == 3
    assert "已过期" in said
    assert not page.exists()


def test_it_writes_the_page_once(page: Path) -> None:
    assert run() == ("docs/records.md 已重新生成。\n", 0)
    assert page.read_text(encoding="utf-8") == as_markdown()
    assert run("--check") == ("docs/records.md 与记录定义一致。\n", 0)


def test_a_changed_page_is_stale(page: Path) -> None:
    page.write_text(as_markdown() + "\n", encoding="utf-8")
    assert run("--check")[1] == 3
    run()
    assert page.read_text(encoding="utf-8") == as_markdown()


def test_the_json_follows_its_schema(page: Path) -> None:
    said, code = run("--check", "--json")
    described = json.loads(said)
    schema = json.loads((DOCS / "schemas" / "describe_records.json").read_text(encoding="utf-8"))
    validate(described, schema)
    assert described == as_mapping()
    assert code == 3
