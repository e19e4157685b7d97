"""The gates a workbook passes before its rows are looked at, in the order of the files' work.

`sniff` says what the file is, `package` and `parts` open a .xlsx without trusting it, `compound`
and `biff` a .xls; `sheet_scan` finds in a sheet what the fast reader does not tell; `headings`
finds the row of headings and `table` cuts the columns out; `transfer` carries them to the parent.

Everything here runs in the child process of `tracing.ingest.read` and imports neither Django nor
any other part of the product but the fold (`portal.lib.folding`), so that a child starts fast and
holds nothing worth stealing.
"""
