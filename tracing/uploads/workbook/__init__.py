"""Workbooks as files: the gates before reading, the reader, the template, the error workbook."""
