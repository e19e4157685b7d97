"""`template`: the blank workbook of a record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from portal.management.reporting import Exit, ReportingCommand, ended
from tracing.records import RECORDS
from tracing.uploads.workbook.template import template


class Command(ReportingCommand):
    """Write the blank workbook of a record."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the record, the file to write and --json."""
        super().add_arguments(parser)
        parser.add_argument("--record", required=True, help="code of the record")
        parser.add_argument("--out", required=True, type=Path, help="the workbook to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the workbook. Exits 2 for an unknown record or a place that cannot be written."""
        record = RECORDS.get(options["record"])
        out: Path = options["out"]
        if record is None:
            known = "、".join(sorted(RECORDS))
            message = f"没有名为 {options['record']} 的模板。应为其中之一：{known}。"
            raise ended(Exit.USAGE, message)
        try:
            out.write_bytes(template(record).getvalue())
        except OSError as error:
            raise ended(Exit.USAGE, f"无法写入文件：{error}。请给出可写的路径。") from error
        columns = [column.label for column in record.columns]
        required = [column.label for column in record.columns if column.required]
        result = {
            "record": record.code,
            "title": record.title,
            "out": str(out),
            "columns": columns,
            "required": required,
        }
        sentence = (
            f"已写入{record.title}模板：{out}（{len(columns)} 列，必填 {len(required)} 列）。"
        )
        self.report(options["json"], result, [sentence])
