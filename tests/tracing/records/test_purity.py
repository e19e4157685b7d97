"""The core is pure: it can be used without Django and without a database."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from datetime import date
from tracing.records import RECORDS, description, messages
from tracing.records.checking import check_rows
from tracing.records.terms import Context
for record in RECORDS.values():
    row = {column.name: [column.example] for column in record.columns}
    faults = check_rows(record, row, Context(date(2025, 1, 15), "")).faults
    # Nobody is the own unit here.
    assert {fault.code for fault in faults} <= {"not_own_unit"}
assert description.as_markdown()
foreign = {"django", "celery", "psycopg", "redis", "openpyxl"} & set(sys.modules)
sys.exit(f"imported: {sorted(foreign)}" if foreign else 0)
"""


def test_records_need_no_django_and_no_servers() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
