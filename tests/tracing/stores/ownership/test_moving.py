"""Staff move codes to the unit whose they are: everything that hangs on a code goes along."""

from typing import Any

import pytest

from accounts.core.kinds import MAKER
from accounts.core.models import Account
from accounts.core.origin import COMMAND
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.units.models import Unit
from tests.factories import AgentFactory, UnitFactory
from tests.tracing.factories import (
    DrugBatchFactory,
    EventFactory,
    TraceCodeFactory,
    UnitCodeFactory,
    box,
    small,
    voided,
)
from tests.tracing.stores.ownership.conftest import SERIAL
from tests.tracing.stores.world import counted, links, there, true_links
from tracing.records.event_kinds import EventKind
from tracing.stores.actions_ownership import codes_in, move_ownership, preview_ownership
from tracing.stores.buckets import buckets_of
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_codes import CodeBucket, Pack, TraceCode, UnitCode
from tracing.stores.models_events import TraceEvent
from tracing.stores.rebuild import rebuild
from tracing.traces.queries import codes as listed
from tracing.traces.queries import trace as trace_of
from tracing.traces.selections import ByBatch
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db


def derived_is_right() -> None:
    """Counters and links are those of the rows, and `recount` finds nothing to mend."""
    assert counted() == there()
    assert links() == true_links()
    kept = (counted(), links())
    rebuild()
    assert (counted(), links()) == kept


def test_a_large_box_moves_with_all_it_holds(
    old: Unit, new: Unit, case: list[TraceCode], staff: Account
) -> None:
    DrugBatchFactory.create(unit=new, trac_codg_sn=SERIAL)
    planned = preview_ownership([box(0, 3)], new)
    assert (planned.owner, planned.packs, planned.boxes) == (old.pk, 20, 3)
    assert planned.batches == [(SERIAL, 20, True)]
    assert planned.problems == []
    assert TraceCode.objects.of(new).count() == 0, "a preview changes nothing"
    assert move_ownership([box(0, 3)], new, "申诉核实", origin=COMMAND.done_by(staff)) == planned
    assert set(TraceCode.objects.of(new).values_list("code", flat=True)) == set(
        map(small, range(20))
    )
    assert set(Pack.objects.of(new).values_list("code", flat=True)) == {
        box(0, 2),
        box(1, 2),
        box(0, 3),
    }
    assert TraceCode.objects.of(old).count() == 20
    derived_is_right()
    for unit in (old, new):
        assert listed(unit, ByBatch(SERIAL), kind=MAKER).total == 20


def test_the_new_owner_sees_the_trace_and_the_old_one_does_not(
    old: Unit, new: Unit, case: list[TraceCode]
) -> None:
    EventFactory.create(code=box(0, 3), unit=UnitFactory.create(), kind=EventKind.CIRCULATION_IN)
    move_ownership([box(0, 3)], new, "申诉核实")
    trace = trace_of(small(0), new)
    assert trace is not None
    assert [node.title for node in trace.nodes] == ["生产入库"]
    assert [told.title for told in trace.uncorroborated] == ["流通入库"]
    assert trace.uscc == new.uscc
    assert trace_of(small(0), old) is None


def test_before_images_are_kept(old: Unit, new: Unit, case: list[TraceCode]) -> None:
    submission = case[0].submission_id
    move_ownership([box(0, 3)], new, "申诉核实")
    images = RowHistory.everything.filter(cause=RowHistory.Cause.MOVED)
    assert images.count() == 23
    image = images.get(table="tracing_tracecode", key=small(0))
    assert image.unit == old
    assert image.before["unit_id"] == old.pk
    assert image.before["submission_id"] == str(submission)
    assert images.get(table="tracing_pack", key=box(1, 2)).before["parent"] == box(0, 3)
    moves = set(images.values_list("submission_id", flat=True))
    assert moves == set(TraceCode.objects.of(new).values_list("submission_id", flat=True))
    assert len(moves) == 1


def test_an_upload_loses_the_rows_that_leave_it(old: Unit, new: Unit, batch: DrugBatch) -> None:
    agent = _agent_of(old)
    upload = Submission.objects.create(
        unit=old, agent=agent, record_code="domestic-drug-codes", source="page", live_rows=3
    )
    for n in range(3):
        TraceCodeFactory.create(code=small(n), batch=batch, submission_id=upload.pk)
    voided(TraceCode.everything.get(code=small(2)))
    Submission.everything.filter(pk=upload.pk).update(live_rows=2)
    move_ownership([small(0), small(2)], new, "申诉核实")
    upload.refresh_from_db()
    assert upload.live_rows == 1


def _agent_of(unit: Unit) -> Any:
    return AgentFactory.create(units=[unit])


def test_codes_whose_batch_the_new_owner_lacks_wait_for_it(new: Unit, batch: DrugBatch) -> None:
    TraceCodeFactory.create(code=small(0), batch=batch)
    assert preview_ownership([small(0)], new).waiting == 1
    assert move_ownership([small(0)], new, "申诉核实").waiting == 1
    trace = trace_of(small(0), new)
    assert trace is not None
    assert trace.product["drug_genname"] == ""
    DrugBatchFactory.create(unit=new, trac_codg_sn=SERIAL)
    trace = trace_of(small(0), new)
    assert trace is not None
    assert trace.product["drug_genname"] == "某某胶囊"


def test_a_voided_code_moves_and_stays_voided(old: Unit, new: Unit, batch: DrugBatch) -> None:
    code = TraceCodeFactory.create(code=small(0), batch=batch)
    voided(code)
    assert preview_ownership([small(0)], new).batches == []
    move_ownership([small(0)], new, "申诉核实")
    code.refresh_from_db()
    assert code.unit == new
    assert code.voided_at is not None
    derived_is_right()


def test_the_old_owners_events_stay_and_come_into_its_list(
    old: Unit, new: Unit, case: list[TraceCode]
) -> None:
    EventFactory.create(
        code=small(0), unit=old, kind=EventKind.CIRCULATION_OUT, details={"manu_lotnum": "LOT9"}
    )
    EventFactory.create(code=small(1), unit=old, kind=EventKind.SHIPMENT)
    move_ownership([box(0, 3)], new, "申诉核实")
    assert TraceEvent.objects.of(old).count() == 2
    row = UnitCode.objects.of(old).get()
    assert (row.code, row.batch, row.owner) == (small(0), "LOT9", None)
    derived_is_right()
    EventFactory.create(code=small(0), unit=new, kind=EventKind.SHIPMENT, to=old)
    row.refresh_from_db()
    assert (row.owner, row.trac_codg_sn) == (new, SERIAL)


def test_what_others_uploaded_is_linked_to_the_new_owner(
    old: Unit, new: Unit, case: list[TraceCode]
) -> None:
    trader = UnitFactory.create(is_maker=False, is_distributor=True)
    UnitCodeFactory.create(code=small(3), unit=trader)
    UnitCodeFactory.create(code=box(0, 2), unit=trader)
    EventFactory.create(code=box(0, 3), unit=old, kind=EventKind.SHIPMENT, to=trader)
    assert set(links().values()) == {(old.pk, SERIAL)}
    move_ownership([box(0, 3)], new, "申诉核实")
    # What the old owner told opens nothing any more: the chain starts at the new one.
    assert set(links().values()) == {None}
    derived_is_right()
    EventFactory.create(code=box(0, 3), unit=new, kind=EventKind.SHIPMENT, to=trader)
    assert set(links().values()) == {(new.pk, SERIAL)}
    derived_is_right()


def test_both_units_are_told_and_neither_of_the_other(
    old: Unit, new: Unit, case: list[TraceCode], staff: Account
) -> None:
    move_ownership([box(0, 3), box(1, 3)], new, "申诉核实", origin=COMMAND.done_by(staff))
    entries = {entry.unit: entry for entry in OperationLog.everything.all()}
    assert entries[old].title == "追溯码归属移出"
    assert entries[new].title == "追溯码归属移入"
    for unit, other in ((old, new), (new, old)):
        said = str(line(entries[unit])) + message(Notice.objects.get(account=unit.account)).text
        assert "40" in said
        assert "申诉核实" in said
        for word in (other.name, other.slug, other.uscc):
            assert word not in said
    assert entries[old].account == staff
    assert (entries[old].after or {})["codes"] == [box(0, 3), box(1, 3)]


def test_uploads_that_were_checked_before_are_checked_again(
    new: Unit, case: list[TraceCode]
) -> None:
    before = dict(CodeBucket.objects.values_list("bucket", "version"))
    move_ownership([box(0, 3)], new, "申诉核实")
    after = dict(CodeBucket.objects.values_list("bucket", "version"))
    risen = {bucket for bucket, version in after.items() if version > before.get(bucket, 0)}
    assert risen == buckets_of([small(0), box(0, 2), box(0, 3)])


def test_moving_there_and_back_leaves_everything_as_it_was(
    old: Unit, new: Unit, case: list[TraceCode]
) -> None:
    before = (counted(), links())
    move_ownership([box(0, 3)], new, "申诉核实")
    move_ownership([box(0, 3)], old, "改判")
    assert (counted(), links()) == before
    derived_is_right()


def test_a_code_without_a_box_moves_alone(new: Unit, batch: DrugBatch) -> None:
    TraceCodeFactory.create(code=small(0), batch=batch)
    TraceCodeFactory.create(code=small(1), batch=batch)
    assert move_ownership([small(0)], new, "申诉核实").packs == 1
    assert TraceCode.objects.of(new).get().code == small(0)
    derived_is_right()


def test_codes_as_they_are_pasted() -> None:
    assert codes_in("80000010000000000001\r\n80000010000000000002\t 80000010000000000001；\n") == [
        "80000010000000000001",
        "80000010000000000002",
    ]
    assert codes_in(" \n") == []
    assert codes_in("(01)06999999999999,x") == ["(01)06999999999999,x"]


def test_scanned_codes_are_read_as_elsewhere(new: Unit, batch: DrugBatch) -> None:
    TraceCodeFactory.create(code=small(0), batch=batch)
    wide = "".join(chr(ord(figure) - ord("0") + ord("０")) for figure in small(0))
    assert move_ownership([wide, small(0)], new, "申诉核实").packs == 1
