"""`describe_records`: docs/records.md and its JSON, from the records themselves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from portal.management.reporting import Exit, ReportingCommand
from tracing.records.description import as_mapping, as_markdown

STALE = Exit.SOME_REJECTED


class Command(ReportingCommand):
    """Write docs/records.md from the records; with --check only say whether it is stale."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check and --json."""
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="write nothing, exit 3 when stale")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check the page. Exits 3 when the page on disk is stale and --check is given."""
        page = settings.BASE_DIR / "docs" / "records.md"
        wanted = as_markdown()
        stale = not page.is_file() or page.read_text(encoding="utf-8") != wanted
        if stale and not options["check"]:
            page.write_text(wanted, encoding="utf-8")
        self.report(options["json"], as_mapping(), [_said(stale, options["check"])])
        if stale and options["check"]:
            raise SystemExit(int(STALE))


def _said(stale: bool, check: bool) -> str:
    if not stale:
        return "docs/records.md 与记录定义一致。"
    if check:
        return (
            "docs/records.md 已过期，应与记录定义一致。请运行 manage.py describe_records 重新生成。"
        )
    return "docs/records.md 已重新生成。"
