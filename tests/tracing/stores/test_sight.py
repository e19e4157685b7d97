"""What the check saw is trusted once: rows that came past every lock are found all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.people import Side
from tests.tracing.factories import TraceCodeFactory
from tests.tracing.uploads.rows import CODES, code_rows, pack_code, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.stores.models_codes import TraceCode

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_codes_that_appeared_unseen_are_refused_by_name(
    maker: Side, rival: Side, tmp_path: Path
) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(20)))
    assert staged.sight["known"] == 0
    for number in range(3):
        TraceCodeFactory.create(code=pack_code(number), unit=rival.unit)
    stored = confirm(staged)
    assert (stored.state, stored.created, stored.rejected) == ("stored", 17, 3)
    assert TraceCode.objects.of(rival.unit).count() == 3
    assert TraceCode.objects.of(maker.unit).count() == 17


def test_the_units_own_codes_that_appeared_unseen_are_replaced(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(20)))
    TraceCodeFactory.create(code=pack_code(0), unit=maker.unit)
    stored = confirm(staged)
    assert (stored.created, stored.replaced, stored.rejected) == (19, 1, 0)
