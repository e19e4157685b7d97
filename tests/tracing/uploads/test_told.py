"""Webhooks are told what became of uploads, exports, undos and removals, in their transactions."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.keys.models_webhooks import WebhookDelivery
from portal.lib.refused import Refused
from tests.accounts.keys.webhooks import webhook_of
from tests.people import Side
from tests.tracing.exports.asking import ask, make
from tests.tracing.removals.test_removals import remove
from tests.tracing.undo.undoing import store, undo
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, workbook
from tests.tracing.uploads.test_terms import ALL, CHECK, staged, take_one
from tests.tracing.uploads.uploads import confirm, upload
from tracing.api.documents.plan_events import FIELDS
from tracing.exports import build
from tracing.exports.models import Export
from tracing.jobs.models import MAX_ATTEMPTS
from tracing.removals import job
from tracing.traces.selections import ByBatch
from tracing.uploads import confirm as storing
from tracing.uploads import sweep
from tracing.uploads.causes import causes_of
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store
from tracing.uploads.unconfirmed import KEPT_UNCONFIRMED

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def webhook(maker: Side, stranger: Side) -> None:
    """The unit wants to know, and another one too."""
    webhook_of(maker)
    webhook_of(stranger)


def told(side: Side) -> list[tuple[str, dict[str, Any]]]:
    """What was noted for a unit since it was last asked, with what names the upload left out."""
    rows = list(WebhookDelivery.objects.of(side.unit).order_by("pk"))
    WebhookDelivery.objects.of(side.unit).delete()
    found = []
    for row in rows:
        data = json.loads(row.body)["data"]
        assert data.keys() <= FIELDS[row.event].keys()
        for name in ("submission", "record", "source", "export", "removal", "sha256", "bytes"):
            data.pop(name, None)
        found.append((row.event, data))
    return found


def test_an_upload_that_is_stored(maker: Side, stranger: Side, tmp_path: Path) -> None:
    submission = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    named = json.loads(WebhookDelivery.objects.of(maker.unit).get().body)["data"]
    assert (named["submission"], named["record"], named["source"]) == (
        str(submission.pk),
        CODES,
        "command",
    )
    counts = {"total": 3, "accepted": 3, "rejected": 0}
    assert told(maker) == [("upload-finished", {"result": "waiting", **counts})]
    confirm(submission)
    stored = {"result": "stored", **counts, "created": 3, "replaced": 0, "unchanged": 0}
    assert told(maker) == [("upload-finished", stored)]
    # 撤销 takes it back.
    undo(submission)
    undone = {"result": "undone", "voided": 3, "restored": 0, "kept": 0, "failed": 0}
    assert told(maker) == [("undo-finished", undone)]
    assert told(stranger) == []


def test_rows_that_fail_are_told_by_their_causes(maker: Side, tmp_path: Path) -> None:
    submission = staged(maker, tmp_path, CHECK, 0, 2)
    counts = {"total": 4, "accepted": 2, "rejected": 2}
    (event, checked), (second, failing) = told(maker)
    assert (event, checked) == ("upload-finished", {"result": "checked", **counts})
    assert second == "rows-failed"
    (cause,) = failing.pop("causes")
    assert failing == counts
    assert (cause["column"], cause["rows"]) == ("prod_code", 2)
    assert cause["code"] == causes_of(submission)[0].code


def test_a_file_that_is_refused(maker: Side, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"no workbook")
    refused = upload(*maker, CODES, path)
    ((event, data),) = told(maker)
    assert (event, data["result"], data["code"]) == (
        "upload-finished",
        "refused",
        refused.refusal_code,
    )


def test_rows_that_are_lost_when_all_or_nothing_is_asked(
    maker: Side, stranger: Side, tmp_path: Path
) -> None:
    submission = staged(maker, tmp_path, ALL)
    take_one(stranger, tmp_path)
    told(maker)
    confirm(submission)
    (event, data), (second, failing) = told(maker)
    assert (event, data) == (
        "upload-finished",
        {"result": "not-stored", "total": 4, "accepted": 3, "rejected": 1, "code": "rows_lost"},
    )
    assert second == "rows-failed"
    assert failing["causes"][0]["code"] == "lost_race"


def test_a_store_that_is_given_up(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    told(maker)

    def slow(*_: object) -> None:
        raise Refused("store_too_slow", seconds="600")

    monkeypatch.setattr(storing, "patiently", slow)
    confirm(submission)
    ((event, data),) = told(maker)
    assert (event, data["result"], data["code"]) == (
        "upload-finished",
        "not-stored",
        "store_too_slow",
    )


def test_what_nobody_confirms(maker: Side, tmp_path: Path) -> None:
    submission = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    told(maker)
    past = timezone.now() - KEPT_UNCONFIRMED - timedelta(hours=1)
    Submission.everything.filter(pk=submission.pk).update(checked_at=past)
    assert sweep.drop_expired() == 1
    ((event, data),) = told(maker)
    assert (event, data["result"]) == ("upload-finished", "expired")


def test_a_report_that_is_written_anew_is_no_news(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(3)
    rows[0]["prod_code"] = "1"
    submission = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    told(maker)
    Submission.everything.filter(pk=submission.pk).update(state="checking")
    check_and_store(submission.pk)
    assert told(maker) == []


def test_exports(maker: Side, tmp_path: Path) -> None:
    store(maker, INFO, [example(INFO, trac_codg_sn="SN1")], tmp_path / "info.xlsx")
    store(maker, CODES, code_rows(3, trac_codg_sn="SN1"), tmp_path / "codes.xlsx")
    told(maker)
    make(ask(maker, ByBatch("SN1")))
    named = {"business": "maker-query", "format": "xlsx"}
    ready = {**named, "result": "ready", "codes": 3, "rows": 3}
    assert told(maker) == [("export-finished", ready)]
    export = ask(maker, ByBatch("SN1"), format=Export.Format.CSV)
    Export.everything.filter(pk=export.pk).update(attempts=MAX_ATTEMPTS)
    build.run(export.pk)
    named = {"business": "maker-query", "format": "csv"}
    failed = {**named, "result": "failed", "code": "export_gave_up"}
    assert told(maker) == [("export-finished", failed)]


def test_removals(maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(maker, INFO, [example(INFO, trac_codg_sn="SN1")], tmp_path / "info.xlsx")
    store(maker, CODES, code_rows(3, trac_codg_sn="SN1"), tmp_path / "codes.xlsx")
    told(maker)
    monkeypatch.setattr(job, "is_large", lambda codes: True)
    removal = remove(maker)
    type(removal).everything.filter(pk=removal.pk).update(attempts=MAX_ATTEMPTS)
    job.run(removal.pk)
    failed = {"key": ["SN1"], "result": "failed", "code": "removal_gave_up"}
    assert told(maker) == [("removal-finished", failed)]
    job.run(remove(maker).pk)
    removed = {"key": ["SN1"], "result": "removed", "codes": 3}
    assert told(maker) == [("removal-finished", removed)]


def test_what_is_taken_back_was_never_told(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event stands and falls with the rows."""
    submission = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    told(maker)

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("tracing.uploads.confirm.writing.record", dies)
    Submission.everything.filter(pk=submission.pk).update(state="storing", confirmed_rounds=1)
    with pytest.raises(RuntimeError, match="killed"):
        storing.store(submission.pk)
    assert told(maker) == []
