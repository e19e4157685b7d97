"""What a file of ours carries beside its rows. Written by the template, the error workbook and
`submit_rows`, read back by the reader; declared here alone."""

from __future__ import annotations

# A very hidden sheet of key and value cells says which record, and whose rows, a workbook holds.
PORTAL_SHEET = "portal"
PORTAL_RECORD = "record"
PORTAL_SUBMISSION = "submission"
PORTAL_VERSION = "version"
LAYOUT_VERSION = "1"

# What follows the record's own columns in an error workbook: two columns.
ORIGINAL_ROW = "原行号"
REASON = "失败原因"
# And, as a heading without a column, whose rows these are: a text has no hidden sheet to say it.
SUBMISSION_MARK = "上传编号"
# What a fault about 原行号 names as its column; no record has a column of this name.
ORIGINAL_COLUMN = "original_row"
# No sheet has more rows. A row that belongs to none of the first file has a number above this.
LARGEST_ROW = 10_000_000

# The ending of an array of rows as it is stored. `submit_rows` alone gives it, and it alone says
# that a file is one: what a page takes is a workbook or refused, whatever is in it.
ROWS_SUFFIX = ".jsonl"

NOTES_SHEET = "填写说明"
REQUIRED_MARK = "*"
