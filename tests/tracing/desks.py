"""An agent at the upload page of its unit, by addresses and forms as a browser sends them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.tracing.uploads.rows import example
from tracing.records.base import Record
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store


@dataclass(frozen=True)
class Desk:
    """An agent at the upload page of its unit."""

    client: Client
    page: str

    def get(self, address: str = "", **asked: str) -> str:
        """A page as its HTML, a dialog without the page behind it."""
        headers = {"HX-Request": "true"} if address else {}
        response = self.client.get(f"{self.page}{address}", asked, headers=headers)
        assert response.status_code == 200, response.status_code
        return unescape(response.content.decode())

    def fill(self, record: Record, **changes: Any) -> bytes:
        """The template of a record with one row typed in."""
        answer = self.client.get(f"{self.page}template/{record.code}/")
        book = openpyxl.load_workbook(BytesIO(b"".join(answer)))
        sheet = book.worksheets[0]
        labels = [str(cell.value).rstrip("*") for cell in sheet[1]]
        assert labels == [column.label for column in record.columns]
        row = example(record.code, **changes)
        for place, column in enumerate(record.columns, start=1):
            sheet.cell(2, place).value = row[column.name]
        filled = BytesIO()
        book.save(filled)
        return filled.getvalue()

    def send(self, record: Record, **changes: Any) -> Submission:
        """Upload a filled template by the import dialog, check it, and answer 确认."""
        content = self.fill(record, **changes)
        sent = self.client.post(
            f"{self.page}import/",
            {"record": record.code, "file": SimpleUploadedFile("a.xlsx", content)},
        )
        assert sent.status_code == 302, sent.content.decode()
        submission = Submission.everything.latest("received_at")
        check_and_store(submission.pk)
        shown = self.client.get(sent["Location"]).content.decode()
        submission.refresh_from_db()
        assert submission.state == "staged", shown
        self.client.post(f"{sent['Location']}confirm/")
        check_and_store(submission.pk)
        submission.refresh_from_db()
        return submission

    def keys(self, address: str = "", **asked: str) -> list[str]:
        """The keys of the rows that are listed."""
        return re.findall(r'name="key" value="(.+?)">', self.get(address, **asked))


def heads(html: str) -> list[str]:
    """The headings of a list."""
    return re.findall(r'<th scope="col">([^<]+)</th>', html.partition("recent-title")[0])
