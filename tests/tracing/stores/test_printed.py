"""The lot and the day on a pack, beside those of its batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.people import Side
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, workbook
from tests.tracing.uploads.uploads import confirm, counts, upload

pytestmark = pytest.mark.django_db(transaction=True)

GTIN = "(01)06999000000018"
INFO_ROW = example(INFO, manu_lotnum="A213B1", manu_date="2024-12-01", expy_end="2027-02-28")
PACKS = {
    f"{GTIN}(17)270228(10)A213B1(21)1": [],
    f"{GTIN}(17)270200(10)a213b1(21)2": [],
    f"{GTIN}(10)A213B2(21)3": ["code_lot_differs"],
    f"{GTIN}(17)270301(10)X(21)4": ["code_expiry_differs", "code_lot_differs"],
    f"{GTIN}(21)5": [],
}


def test_a_pack_that_names_another_lot_or_day_is_remarked(maker: Side, tmp_path: Path) -> None:
    packs = zip(code_rows(len(PACKS)), PACKS, strict=True)
    rows = [
        {**row, "lv1_trac_code": code, "trac_codg_sn": INFO_ROW["trac_codg_sn"]}
        for row, code in packs
    ]
    path = workbook(tmp_path / "codes.xlsx", CODES, rows)
    # Nothing is known of the batch yet.
    early = upload(*maker, CODES, path)
    assert early.warnings == {"batch_unknown": len(PACKS)}
    confirm(upload(*maker, INFO, workbook(tmp_path / "info.xlsx", INFO, [INFO_ROW])))
    rows[0]["stoin_time"] = "2025-01-02 08:00"
    later = upload(*maker, CODES, workbook(tmp_path / "later.xlsx", CODES, rows))
    assert counts(later)["accepted"] == len(PACKS)
    assert later.warnings == {"code_lot_differs": 2, "code_expiry_differs": 1}
    # The first of each kind.
    named = sorted((row, code) for row, _, code, _ in later.first_warnings)
    assert named == [(4, "code_lot_differs"), (5, "code_expiry_differs")]
