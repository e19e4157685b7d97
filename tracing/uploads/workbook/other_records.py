"""Files that are refused because they are of another record than the one that was asked for."""

from __future__ import annotations

from portal.lib.refused import Refusal, Refused
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.uploads.workbook.headings import OR

# What a file is refused for that is of another record than the one asked for.
OF_ANOTHER, OF_RECORDS = ("record_mismatch", "other_template"), ("found", "wanted")


def refused_in_words(code: str, detail: dict[str, str]) -> Refused:
    """The refusal of a file as the child gave it, with the titles of records."""
    if code in OF_ANOTHER:  # the child knows records by code, people by title
        titled = {name: OR.join(map(_titled, detail[name].split(OR))) for name in OF_RECORDS}
        detail = {**detail, **titled}
    return Refused(code, **detail)


def _titled(said: str) -> str:
    return RECORDS[said].title if said in RECORDS else said


def meant_by(why: Refusal) -> list[Record]:
    """The records whose templates a refused file may be, as the refusal names them."""
    titles = why.detail["found"].split(OR) if why.code in OF_ANOTHER else []
    return [record for record in RECORDS.values() if record.title in titles]
