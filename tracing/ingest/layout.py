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

NOTES_SHEET = "填写说明"
REQUIRED_MARK = "*"
