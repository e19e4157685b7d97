"""What a workbook of ours carries beside its rows. Written by the template and the error workbook,
read back by the reader; declared here alone."""

from __future__ import annotations

# A very hidden sheet of key and value cells says which record, and whose rows, a workbook holds.
PORTAL_SHEET = "portal"
PORTAL_RECORD = "record"
PORTAL_SUBMISSION = "submission"
PORTAL_VERSION = "version"
LAYOUT_VERSION = "1"

# Two columns follow the record's own in an error workbook.
ORIGINAL_ROW = "原行号"
REASON = "失败原因"
# What a fault about 原行号 names as its column; no record has a column of this name.
ORIGINAL_COLUMN = "original_row"
# No sheet has more rows. A row that belongs to none of the first file has a number above this.
LARGEST_ROW = 10_000_000

NOTES_SHEET = "填写说明"
REQUIRED_MARK = "*"
