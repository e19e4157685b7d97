"""Rows from elsewhere: who works on them, how they are known, what their values may be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.log.models import OperationLog
from tests.people import Side
from tests.tracing.uploads import arrays
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, sheet_rows
from tests.tracing.uploads.test_submissions import faults_of
from tests.tracing.uploads.uploads import confirm, counts
from tracing.jobs import turns
from tracing.jobs.models import claim
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads import actions_rows, sweep, turn
from tracing.uploads.models import RejectedRow, Round, Submission
from tracing.uploads.turn import IMPORTS, SMALL_BYTES, work_in_turn

pytestmark = pytest.mark.django_db(transaction=True)
BAD = "6999000000019"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Rows that are more than small."""
    monkeypatch.setattr(turn, "SMALL_ARRAY", SMALL_BYTES)
    return code_rows(1_000)


def test_small_arrays_are_checked_and_stored_without_a_worker(
    maker: Side, nudged: list[str]
) -> None:
    sent = arrays.send(*maker, CODES, code_rows(30))
    assert counts(sent) | {"source": sent.source} == {
        "state": "staged",
        "total": 30,
        "accepted": 30,
        "rejected": 0,
        "created": None,
        "replaced": None,
        "unchanged": None,
        "source": "api",
    }
    assert not TraceCode.everything.exists()
    stored = confirm(sent)
    assert (stored.state, stored.created) == ("stored", 30)
    assert TraceCode.objects.of(maker.unit).count() == 30
    assert nudged == []
    assert sent.taken_at is None


def test_large_arrays_wait_for_a_worker(
    maker: Side, nudged: list[str], large: list[dict[str, Any]]
) -> None:
    sent = arrays.send(*maker, CODES, large)
    assert (sent.state, nudged) == ("received", [str(sent.pk)])
    assert sent.files.get().size > SMALL_BYTES


def test_a_thousand_rows_are_small(maker: Side, nudged: list[str]) -> None:
    """However many bytes they are: an array is not packed as a workbook is."""
    sent = arrays.send(*maker, CODES, code_rows(1_000))
    assert (sent.state, sent.accepted, nudged) == ("staged", 1_000, [])
    assert sent.files.get().size > SMALL_BYTES


def test_small_bytes_of_many_rows_are_left_to_a_worker(
    maker: Side, nudged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "SMALL_ROWS", 9)
    monkeypatch.setattr(actions_rows, "SMALL_ROWS", 9)
    sent = arrays.send(*maker, CODES, code_rows(10))
    assert (sent.state, sent.total, nudged) == ("checking", 10, [str(sent.pk)])
    assert (sent.lease_token, sent.attempts) == (None, 0)


def test_what_a_worker_is_woken_for_is_taken_in_turn(
    maker: Side, large: list[dict[str, Any]]
) -> None:
    sent = arrays.send(*maker, CODES, large)
    sent.refresh_from_db()
    assert turns.waits(IMPORTS)
    work_in_turn()
    sent.refresh_from_db()
    assert (sent.state, sent.accepted) == ("staged", 1_000)
    assert sent.taken_at is not None


def test_a_row_is_known_by_its_position_in_the_array(maker: Side) -> None:
    rows = code_rows(5)
    rows[3]["prod_code"] = BAD
    rows[4]["lv1_trac_code"] = rows[1]["lv1_trac_code"]
    sent = arrays.send(*maker, CODES, rows)
    assert faults_of(sent) == {4: ["gtin_check_digit"], 5: ["duplicate_in_file"]}
    failed = RejectedRow.objects.get(submission=sent, row=5)
    assert failed.faults[0][2] == [pack_code(1), "2"]
    headings, report = sheet_rows(sent.report_path)
    assert [row[headings.index("原行号")] for row in report] == [4, 5]


def test_empty_rows_count_for_nothing_but_keep_their_number(maker: Side) -> None:
    bad = {**code_rows(1)[0], "prod_code": BAD}
    sent = arrays.send(*maker, CODES, [{}, {"lv1_trac_code": " ", "prod_code": None}, bad])
    assert (sent.total, list(faults_of(sent))) == (1, [3])


def test_a_column_that_a_row_leaves_out_is_an_empty_cell(maker: Side) -> None:
    with_box, without = code_rows(2)
    del without["lv3_trac_code"], without["lv2_trac_code"]
    missing = {k: v for k, v in example(INFO).items() if k != "drug_genname"}
    sent = confirm(arrays.send(*maker, CODES, [with_box, without]))
    assert (sent.created, TraceCode.everything.get(code=pack_code(1)).lv2_trac_code) == (2, None)
    sent = arrays.send(*maker, INFO, [example(INFO), {**missing, "trac_codg_sn": "SN2"}])
    assert faults_of(sent) == {2: ["required"]}


def test_values_have_the_types_of_json(maker: Side) -> None:
    """As in a cell: nothing is guessed from a number that cannot be a code."""
    rows = [example(INFO, trac_codg_sn=f"SN{n}") for n in range(6)]
    rows[0]["manu_cnt"], rows[0]["convrat"] = 1200, 28.0
    rows[1]["trac_codg_sn"] = 86901234567890123456
    rows[2]["prod_code"] = True
    rows[3]["manu_date"] = "17/12/2024"
    rows[4]["aprvno_date"] = None
    rows[5]["manu_cnt"] = 10**400
    sent = arrays.send(*maker, INFO, rows)
    assert faults_of(sent) == {
        2: ["number_lost_digits"],
        3: ["cell_is_boolean"],
        4: ["date_year_last"],
        6: ["error_cell"],
    }
    confirm(sent)
    batch = DrugBatch.everything.get(trac_codg_sn="SN0")
    assert (batch.manu_cnt, batch.convrat) == (1200, 28)
    assert RejectedRow.objects.get(submission=sent, row=2).cells[0] == 86901234567890123456


def test_texts_that_no_workbook_can_hold(maker: Side) -> None:
    """Halves of pairs, zeros and controls are faults in codes and vanish from names."""
    strange = "\ud800\x00\x0b\ufffe"
    rows = [example(INFO, trac_codg_sn=f"SN{n}") for n in range(3)]
    rows[0]["drug_genname"] += strange
    rows[1]["trac_codg_sn"] += strange
    rows[2]["manu_date"] = strange
    sent = confirm(arrays.send(*maker, INFO, rows))
    assert list(faults_of(sent)) == [2, 3]
    assert DrugBatch.everything.get().drug_genname.startswith(example(INFO)["drug_genname"])
    _, report = sheet_rows(sent.report_path)
    assert len(report) == 2


def test_a_text_longer_than_a_cell_never_leaves_the_reader(maker: Side) -> None:
    rows = code_rows(2)
    rows[1]["lv1_trac_code"] = "8" * 40_000
    sent = arrays.check(*maker, CODES, rows)
    assert faults_of(sent) == {2: ["cell_too_long"]}
    kept = RejectedRow.objects.get(submission=sent).cells
    assert {"error": "too_long 40000"} in kept


def test_the_same_array_leads_to_the_earlier_submission(maker: Side) -> None:
    rows = code_rows(3)
    first = arrays.send(*maker, CODES, rows)
    turned = [dict(reversed(row.items())) for row in rows]
    assert arrays.send(*maker, CODES, turned).pk == first.pk
    confirm(first)
    assert arrays.send(*maker, CODES, rows).pk == first.pk
    assert (Submission.everything.count(), Round.objects.count()) == (1, 1)
    other = arrays.send(*maker, CODES, rows[::-1])
    assert other.pk != first.pk


def test_the_log_tells_of_rows_as_of_a_workbook(maker: Side) -> None:
    stored = confirm(arrays.send(*maker, CODES, code_rows(3)))
    entries = OperationLog.everything.filter(target=str(stored.pk)).order_by("pk")
    told = [(entry.action, entry.account, entry.unit) for entry in entries]
    whose = (maker.agent.account, maker.unit)
    assert told == [
        ("file-submitted", *whose),
        ("rows-confirmed", *whose),
        ("rows-stored", *whose),
    ]
    file = stored.files.get()
    assert (entries[0].after or {})["sha256"] == file.sha256
    assert file.path.suffix == ".jsonl"
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_a_request_that_died_leaves_its_array_to_the_workers(maker: Side) -> None:
    sent = arrays.enter(*maker, CODES, code_rows(5))
    assert claim(Submission.everything.filter(pk=sent.pk), state="checking")
    past = timezone.now() - timedelta(minutes=5)
    Submission.everything.filter(pk=sent.pk).update(lease_until=past, queued_at=past)
    assert sweep.abandoned() == [sent.pk]
    work_in_turn()
    sent.refresh_from_db()
    assert (sent.state, sent.accepted) == ("staged", 5)


def test_the_same_array_goes_on_where_a_request_died(maker: Side) -> None:
    rows = code_rows(5)
    died = arrays.enter(*maker, CODES, rows)
    assert died.state == "received"
    again = arrays.send(*maker, CODES, rows)
    assert (again.pk, again.state, again.accepted) == (died.pk, "staged", 5)
