"""Whatever the bytes are, the answer is rows or a refusal with words, and this process lives."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.lib.refused import Refused
from tests.tracing.uploads.workbook.open_documents import content, ods, row_xml, table_xml
from tests.tracing.uploads.workbook.reading import HEADINGS, RECORD, TITLE, good_rows, good_workbook
from tests.tracing.uploads.workbook.test_read_text import text
from tests.tracing.uploads.workbook.test_read_xls import workbook as xls_workbook
from tests.tracing.uploads.workbook.workbooks import pack, parts
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.read import Sheet, read

pytestmark = pytest.mark.slow


def flipped(data: bytes, seed: int, share: int) -> bytes:
    """The same bytes with a few of them changed, reproducibly."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(1 + chance.randrange(share)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def flipped_inside(seed: int) -> bytes:
    """A sound zip around a part with changed bytes."""
    made = parts({TITLE: [HEADINGS, *good_rows(20)]})
    name = random.Random(seed).choice([name for name in made if name.startswith("xl/")])
    return pack({**made, name: flipped(made[name], seed, 4)})


def answer(path: Path, data: bytes) -> str:
    """How the file was taken: "rows", or the code of its refusal."""
    path.write_bytes(data)
    try:
        sheet = read(path, RECORD, PAGE_LIMITS)
    except Refused as refused:
        return refused.code if str(refused) else ""
    assert isinstance(sheet, Sheet)
    assert all(len(cells) == len(sheet.rows) > 0 for cells in sheet.columns.values())
    return "rows"


def answers(folder: Path, files: list[bytes]) -> list[str]:
    paths = [folder / f"{number}" for number in range(len(files))]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(answer, paths, files))


def test_flipped_bytes_of_a_workbook(tmp_path: Path) -> None:
    found = answers(tmp_path, [flipped(good_workbook(), seed, 12) for seed in range(40)])
    assert "damaged" in found


def test_flipped_bytes_inside_its_parts(tmp_path: Path) -> None:
    found = answers(tmp_path, [flipped_inside(seed) for seed in range(40)])
    assert {"rows", "damaged"} <= set(found)


def test_flipped_bytes_of_a_xls(tmp_path: Path) -> None:
    data = xls_workbook()
    found = answers(tmp_path, [flipped(data, seed, 40) for seed in range(40)])
    assert {"rows", "damaged"} <= set(found)


def test_cut_off_files(tmp_path: Path) -> None:
    data, old = good_workbook(), xls_workbook()
    files = [data[: n * 97] for n in range(1, 26)] + [old[: n * 301] for n in range(1, 19)]
    assert "rows" not in answers(tmp_path, files)


def flipped_inside_ods(seed: int) -> bytes:
    """A sound zip around a content with changed bytes."""
    rows = "".join(map(row_xml, [HEADINGS, *good_rows(20)]))
    return ods({}, {"content.xml": flipped(content(table_xml(TITLE, rows)), seed, 4)})


def test_flipped_bytes_of_an_open_document(tmp_path: Path) -> None:
    whole = ods({TITLE: [HEADINGS, *good_rows(20)]})
    answers(tmp_path, [flipped(whole, seed, 12) for seed in range(20)])
    found = answers(tmp_path, [flipped_inside_ods(seed) for seed in range(40)])
    assert {"rows", "damaged"} <= set(found)


def test_flipped_bytes_of_a_text(tmp_path: Path) -> None:
    found = []
    for encoding in ("utf-8", "gb18030", "utf-16"):
        whole = text([HEADINGS, *good_rows(20)], encoding)
        found += answers(tmp_path, [flipped(whole, seed, 12) for seed in range(15)])
    assert {"rows", "text_encoding"} <= set(found)


def test_cut_off_texts_and_open_documents(tmp_path: Path) -> None:
    """A text that was cut off may be whole rows; a zip that was is none."""
    for data in (text([HEADINGS, *good_rows(3)]), text([HEADINGS, *good_rows(3)], "utf-16")):
        answers(tmp_path, [data[: len(data) * part // 12] for part in range(1, 12)])
    whole = ods({TITLE: [HEADINGS, *good_rows(3)]})
    found = answers(tmp_path, [whole[: len(whole) * part // 12] for part in range(1, 12)])
    assert "rows" not in found
