"""撤销: rows go back to what they were, or stay with why."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from portal.lib.refused import Refused
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.undo.undoing import ask, store, undo
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_events import CIRCULATION, SHIPMENT, inbound, shipment
from tests.tracing.uploads.test_submissions import correct
from tests.tracing.uploads.uploads import confirm, submit, upload
from tracing.jobs.models import MAX_ATTEMPTS
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.stores.models import DrugBatch, RepeatedRow, RowHistory
from tracing.stores.models_codes import Pack, TraceCode, UnitCode
from tracing.stores.models_events import TraceEvent
from tracing.stores.registry import store_of
from tracing.stores.undoing import FAULT, SAID_AGAIN, SINCE, Undo
from tracing.undo.actions import ask_for_undo
from tracing.undo.words import STAYS, shown_undo
from tracing.uploads import actions, leftovers
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)
OTHER_PRODUCT = "6999000000025"


def live() -> dict[str, tuple[Any, ...]]:
    found = TraceCode.everything.filter(voided_at=None)
    return {c.code: (c.trac_codg_sn, c.lv2_trac_code, c.lv3_trac_code) for c in found}


def said(submission: Submission) -> tuple[int, int, dict[str, int]]:
    """What an undo did: voided, restored, and what stays by reason."""
    assert submission.undo is not None
    return submission.undo["voided"], submission.undo["restored"], submission.undo["stay"]


def void(who: Side, record: str, *keys: Any) -> None:
    actions.void_rows(
        unit=who.unit,
        agent=who.agent,
        record_code=record,
        keys=list(keys),
        reason="录入错误",
        origin=COMMAND,
    )


def test_created_rows_go_and_replaced_ones_are_as_they_were(maker: Side, tmp_path: Path) -> None:
    first = store(maker, CODES, code_rows(5), tmp_path / "a.xlsx")
    before = live()
    changed = code_rows(12, per_middle=4, trac_codg_sn="SN9")
    second = store(maker, CODES, changed, tmp_path / "b.xlsx")
    assert (second.created, second.replaced) == (7, 5)
    done = undo(second)
    assert (done.state, *said(done)) == ("undone", 7, 5, {})
    assert live() == before
    assert set(Pack.everything.values_list("code", flat=True)) == {
        box for _, *boxes in before.values() for box in boxes
    }
    first.refresh_from_db()
    assert (first.live_rows, done.live_rows) == (5, 0)
    history = RowHistory.everything.filter(cause="undone", submission_id=second.pk)
    assert (history.count(), history.filter(key=pack_code(11)).count()) == (12, 1)
    entry = OperationLog.everything.get(action="upload-undone")
    assert entry.account == maker.agent.account
    assert entry.after == {
        "record": CODES,
        "voided": 7,
        "restored": 5,
        "kept": 0,
        "failed": 0,
    }
    assert line(entry).title == "撤销上传完成"


def test_saying_it_twice_is_the_same_as_once(maker: Side, tmp_path: Path) -> None:
    done = undo(store(maker, CODES, code_rows(3), tmp_path / "a.xlsx"))
    ask(done)
    check_and_store(done.pk)
    assert OperationLog.everything.filter(action="undo-requested").count() == 1
    assert RowHistory.everything.filter(cause="undone").count() == 3


def test_the_same_file_comes_again_as_if_it_had_never_come(maker: Side, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(3))
    first = undo(confirm(upload(*maker, CODES, path)))
    taken = submit(*maker, CODES, path)
    assert taken.earlier is False
    second = confirm(Submission.everything.get(pk=check_and_store(taken.submission.pk)))
    assert (second.created, second.replaced, second.pk != first.pk) == (3, 0, True)
    code = TraceCode.everything.get(code=pack_code(0))
    assert code.uploaded_at == second.stored_at
    assert submit(*maker, CODES, path).submission == second


def test_a_correction_goes_with_its_upload(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(3)
    rows[2]["prod_code"] = "6999000000019"
    first = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)))
    label = RECORDS[CODES].column("prod_code").label
    mended = {4: {label: "6999000000018"}}
    second = correct(first.report_path, tmp_path / "corrected.xlsx", mended)
    stored = confirm(upload(*maker, CODES, second))
    assert (stored.pk, stored.accepted) == (first.pk, 3)
    assert said(undo(stored)) == (3, 0, {})
    assert live() == {}
    again = upload(*maker, CODES, second)
    assert again.refusal is not None
    assert "不能再补充" in again.refusal.message


def test_what_changed_since_stays(maker: Side, tmp_path: Path) -> None:
    first = store(maker, CODES, code_rows(6), tmp_path / "a.xlsx")
    store(maker, CODES, code_rows(1, trac_codg_sn="SN9"), tmp_path / "b.xlsx")
    void(maker, CODES, pack_code(1))
    store(maker, CODES, code_rows(1, start=2), tmp_path / "c.xlsx")
    dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
    row = shipment(maker, dealer, pack_code(3))
    store(maker, SHIPMENT, [row], tmp_path / "ship.xlsx")
    stay = {
        SINCE["replaced"]: 1,
        SINCE["voided"]: 1,
        SAID_AGAIN: 1,
        "told_since": 1,
    }
    done = undo(first)
    assert said(done) == (2, 0, stay)
    assert sorted(live()) == [pack_code(n) for n in (0, 2, 3)]
    shown = shown_undo(done)
    assert (shown.kept, shown.failed, shown.reversed) == (4, 0, 2)
    assert [row.key for row in shown.first] == [pack_code(n) for n in (2, 3, 0, 1)]
    assert shown.first[0].why == STAYS[SAID_AGAIN]


def test_what_strangers_told_bars_nothing(maker: Side, tmp_path: Path) -> None:
    dealer, stranger = (
        side(UnitFactory.create(is_maker=False, is_distributor=True)) for _ in range(2)
    )
    unboxed: dict[str, Any] = {"lv2_trac_code": None, "lv3_trac_code": None}
    first = store(maker, CODES, code_rows(4, **unboxed), tmp_path / "a.xlsx")
    sent = [shipment(maker, dealer, pack_code(0))]
    store(maker, SHIPMENT, sent, tmp_path / "ship.xlsx")
    second = store(maker, CODES, code_rows(4, per_middle=2), tmp_path / "b.xlsx")
    # Of a code of its chain and of a box around it; the stranger of both and of another's.
    boxes = [pack_code(n, 8000002) for n in range(2)]
    told = [inbound(dealer, maker, code) for code in (pack_code(0), boxes[0])]
    store(dealer, CIRCULATION, told, tmp_path / "in.xlsx")
    lies = [inbound(stranger, maker, code) for code in (pack_code(0), pack_code(2), *boxes)]
    store(stranger, CIRCULATION, lies, tmp_path / "lies.xlsx")
    assert said(undo(second)) == (0, 3, {"told_since": 1})
    boxed = {code for code, (_, middle, _) in live().items() if middle}
    assert boxed == {pack_code(0)}
    assert said(undo(first))[:2] == (3, 0)


def test_what_an_undone_upload_brought_is_nobodys(maker: Side, rival: Side, tmp_path: Path) -> None:
    rows = code_rows(4, start=0)
    squat = store(rival, CODES, [*rows, *code_rows(1, start=9)], tmp_path / "squat.xlsx")
    kept = store(rival, CODES, code_rows(1, start=20, per_middle=1), tmp_path / "kept.xlsx")
    void(rival, CODES, pack_code(20))
    assert upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)).rejected == 4
    assert said(undo(squat)) == (5, 0, {})
    # As packs, and a pack as a box; what is deleted is its unit's still.
    as_box = code_rows(1, start=5, lv2_trac_code=pack_code(9), lv3_trac_code=None)
    mine = store(maker, CODES, [*rows, *as_box], tmp_path / "mine.xlsx")
    assert (mine.created, mine.rejected, mine.live_rows) == (5, 0, 5)
    taken = upload(
        *maker, CODES, workbook(tmp_path / "b.xlsx", CODES, code_rows(1, start=20, per_middle=1))
    )
    assert (taken.rejected, kept.created) == (1, 1)
    assert set(TraceCode.objects.of(maker.unit).values_list("code", flat=True)) == {
        pack_code(n) for n in (0, 1, 2, 3, 5)
    }
    # They are as much its own as any others.
    again = upload(*rival, CODES, workbook(tmp_path / "c.xlsx", CODES, rows))
    assert again.rejected == 4
    changed = store(maker, CODES, code_rows(4, per_middle=2), tmp_path / "d.xlsx")
    assert (changed.replaced, changed.unchanged) == (2, 2)
    assert said(undo(changed)) == (0, 2, {})
    assert said(undo(mine)) == (5, 0, {})
    back = store(rival, CODES, rows, tmp_path / "back.xlsx")
    assert (back.created, back.rejected) == (4, 0)


def test_a_row_that_was_said_again_belongs_to_who_said_it(maker: Side, tmp_path: Path) -> None:
    first = store(maker, CODES, code_rows(2), tmp_path / "a.xlsx")
    second = store(maker, CODES, code_rows(1), tmp_path / "b.xlsx")
    assert (second.unchanged, RepeatedRow.everything.count()) == (1, 1)
    assert said(undo(first)) == (1, 0, {SAID_AGAIN: 1})
    second.refresh_from_db()
    assert second.live_rows == 1
    assert said(undo(second)) == (1, 0, {})
    assert live() == {}


def test_who_said_rows_again_is_forgotten_when_nobody_asks(maker: Side, tmp_path: Path) -> None:
    store(maker, CODES, code_rows(2), tmp_path / "a.xlsx")
    store(maker, CODES, code_rows(1), tmp_path / "b.xlsx")
    assert leftovers.forget_repeated() == 0
    RepeatedRow.everything.update(at=timezone.now() - timedelta(hours=25))
    assert leftovers.forget_repeated() == 1
    # The upload before can be undone no longer: nothing more is noted.
    Submission.everything.update(undoable_until=timezone.now() - timedelta(hours=1))
    store(maker, CODES, code_rows(1)[::-1], tmp_path / "c.xlsx")
    assert RepeatedRow.everything.count() == 0


def test_an_upload_whose_followers_are_undone_first_goes_whole(maker: Side, tmp_path: Path) -> None:
    first = store(maker, CODES, code_rows(2), tmp_path / "a.xlsx")
    second = store(maker, CODES, code_rows(1), tmp_path / "b.xlsx")
    undo(second)
    assert said(undo(first)) == (2, 0, {})


def test_uploads_are_undone_in_any_order(maker: Side, tmp_path: Path) -> None:
    uploads = [
        store(maker, CODES, code_rows(2, trac_codg_sn=f"SN{n}"), tmp_path / f"{n}.xlsx")
        for n in range(3)
    ]
    assert said(undo(uploads[1])) == (0, 0, {SINCE["replaced"]: 2})
    # What it had written comes back from nobody.
    assert said(undo(uploads[2])) == (0, 2, {})
    assert {serial for serial, *_ in live().values()} == {"SN0"}
    assert said(undo(uploads[0])) == (2, 0, {})
    assert live() == {}


def test_a_batch_stays_with_the_codes_that_came_since(maker: Side, tmp_path: Path) -> None:
    serial = code_rows(1)[0]["trac_codg_sn"]
    early = store(maker, CODES, code_rows(1), tmp_path / "early.xlsx")
    first = store(maker, INFO, [example(INFO, trac_codg_sn=serial)], tmp_path / "a.xlsx")
    # Codes that came before it wait for their batch again.
    assert said(undo(first)) == (1, 0, {})
    undo(early)
    rows = [example(INFO, trac_codg_sn=serial), example(INFO, trac_codg_sn="SN9")]
    second = store(maker, INFO, rows, tmp_path / "b.xlsx")
    store(maker, CODES, code_rows(1), tmp_path / "codes.xlsx")
    assert said(undo(second)) == (1, 0, {"has_codes": 1})
    assert [b.trac_codg_sn for b in DrugBatch.everything.filter(voided_at=None)] == [serial]


def test_a_code_whose_old_place_is_taken_says_so(maker: Side, tmp_path: Path) -> None:
    store(maker, CODES, code_rows(1), tmp_path / "a.xlsx")
    alone = [{**code_rows(1)[0], "lv2_trac_code": None, "lv3_trac_code": None}]
    third = store(maker, CODES, alone, tmp_path / "b.xlsx")
    # Its middle box now lies in another large one.
    other = [{**row, "lv3_trac_code": pack_code(9, 8000003)} for row in code_rows(1, start=1)]
    store(maker, CODES, other, tmp_path / "c.xlsx")
    before = live()
    done = undo(third)
    assert said(done) == (0, 0, {FAULT: 1})
    assert live() == before
    shown = shown_undo(done)
    assert (shown.failed, shown.kept) == (1, 0)
    assert pack_code(9, 8000003) in shown.first[0].why
    assert str(TraceCode.everything.get(code=pack_code(0)).submission_id) != str(third.pk)


def test_events_go_with_the_list_of_their_codes(maker: Side, tmp_path: Path) -> None:
    dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
    store(maker, CODES, code_rows(3), tmp_path / "codes.xlsx")
    rows = [inbound(dealer, maker, pack_code(n), manu_lotnum="L1") for n in range(2)]
    store(dealer, CIRCULATION, rows, tmp_path / "a.xlsx")
    more = [inbound(dealer, maker, pack_code(n), manu_lotnum="L2") for n in range(3)]
    second = store(dealer, CIRCULATION, more, tmp_path / "b.xlsx")
    assert said(undo(second)) == (1, 2, {})
    told = TraceEvent.everything.filter(voided_at=None)
    assert [e.details["manu_lotnum"] for e in told] == ["L1", "L1"]
    listed = UnitCode.everything.filter(voided_at=None)
    assert sorted(listed.values_list("code", "batch")) == [
        (pack_code(0), "L1"),
        (pack_code(1), "L1"),
    ]


def test_what_others_told_is_no_bar_to_taking_back_what_one_told(
    maker: Side, tmp_path: Path
) -> None:
    dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
    store(maker, CODES, code_rows(1), tmp_path / "codes.xlsx")
    sent = store(maker, SHIPMENT, [shipment(maker, dealer, pack_code(0))], tmp_path / "s.xlsx")
    taken = [inbound(dealer, maker, pack_code(0))]
    store(dealer, CIRCULATION, taken, tmp_path / "in.xlsx")
    serial = code_rows(1)[0]["trac_codg_sn"]
    assert UnitCode.everything.get().trac_codg_sn == serial
    assert said(undo(sent)) == (1, 0, {})
    assert UnitCode.everything.get().trac_codg_sn is None


def test_every_reason_has_words() -> None:
    bars = {why for code in BINDINGS for why in store_of(code).bars}
    assert bars | {*SINCE.values(), SAID_AGAIN, FAULT} == STAYS.keys()


def test_only_what_is_stored_can_be_undone(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(1)))
    with pytest.raises(Refused) as refused:
        ask(staged)
    assert refused.value.code == "undo_not_stored"
    assert "校验完成" in str(refused.value)


def test_a_day_later_it_is_too_late(maker: Side, tmp_path: Path) -> None:
    stored = store(maker, CODES, code_rows(1), tmp_path / "a.xlsx")
    assert stored.stored_at is not None
    assert stored.undoable_until == stored.stored_at + timedelta(hours=24)
    Submission.everything.update(undoable_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused) as refused:
        ask(stored)
    assert refused.value.code == "undo_too_late"
    # What was stored before anybody noted who said rows again.
    Submission.everything.update(undoable_until=None)
    with pytest.raises(Refused, match="24 小时"):
        ask(stored)
    assert len(live()) == 1


def test_another_agent_may_not(maker: Side, rival: Side, tmp_path: Path) -> None:
    stored = store(maker, CODES, code_rows(1), tmp_path / "a.xlsx")
    with pytest.raises(Refused) as refused:
        ask_for_undo(submission=stored, agent=rival.agent, origin=COMMAND)
    assert refused.value.code == "no_business"


def test_a_runner_that_dies_leaves_nothing_and_is_followed(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = store(maker, CODES, code_rows(3), tmp_path / "a.xlsx")
    before = live()
    ask(stored)

    def dies(*_: Any, **__: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr("accounts.log.writing.record", dies)
        with pytest.raises(MemoryError):
            check_and_store(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, live()) == ("undoing", before)
    Submission.everything.update(lease_until=timezone.now() - timedelta(seconds=1))
    check_and_store(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.lease_token, live()) == ("undone", None, {})


def test_an_undo_that_never_ends_is_given_up(maker: Side, tmp_path: Path) -> None:
    stored = store(maker, CODES, code_rows(1), tmp_path / "a.xlsx")
    ask(stored)
    Submission.everything.update(attempts=MAX_ATTEMPTS)
    check_and_store(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.refusal_code) == ("stored", "undo_gave_up")
    assert len(live()) == 1


def test_an_undo_that_takes_too_long_is_given_up(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = store(maker, CODES, code_rows(1), tmp_path / "a.xlsx")
    ask(stored)
    monkeypatch.setattr("tracing.jobs.patience.SECONDS", (0.2, 0.2))

    def waits(self: Undo, *_: Any) -> None:
        self._execute("SELECT pg_sleep(2)", {})

    monkeypatch.setattr(Undo, "_gather", waits)
    check_and_store(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.refusal_code) == ("stored", "undo_too_slow")
    assert len(live()) == 1
