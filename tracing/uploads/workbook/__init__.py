"""Files of rows: read from outside, and written as templates and error workbooks.

The gates that a file passes, in the order of their work: `sniff` says what it is, `package` and
`parts` open a .xlsx without trusting it, `compound` and `biff` a .xls; `sheet_scan` finds in a
sheet what the fast reader does not tell; `ods` and its parts read OpenDocument, `text_file` a text;
`headings` finds the row of headings and `table` cuts the columns out; `transfer` carries them to
the parent.

The gates run in the child process of `read` and import neither Django nor any other part of the
product but leaves of `portal.lib` and the words of their own refusals, so that a child starts fast
and holds nothing worth stealing.
"""

import tracing.uploads.refusals
import tracing.uploads.workbook.refusals  # noqa: F401  declares, as the one above
