"""Failing rows of an array are sent again, as rows or in the error workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.lib.refused import Refused
from tests.people import Side
from tests.tracing.uploads import arrays
from tests.tracing.uploads.rows import CODES, code_rows, pack_code, workbook
from tests.tracing.uploads.test_crashes import empty_staging
from tests.tracing.uploads.test_submissions import correct, faults_of
from tests.tracing.uploads.uploads import confirm, upload
from tracing.uploads import actions_rows
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.rejected import staged_rows
from tracing.uploads.workbook.layout import LARGEST_ROW, ORIGINAL_COLUMN

pytestmark = pytest.mark.django_db(transaction=True)
BAD, GOOD = "6999000000019", "6999000000018"


def failing(maker: Side) -> Submission:
    """An array whose rows 2 and 3 fail."""
    rows = code_rows(4)
    rows[1]["prod_code"] = rows[2]["prod_code"] = BAD
    return arrays.send(*maker, CODES, rows)


def again(number: int, **changes: Any) -> dict[str, Any]:
    """The good row in the place of the failing one with this number."""
    return {**code_rows(4)[number - 1], ORIGINAL_COLUMN: number, **changes}


def test_failing_rows_are_sent_again(maker: Side, nudged: list[str]) -> None:
    sent = failing(maker)
    mended = arrays.send(*maker, CODES, [again(3)], correcting=sent)
    assert (mended.pk, mended.rounds, mended.total, mended.rejected) == (sent.pk, 2, 4, 1)
    confirm(mended)
    rest = confirm(arrays.send(*maker, CODES, [again(2)], correcting=sent))
    assert (rest.pk, rest.state, rest.created, rest.rejected) == (sent.pk, "stored", 4, 0)
    assert nudged == []


def test_a_correction_of_many_rows_is_the_workers(
    maker: Side, nudged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = failing(maker)
    monkeypatch.setattr(actions_rows, "SMALL_ROWS", 3)
    correction = arrays.send(*maker, CODES, [again(3)], correcting=sent)
    assert (correction.state, nudged) == ("received", [str(correction.pk)])


def test_the_error_workbook_of_an_array_is_corrected_as_any(maker: Side, tmp_path: Path) -> None:
    sent = failing(maker)
    path = correct(
        sent.report_path, tmp_path / "mended.xlsx", {n: {"商品码": GOOD} for n in (2, 3)}
    )
    mended = upload(*maker, CODES, path)
    assert (mended.pk, mended.rejected, mended.rounds) == (sent.pk, 0, 2)


def test_rows_correct_a_workbook_by_its_row_numbers(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(2)
    rows[0]["prod_code"] = BAD
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    (number,) = faults_of(staged)
    mended = arrays.send(
        *maker, CODES, [{**rows[0], "prod_code": GOOD, ORIGINAL_COLUMN: number}], correcting=staged
    )
    assert (number, mended.pk, mended.rejected) == (2, staged.pk, 0)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (1, "original_row_unknown"),
        (99, "original_row_unknown"),
        (None, "original_row_unknown"),
        (True, "original_row_unknown"),
        ("third", "original_row_unknown"),
        (3, None),
        ("3", None),
        (3.0, None),
    ],
)
def test_a_corrected_row_says_whose_place_it_takes(
    maker: Side, number: Any, code: str | None
) -> None:
    sent = failing(maker)
    # A key of no failing row, so that only the number can tell.
    row = again(3, lv1_trac_code=pack_code(77), original_row=number)
    mended = arrays.send(*maker, CODES, [row], correcting=sent)
    assert mended.rejected == (1 if code is None else 2)
    strays = RejectedRow.objects.filter(submission=sent, row__gt=LARGEST_ROW)
    assert [found[1] for row in strays for found in row.faults] == ([] if code is None else [code])


def test_another_units_submission_does_not_exist(maker: Side, rival: Side) -> None:
    sent = failing(maker)
    tried = arrays.send(*rival, CODES, [again(3)], correcting=sent)
    assert (tried.state, tried.refusal_code) == ("refused", "submission_unknown")
    sent.refresh_from_db()
    assert sent.rounds == 1


def test_a_correction_without_numbers_is_refused(maker: Side) -> None:
    sent = failing(maker)
    with pytest.raises(Refused) as caught:
        arrays.send(*maker, CODES, code_rows(1), correcting=sent)
    assert caught.value.code == "columns_missing"
    assert "original_row（原行号）" in str(caught.value)


def test_staged_rows_that_were_lost_are_read_again_from_the_array(maker: Side) -> None:
    sent = failing(maker)
    mended = arrays.send(*maker, CODES, [again(3)], correcting=sent)
    empty_staging()
    assert staged_rows(mended) == 0
    stored = confirm(mended)
    assert (stored.state, stored.created, stored.rejected) == ("stored", 3, 1)
