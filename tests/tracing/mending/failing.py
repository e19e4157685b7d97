"""Uploads with failing rows, and the forms of their pages as a browser sends them."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from django.test import Client

from accounts.core.origin import COMMAND
from tests.people import Side
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.uploads import upload
from tracing.mending.actions import Act
from tracing.uploads.models import Submission

BAD, GOOD = "6999000000019", "6999000000018"
INPUT = re.compile(r'<input type="(?:text|hidden)" name="([^"]+)"(?: value="([^"]*)")?')
SELECT = re.compile(r'<select name="([0-9]+\.[^"]+)".*?</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


def batches(maker: Side, folder: Path) -> Submission:
    """Five batches: two without a lot number, of which one has a bad date too, one with a word that
    is none of the list; the first and the last are good."""
    rows = [example(INFO, trac_codg_sn=f"2024-{n}") for n in range(5)]
    rows[1]["manu_lotnum"] = rows[2]["manu_lotnum"] = None
    rows[2]["manu_date"] = "15/12/2024"
    rows[3]["rx_flag"] = "2-双跨"
    return upload(*maker, INFO, workbook(folder / "batches.xlsx", INFO, rows))


def packs(maker: Side, folder: Path, count: int = 4, bad: tuple[int, ...] = (1, 2)) -> Submission:
    """Packs, those at these places with a wrong 商品码."""
    rows = code_rows(count)
    for place in bad:
        rows[place]["prod_code"] = BAD
    return upload(*maker, CODES, workbook(folder / "packs.xlsx", CODES, rows))


def misplaced(maker: Side, folder: Path) -> Submission:
    """Five packs in two middle boxes: the first is said to lie in a box with three others, and that
    box in another large box than these say."""
    rows = code_rows(5)
    for place, row in enumerate(rows):
        row["lv2_trac_code"] = pack_code(10 + (place == 4), 8000002)
        row["lv3_trac_code"] = pack_code(20 + (place == 0), 8000003)
    return upload(*maker, CODES, workbook(folder / "misplaced.xlsx", CODES, rows))


def act(maker: Side, submission: Submission) -> Act:
    """The maker's agent corrects, and this process checks."""
    return Act(submission, maker.agent, COMMAND)


def address(maker: Side, submission: Submission, page: str = "") -> str:
    """Where a page of an upload stands."""
    return f"/u/{maker.unit.slug}/maker/uploads/{submission.pk}/{page}"


def fields(content: str) -> dict[str, str]:
    """What a browser would send of the boxes of a page when nothing was typed."""
    form = content[content.index('id="mend-form"') :]
    form = form[: form.index("</form>")]
    found = {name: html.unescape(value) for name, value in INPUT.findall(form)}
    for select in SELECT.finditer(form):
        chosen = CHOSEN.search(select[0])
        found[select[1]] = html.unescape(chosen[1]) if chosen else ""
    return found


def text(response: Any) -> str:
    """What is to be read on a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def save(client: Client, where: str, **typed: str) -> Any:
    """Type into the boxes of a page, named with __ for the dot behind r and the row, and save."""
    posted = fields(client.get(where).content.decode())
    for name, value in typed.items():
        row, _, column = name.removeprefix("r").partition("__")
        assert f"{row}.{column}" in posted, posted
        posted[f"{row}.{column}"] = value
    return client.post(where, posted)
