"""The kinds of file that an upload takes, and what people are told of them: declared here alone.

What a file is, its content decides; an ending only says which files a person may choose.
"""

from __future__ import annotations

USUAL_ENDING = ".xlsx"  # what a template is, and what most uploads are
ALSO = (".xls", ".ods", ".csv", ".txt")
ENDINGS = (USUAL_ENDING, *ALSO)

TAKEN = f"{'、'.join(ENDINGS[:-1])} 或 {ENDINGS[-1]}"
# Beside the button that chooses a file.
HINT = f"支持拖动，{USUAL_ENDING}文件（也可 {'、'.join(ALSO)}），最多导入1个文件，最大{{limit}}"
