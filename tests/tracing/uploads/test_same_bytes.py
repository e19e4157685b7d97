"""The same bytes again: they lead to the earlier upload only where nothing would come of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.core.origin import COMMAND
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads import devices
from tests.tracing.uploads.devices import Uploads
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_submissions import correct
from tests.tracing.uploads.uploads import confirm, submit, upload
from tests.turns import turns
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_events import TraceEvent
from tracing.uploads import actions, untouched
from tracing.uploads.models import Submission, Terms
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)

SHIPMENT = "domestic-drug-shipment"
BAD, GOOD = "6999000000019", "6999000000018"
Rows = list[dict[str, Any]]


def void(maker: Side, record: str, *keys: Any) -> None:
    actions.void_rows(
        unit=maker.unit,
        agent=maker.agent,
        record_code=record,
        keys=list(keys),
        reason="录入错误",
        origin=COMMAND,
    )


def code_file(path: Path, day: int, count: int = 3) -> Path:
    return workbook(path, CODES, code_rows(count, stoin_time=f"2025-01-{day:02} 03:04:05"))


def again(maker: Side, record: str, path: Path) -> tuple[bool, Submission]:
    """Upload bytes that came before, and confirm where they wait; whether they led there."""
    taken = submit(*maker, record, path)
    submission = Submission.everything.get(pk=check_and_store(taken.submission.pk))
    if submission.state == "staged" and submission.staged_rows:
        submission = confirm(submission)
    return taken.earlier, submission


def test_a_file_whose_row_was_replaced_is_an_upload_like_any_other(
    maker: Side, tmp_path: Path
) -> None:
    path = code_file(tmp_path / "a.xlsx", 1)
    first = confirm(upload(*maker, CODES, path))
    assert again(maker, CODES, path) == (True, first)
    confirm(upload(*maker, CODES, code_file(tmp_path / "b.xlsx", 2, count=1)))
    earlier, second = again(maker, CODES, path)
    assert (earlier, second.created, second.replaced, second.unchanged) == (False, 0, 1, 2)
    # What came of it stands; a third time nothing would change.
    assert again(maker, CODES, path) == (True, second)


def test_a_file_whose_row_was_voided_brings_it_back(maker: Side, tmp_path: Path) -> None:
    path = code_file(tmp_path / "a.xlsx", 1)
    confirm(upload(*maker, CODES, path))
    void(maker, CODES, pack_code(1))
    earlier, second = again(maker, CODES, path)
    assert (earlier, second.created, second.unchanged) == (False, 1, 2)
    assert TraceCode.everything.filter(voided_at=None).count() == 3


def test_rows_found_unchanged_are_looked_after_too(maker: Side, tmp_path: Path) -> None:
    confirm(upload(*maker, CODES, code_file(tmp_path / "a.xlsx", 1)))
    path = code_file(tmp_path / "part.xlsx", 1, count=2)
    part = confirm(upload(*maker, CODES, path))
    assert (part.unchanged, again(maker, CODES, path)) == (2, (True, part))
    confirm(upload(*maker, CODES, code_file(tmp_path / "b.xlsx", 2, count=1)))
    earlier, second = again(maker, CODES, path)
    assert (earlier, second.replaced, second.unchanged) == (False, 1, 1)


def test_rows_that_no_upload_wrote_are_checked_again(maker: Side, tmp_path: Path) -> None:
    path = code_file(tmp_path / "a.xlsx", 1)
    confirm(upload(*maker, CODES, path))
    TraceCode.everything.update(submission_id="00000000-0000-4000-8000-000000000000")
    part = code_file(tmp_path / "part.xlsx", 1, count=2)
    confirm(upload(*maker, CODES, part))
    assert again(maker, CODES, part)[0] is False


def test_rows_of_many_uploads_are_checked_again(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(untouched, "MOST_UPLOADS", 1)
    for start in range(2):
        rows = code_rows(1, start=start)
        confirm(upload(*maker, CODES, workbook(tmp_path / f"{start}.xlsx", CODES, rows)))
    path = workbook(tmp_path / "both.xlsx", CODES, code_rows(2))
    confirm(upload(*maker, CODES, path))
    assert again(maker, CODES, path)[0] is False


def test_an_earlier_correction_is_an_upload_like_any_other(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(3)
    rows[0]["prod_code"] = rows[1]["prod_code"] = BAD
    path = workbook(tmp_path / "a.xlsx", CODES, rows)
    stored = confirm(upload(*maker, CODES, path))
    times = ("2025-01-01 00:00:00", "2025-01-02 00:00:00")
    files = [
        correct(
            stored.report_path,
            tmp_path / f"{n}.xlsx",
            {row: {"商品码": GOOD, "入库时间": times[n]} for row in (2, 3)},
        )
        for n in range(2)
    ]
    for file in files:
        confirm(upload(*maker, CODES, file))
    last = TraceCode.everything.get(code=pack_code(0)).stoin_time
    assert again(maker, CODES, files[1])[0] is True
    earlier, submission = again(maker, CODES, files[0])
    assert (earlier, submission.pk, submission.rounds) == (False, stored.pk, 4)
    assert TraceCode.everything.get(code=pack_code(0)).stoin_time != last
    # No row of the first file was touched by its corrections.
    assert again(maker, CODES, path)[0] is True


def test_rows_that_failed_are_checked_again_once_their_cause_is_mended(
    maker: Side, tmp_path: Path
) -> None:
    """Nothing was changed that the upload stored: what it failed of is another record."""
    fresh = side(UnitFactory.create())
    own = Uploads(maker, tmp_path)
    own.store(devices.CODES, devices.code(devices.LOT, cnt="10"))
    rows = [
        devices.sent(maker, fresh, devices.LOT, shp_sin_no=number, cnt=count)
        for number, count in (("FH1", "10"), ("FH2", "5"))
    ]
    some = workbook(tmp_path / "some.xlsx", devices.SHIPMENT, rows)
    stored = confirm(upload(*maker, devices.SHIPMENT, some))
    none = workbook(tmp_path / "none.xlsx", devices.SHIPMENT, [{**rows[1], "cnt": "6"}])
    failed = upload(*maker, devices.SHIPMENT, none)
    assert [(s.state, s.rejected) for s in (stored, failed)] == [("stored", 1), ("staged", 1)]
    own.store(devices.CODES, devices.code(devices.LOT, cnt="15"))
    earlier, second = again(maker, devices.SHIPMENT, some)
    assert (earlier, second.created, second.unchanged, second.rejected) == (False, 1, 1, 0)
    own.store(devices.CODES, devices.code(devices.LOT, cnt="16"))
    earlier, third = again(maker, devices.SHIPMENT, none)
    assert (earlier, third.replaced, third.rejected) == (False, 1, 0)
    # What passed whole leads there as ever.
    assert again(maker, devices.SHIPMENT, none) == (True, third)


def test_what_cannot_be_stored_is_checked_again(maker: Side, tmp_path: Path) -> None:
    """All or nothing, or a check alone: there nothing waits for 确认."""
    rows = code_rows(2)
    rows[0]["prod_code"] = BAD
    path = workbook(tmp_path / "a.xlsx", CODES, rows)
    for terms in (Terms(all_or_nothing=True), Terms(check_only=True), Terms()):
        with_terms = partial(submit, *maker, CODES, path, terms)
        check_and_store(with_terms().submission.pk)
        assert with_terms().earlier is (terms == Terms())


def test_while_it_waits_the_same_bytes_lead_there(maker: Side, tmp_path: Path) -> None:
    path = code_file(tmp_path / "a.xlsx", 1)
    staged = upload(*maker, CODES, path)
    assert submit(*maker, CODES, path) == (staged, True)


def test_uploads_from_before_are_checked_again(maker: Side, tmp_path: Path) -> None:
    path = code_file(tmp_path / "a.xlsx", 1)
    confirm(upload(*maker, CODES, path))
    Submission.everything.update(rests_on=None)
    assert again(maker, CODES, path)[0] is False


def shown_codes(maker: Side) -> dict[Any, Any]:
    rows = TraceCode.objects.of(maker.unit).filter(voided_at=None)
    return dict(rows.values_list("code", "stoin_time__day"))


def shown_batches(maker: Side) -> dict[Any, Any]:
    rows = DrugBatch.objects.of(maker.unit).filter(voided_at=None)
    return {serial: int(number) for serial, number in rows.values_list("trac_codg_sn", "manu_cnt")}


def shown_events(maker: Side) -> dict[Any, Any]:
    rows = TraceEvent.objects.of(maker.unit).filter(voided_at=None)
    return dict(rows.values_list("code", "happened_at__day"))


def code_of(number: int, value: int) -> dict[str, Any]:
    return example(
        CODES,
        lv1_trac_code=pack_code(number),
        lv2_trac_code=None,
        lv3_trac_code=None,
        stoin_time=f"2025-01-{value:02} 08:00:00",
    )


def batch_row(number: int, value: int) -> dict[str, Any]:
    return example(INFO, trac_codg_sn=f"SN{number}", manu_cnt=value)


def shipment_of(number: int, value: int) -> dict[str, Any]:
    return example(
        SHIPMENT,
        trac_code=pack_code(number),
        shp_sin_no="FH1",
        shp_time=f"2025-01-{value:02} 08:00:00",
    )


# By record: a row of a number that says a value, what the tables say, the key of a row.
KINDS: dict[str, tuple[Callable[[int, int], Any], Callable[[Side], Any], Callable[[int], Any]]] = {
    CODES: (code_of, shown_codes, pack_code),
    INFO: (batch_row, shown_batches, lambda number: f"SN{number}"),
    SHIPMENT: (
        shipment_of,
        shown_events,
        lambda number: (pack_code(number), "shipment", "FH1"),
    ),
}
FILES = st.dictionaries(st.integers(0, 3), st.integers(1, 2), min_size=1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("upload"), FILES),
        st.tuples(st.just("again"), st.integers(0, 5)),
        st.tuples(st.just("void"), st.integers(0, 3)),
    ),
    min_size=2,
    max_size=7,
)


@pytest.mark.parametrize("record", KINDS)
@settings(
    max_examples=turns(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_came_between_the_tables_say_what_the_file_says(
    maker: Side, record: str, steps: list[tuple[str, Any]]
) -> None:
    row, shown, key = KINDS[record]
    fresh = side(UnitFactory.create())
    # Codes belong to one unit: each history has products of its own.
    base = 10 * fresh.unit.pk
    told: dict[int, int] = {}
    files: list[tuple[dict[int, int], Path]] = []
    uscc = {"shp_org_uscc": fresh.unit.uscc} if record == SHIPMENT else {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (step, value) in enumerate(steps):
            if step == "void":
                void(fresh, record, key(base + value))
                told.pop(value, None)
                continue
            if step == "upload":
                path = Path(folder) / f"{number}.xlsx"
                rows = [{**row(base + n, said), **uscc} for n, said in value.items()]
                files.append((value, workbook(path, record, rows)))
            if not files:
                continue
            says, path = files[-1] if step == "upload" else files[value % len(files)]
            _, submission = again(fresh, record, path)
            assert (submission.state, submission.rejected) == ("stored", 0)
            told |= says
            assert len(shown(fresh)) == len(told)
            expected = [told[n] for n in sorted(told)]
            assert [said for _, said in sorted(shown(fresh).items())] == expected
