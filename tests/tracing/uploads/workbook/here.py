"""Reading without a child: what it would answer, from the process of the test."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

from portal.lib.refused import Refused
from tracing.records.terms import ErrorCell
from tracing.uploads.workbook import child
from tracing.uploads.workbook.transfer import receive, send


def ask(request: dict[str, Any], _wall_seconds: float) -> dict[str, Any]:
    """As `tracing.uploads.workbook.read._ask`, by the child's own code and through its transfer;
    nothing limits what the file costs."""
    sent = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, Path(request["path"]).open("rb") as file:
        try:
            send(*child.answer(json.loads(json.dumps({**request, "folder": folder})), file), sent)
        except Refused as refused:
            return {"refused": refused.code, "detail": dict(refused.detail)}
    sent.seek(0)
    return receive(sent, ErrorCell)
