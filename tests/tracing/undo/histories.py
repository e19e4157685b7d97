"""Random histories of uploads, corrections, voids, moves and undos, and a twin of each in which the
undone uploads never were.

Rows go in as a check and 确认 put them there, but for the file, which costs most of the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import F
from hypothesis import strategies as st

from portal.lib.clock import SHANGHAI, local_today
from portal.lib.refused import Refused
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads import devices
from tests.tracing.uploads.rows import CODES, INFO, example, pack_code
from tests.tracing.uploads.test_events import CIRCULATION, SHIPMENT, inbound, shipment
from tracing.core.fault_levels import levels_in_force
from tracing.records import RECORDS
from tracing.records.checking import check_rows
from tracing.records.event_kinds import EventKind
from tracing.records.terms import Context
from tracing.stores import ownership
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import Pack, TraceCode, UnitCode
from tracing.stores.models_consumables import ConsumableItem
from tracing.stores.models_events import TraceEvent
from tracing.stores.registry import store_of
from tracing.stores.target import UNDOABLE_FOR
from tracing.stores.undoing import Undo
from tracing.stores.voiding import void
from tracing.traces.chains import chains
from tracing.uploads import stage, untouched
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.rejected import unstage_all

# Two makers, of whom the second gets what staff move, and two distributors.
MAKERS, DEALERS = 2, 2
PACKS, MIDDLES, LARGES = 4, 3, 2
# Where rows are kept, by the name of the table.
KEPT = {m._meta.db_table: m for m in (TraceCode, TraceEvent, DrugBatch, ConsumableItem)}
BEGIN = datetime(2026, 3, 1, 9, tzinfo=SHANGHAI)


def middle(number: int) -> str:
    return pack_code(number, 8000002)


def large(number: int) -> str:
    return pack_code(number, 8000003)


EVENTS = (SHIPMENT, CIRCULATION, devices.SHIPMENT)
DRUGS = [
    *map(pack_code, range(PACKS)),
    *map(middle, range(MIDDLES)),
    *map(large, range(LARGES)),
]
# Two consumables; two lots and a piece of the first, a piece of the second; a box for the pieces.
ITEMS = ((devices.MCS, devices.DI), ("C0101010010100199002", "(01)06972253600013"))
LOTS = [f"{devices.DI}(10)A", f"{devices.DI}(10)B"]
DEVICES = [*LOTS, f"{devices.DI}(10)A(21)1", f"{ITEMS[1][1]}(10)A(21)1"]
BOX = "(01)16999000000015(10)A(21)1"
# Everything that events may be told of.
TOLD = [*DRUGS, *DEVICES]


class Upload(NamedTuple):
    """A file; `rows` are as its record wants them from `_rows`. A correction goes on with an
    earlier upload of the same record and unit, by its place among all uploads."""

    record: str
    by: int
    rows: tuple[tuple[Any, ...], ...]
    corrects: int | None = None


class Void(NamedTuple):
    """删除 of rows by keys that may be there."""

    record: str
    by: int
    keys: tuple[int, ...]


class Move(NamedTuple):
    """归属变更 of a code to a maker."""

    code: int
    to: int


class Take(NamedTuple):
    """撤销 of an upload, by its place among all uploads."""

    upload: int


Act = Upload | Void | Move | Take
_places = st.lists(st.integers(0, PACKS - 1), min_size=1, max_size=4, unique=True)


@st.composite
def _codes(draw: st.DrawFn) -> Upload:
    """Packs in boxes; each file has one place for each box."""
    larges = draw(st.tuples(*[st.sampled_from([None, 0, 1])] * MIDDLES))
    rows = []
    for place in draw(_places):
        box = draw(st.sampled_from([None, *range(MIDDLES)]))
        rows.append((place, draw(st.integers(0, 1)), box, None if box is None else larges[box]))
    return Upload(CODES, draw(st.sampled_from([0, 0, 0, 1])), tuple(rows))


@st.composite
def _batches(draw: st.DrawFn) -> Upload:
    serials = draw(st.lists(st.integers(0, 1), min_size=1, max_size=2, unique=True))
    rows = [(serial, draw(st.integers(0, 2)), draw(st.booleans())) for serial in serials]
    return Upload(INFO, draw(st.sampled_from([0, 0, 1])), tuple(rows))


@st.composite
def _events(draw: st.DrawFn) -> Upload:
    record = draw(st.sampled_from([SHIPMENT, CIRCULATION]))
    # Mostly of the same few, so that files meet.
    some = st.sampled_from(
        [0, 0, 1, 1, 2, PACKS, *range(len(TOLD if record == CIRCULATION else DRUGS))]
    )
    told = draw(st.lists(some, min_size=1, max_size=4, unique=True))
    documents = st.sampled_from([0, 0, 0, 1])
    rows = [
        (place, draw(documents), draw(st.integers(0, DEALERS - 1)), draw(st.booleans()))
        for place in told
    ]
    by = draw(st.sampled_from([0, 0, 0, 1]))
    return Upload(record, by, tuple(rows))


@st.composite
def _items(draw: st.DrawFn) -> Upload:
    items = draw(st.lists(st.integers(0, 1), min_size=1, max_size=2, unique=True))
    rows = [(item, draw(st.integers(0, 2))) for item in items]
    return Upload(devices.ITEM, draw(st.sampled_from([0, 0, 0, 1])), tuple(rows))


@st.composite
def _devices(draw: st.DrawFn) -> Upload:
    """Lots of some pieces, and pieces that lie in a box or in none."""
    places = draw(st.lists(st.integers(0, len(DEVICES) - 1), min_size=1, max_size=3, unique=True))
    rows = [(place, draw(st.sampled_from([10, 20, 30])), draw(st.booleans())) for place in places]
    return Upload(devices.CODES, draw(st.sampled_from([0, 0, 0, 1])), tuple(rows))


@st.composite
def _leaving(draw: st.DrawFn) -> Upload:
    """Pieces of lots, and single pieces, that leave in one of two papers."""
    told = draw(st.lists(st.sampled_from([0, 0, 1, 2, 3]), min_size=1, max_size=3, unique=True))
    rows = [
        (
            *(place, draw(st.integers(0, 1)), draw(st.sampled_from([2, 5, 10, 20]))),
            draw(st.sampled_from([True, True, False])),
        )
        for place in told
    ]
    return Upload(devices.SHIPMENT, draw(st.sampled_from([0, 0, 0, 1])), tuple(rows))


_of_drugs = st.one_of(_codes(), _codes(), _batches(), _events())
_of_devices = st.one_of(_items(), _devices(), _leaving(), _leaving())
_uploads = st.one_of(_of_drugs, _of_devices)
_voids = st.builds(
    Void,
    st.sampled_from(
        [CODES, INFO, SHIPMENT, CIRCULATION, devices.ITEM, devices.CODES, devices.SHIPMENT]
    ),
    st.integers(0, 1),
    _places.map(tuple),
)
_moves = st.builds(Move, st.integers(0, len(TOLD) - 1), st.integers(0, 1))


def _of(uploads: list[int]) -> st.SearchStrategy[int]:
    """Any upload, mostly one of the latest: they replaced most and have not been built on."""
    return st.sampled_from([*uploads, *uploads[-2:], *uploads[-1:] * 3])


@st.composite
def histories(draw: st.DrawFn) -> list[Act]:
    """Uploads and what else happens, with at least one undo of what came before it."""
    acts: list[Act] = []
    uploads: list[Upload] = []
    taken: set[int] = set()
    for _ in range(draw(st.integers(3, 9))):
        act = draw(st.one_of(_uploads, _uploads, _voids, _moves, st.just(None)))
        if act is None:
            left = [n for n in range(len(uploads)) if n not in taken]
            # A correction is undone with the upload that it belongs to.
            left = [n for n in left if uploads[n].corrects is None]
            if left:
                taken.add(number := draw(_of(left)))
                acts.append(Take(number))
            continue
        if isinstance(act, Upload):
            before = [
                n
                for n, other in enumerate(uploads)
                if (other.record, other.by, other.corrects) == (act.record, act.by, None)
                and n not in taken
            ]
            if before and draw(st.integers(0, 3)) == 0:
                act = act._replace(corrects=draw(st.sampled_from(before)))
            uploads.append(act)
        acts.append(act)
    left = [n for n, u in enumerate(uploads) if n not in taken and u.corrects is None]
    if left:
        acts.append(Take(draw(_of(left))))
    return acts


@dataclass
class World:
    """What a history leaves; `never` are the uploads that are left out, with their undos."""

    makers: Sequence[Side]
    dealers: Sequence[Side]
    never: frozenset[int] = frozenset()
    # By one name in both worlds, so that their rows say the same; a correction by its upload's.
    uploads: list[UUID] = field(default_factory=list)
    # What each act did not do: rows that were refused, or that stay.
    refused: list[frozenset[str]] = field(default_factory=list)
    stay: set[str] = field(default_factory=set)

    def run(self, acts: Iterable[Act]) -> None:
        """Do one act after the other, each an hour later."""
        for hour, act in enumerate(acts):
            now = BEGIN + timedelta(hours=hour)
            self.refused.append(frozenset(self._do(act, now)))

    def _do(self, act: Act, now: datetime) -> set[str]:
        match act:
            case Upload():
                return self._come(act, now)
            case Void():
                return self._void(act, now)
            case Move():
                return self._move(act, now)
        if act.upload not in self.never:
            self._undo(act.upload, now)
        return set()

    def _come(self, act: Upload, now: datetime) -> set[str]:
        number = len(self.uploads)
        first = number if act.corrects is None else act.corrects
        self.uploads.append(uuid5(NAMESPACE_OID, str(first)))
        return set() if first in self.never else self._upload(act, number, now)

    def _side(self, act: Upload | Void) -> Side:
        return (self.dealers if act.record == CIRCULATION else self.makers)[act.by]

    def _upload(self, act: Upload, number: int, now: datetime) -> set[str]:
        who, record = self._side(act), RECORDS[act.record]
        rows = [self._row(act, row) for row in act.rows]
        pk = self.uploads[number]
        submission = Submission.everything.filter(pk=pk).first() or Submission.objects.create(
            pk=pk,
            unit=who.unit,
            agent=who.agent,
            record_code=act.record,
            source="command",
            state="checking",
            received_at=now,
            undoable_until=now + UNDOABLE_FOR,
        )
        # A row has its number in all files of an upload; in the first one none had failed before.
        numbers = [1 + 10 * row[0] + (row[1] if act.record in EVENTS else 0) for row in act.rows]
        cells = {c.name: [row.get(c.name) for row in rows] for c in record.columns}
        world = Context(local_today(), who.unit.uscc, levels_in_force(), numbers)
        checked = check_rows(record, cells, world)
        submission.rounds = submission.stored_rounds + 1
        RejectedRow.objects.bulk_create(
            RejectedRow(submission=submission, row=row, round=1, cells=[], faults=[])
            for row in (numbers if submission.rounds > 1 else ())
            if not RejectedRow.objects.filter(submission=submission, row=row).exists()
        )
        outcome = stage.stage(submission, submission.rounds, numbers, cells, checked)
        failed = RejectedRow.objects.filter(submission=submission, row__in=numbers, mended_in=None)
        refused = set(failed.values_list("row", flat=True))
        keys = {
            self._codes_of(act, row)
            for row, place in zip(act.rows, numbers, strict=True)
            if place in refused
        }
        if outcome.staged:
            store = store_of(act.record)
            known = outcome.sight["known"]
            counts = store.store(pk, who.unit.pk, now, none_known=known == 0)
            Submission.everything.filter(pk=pk).update(
                rests_on=untouched.rests_on(submission, unchanged=counts.unchanged),
                live_rows=F("live_rows") + counts.written,
                stored_at=now,
            )
        unstage_all(submission)
        submission.stored_rounds = submission.checked_rounds = submission.rounds
        submission.save(update_fields=["rounds", "stored_rounds", "checked_rounds"])
        return {code for key in keys for code in key}

    def _row(self, act: Upload, row: tuple[Any, ...]) -> dict[str, Any]:
        who = self._side(act)
        match act.record, row:
            case "domestic-drug-codes", (place, serial, box, around):
                return example(
                    CODES,
                    trac_codg_sn=f"SN{serial}",
                    lv1_trac_code=pack_code(place),
                    lv2_trac_code=None if box is None else middle(box),
                    lv3_trac_code=None if around is None else large(around),
                )
            case "domestic-drug-info", (serial, spec, same):
                more = {} if same else {"prod_code": "6999000000025"}
                return example(INFO, trac_codg_sn=f"SN{serial}", spec=f"0.{spec + 1}g", **more)
            case "domestic-drug-shipment", (place, document, to, sent):
                return shipment(
                    who,
                    self.dealers[to],
                    TOLD[place],
                    shp_sin_no=f"D{document}",
                    shp_stas="已发货" if sent else "待发货",
                )
            case "circulation", (place, document, to, typed):
                return inbound(
                    who,
                    self.makers[0],
                    TOLD[place],
                    inv_chg_no=f"D{document}",
                    shpp_org_name=self.dealers[to].unit.name,
                    manu_lotnum="L1" if typed else "L2",
                )
        return self._device_row(act, row)

    def _device_row(self, act: Upload, row: tuple[Any, ...]) -> dict[str, Any]:
        match act.record, row:
            case devices.ITEM, (which, name):
                mcs, udi = ITEMS[which]
                return devices.item(mcs_code=mcs, udi=udi, mcs_name=f"某某导管{name}")
            case devices.CODES, (place, count, boxed):
                lot = place < len(LOTS)
                return devices.code(
                    DEVICES[place],
                    mcs_code=_mcs_of(place),
                    manu_lotnum=DEVICES[place].partition("(10)")[2][0],
                    cnt=str(count) if lot else None,
                    lv2_trac_code=BOX if boxed and not lot else None,
                )
            case devices.SHIPMENT, (place, document, count, gone):
                return devices.sent(
                    self._side(act),
                    self.dealers[0],
                    DEVICES[place],
                    cnt=str(count) if place < len(LOTS) else None,
                    shp_sin_no=f"D{document}",
                    shp_stas="已发货" if gone else "待发货",
                )
        raise ValueError(f"no row of {act.record} is {row}")

    @staticmethod
    def _codes_of(act: Upload, row: tuple[Any, ...]) -> tuple[str, ...]:
        """What a row is about: its code and boxes, or its batch."""
        if act.record == INFO:
            return (f"SN{row[0]}",)
        if act.record == CODES:
            place, serial, box, around = row
            named = [pack_code(place), f"SN{serial}"]
            named += [] if box is None else [middle(box)]
            return (*named, *([] if around is None else [large(around)]))
        if act.record == devices.ITEM:
            return (ITEMS[row[0]][0],)
        if act.record == devices.CODES:
            return (DEVICES[row[0]], _mcs_of(row[0]), BOX)
        return ((DEVICES if act.record == devices.SHIPMENT else TOLD)[row[0]],)

    def _void(self, act: Void, now: datetime) -> set[str]:
        who = self._side(act)
        keys: list[tuple[str, ...]]
        match act.record:
            case "domestic-drug-codes":
                keys = [(pack_code(n),) for n in act.keys]
            case "domestic-drug-info":
                keys = [(f"SN{n}",) for n in act.keys[:1] if n < 2]
            case devices.CODES:
                keys = [(DEVICES[n],) for n in act.keys if n < len(DEVICES)]
            case devices.ITEM:
                keys = [ITEMS[n] for n in act.keys[:1] if n < len(ITEMS)]
            case _:
                codes = DEVICES if act.record == devices.SHIPMENT else TOLD
                told = TraceEvent.objects.of(who.unit).filter(
                    code__in=[codes[n] for n in act.keys if n < len(codes)],
                    document="D0",
                    voided_at=None,
                )
                keys = list(told.values_list("code", "kind", "document"))
        try:
            void(act.record, who.unit.pk, keys, "录入错误", now)
        except Refused:
            return {key[0] for key in keys}
        return set()

    def _move(self, act: Move, now: datetime) -> set[str]:
        code, new = TOLD[act.code], self.makers[act.to].unit.pk
        owners = [
            *TraceCode.everything.filter(code=code).values_list("unit_id", flat=True),
            *Pack.everything.filter(code=code).values_list("unit_id", flat=True),
        ]
        if not owners or owners[0] == new:
            return {code}
        name = uuid5(NAMESPACE_OID, f"move {now}")
        planned = ownership.move([code], owners[0], new, name, now)
        done = not planned.problems and planned.owner == owners[0]
        return set() if done else {code}

    def _undo(self, number: int, now: datetime) -> None:
        pk = self.uploads[number]
        submission = Submission.everything.get(pk=pk)
        store = store_of(submission.record_code)
        outcome = Undo(store, submission.pk, submission.unit_id).run(now)
        Submission.everything.filter(pk=pk).update(state="undone", undone_at=now)
        assert sum(outcome.stay.values()) == len(outcome.first)
        # The key of a row begins with its code, or is its batch.
        self.stay |= {row.key.split(" ")[0] for row in outcome.first}
        left = KEPT[store.TARGET.table].everything.filter(submission_id=pk, voided_at=None)
        assert not left.exists(), "no live row is an undone upload's"
        fresh = Submission.everything.get(pk=pk)
        assert fresh.live_rows == 0
        for other in Submission.everything.all():
            kept = KEPT[store_of(other.record_code).TARGET.table]
            rows = kept.everything.filter(submission_id=other.pk, voided_at=None)
            assert other.live_rows == rows.count(), other.record_code
        assert not exceeded()

    def rows(self) -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
        """The live rows by key, with what they say; not when they came first, which stays with a
        row that another upload has replaced. The first name in a key is what it is about."""
        serials = DrugBatch.everything.filter(voided_at=None)
        codes = TraceCode.everything.filter(voided_at=None)
        events = TraceEvent.everything.filter(voided_at=None)
        items = ConsumableItem.everything.filter(voided_at=None)
        listed = UnitCode.everything.filter(voided_at=None)
        held = {box for c in codes for box in (c.lv2_trac_code, c.lv3_trac_code) if box}
        boxes = Pack.everything.filter(code__in=held)
        return {
            "batches": {(b.trac_codg_sn, b.unit_id): (b.spec, b.prod_code) for b in serials},
            "items": {(i.mcs_code, i.udi, i.unit_id): (i.mcs_name, i.udi_di) for i in items},
            "codes": {
                (c.code,): (
                    *(c.unit_id, c.trac_codg_sn, c.lv2_trac_code, c.lv3_trac_code),
                    *(c.quantity, c.med_list_codg, c.udi_di, c.is_lot),
                )
                for c in codes
            },
            "boxes": {(p.code,): (p.unit_id, p.level, p.parent) for p in boxes},
            "events": {
                (e.code, e.kind, e.unit_id, e.document): (
                    e.status,
                    e.receiver_uscc,
                    e.node,
                    sorted(e.details.items()),
                    e.quantity,
                )
                for e in events
            },
            "lists": {
                (k.code, k.unit_id): (k.batch is not None, k.owner_id, k.trac_codg_sn)
                for k in listed
            },
            "traces": {
                (code,): (chain.members, sorted(chain.events, key=repr))
                for code, chain in chains(TOLD).items()
            },
        }


def exceeded() -> list[str]:
    """Lots of which their maker sent more than they have."""
    gone: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for event in TraceEvent.everything.filter(
        voided_at=None, node__isnull=False, kind=EventKind.SHIPMENT.value
    ):
        gone[event.unit_id, event.code] += event.quantity or 1
    lots = TraceCode.everything.filter(voided_at=None, is_lot=True)
    return [lot.code for lot in lots if gone[lot.unit_id, lot.code] > lot.quantity]


def _mcs_of(place: int) -> str:
    """The 医保耗材代码 of a piece or a lot."""
    return next(mcs for mcs, udi in ITEMS if DEVICES[place].startswith(udi))


def sides() -> tuple[list[Side], list[Side]]:
    """Makers and distributors."""
    makers = [side(UnitFactory.create()) for _ in range(MAKERS)]
    dealers = [
        side(UnitFactory.create(is_maker=False, is_distributor=True)) for _ in range(DEALERS)
    ]
    return makers, dealers


def together() -> list[set[str]]:
    """Codes and boxes that lie together, voided or not."""
    packs = [{c.code, c.lv2_trac_code, c.lv3_trac_code} for c in TraceCode.everything.all()]
    boxes = [{p.code, p.parent} for p in Pack.everything.all()]
    return [{code for code in group if code} for group in packs + boxes]


def around(names: set[str], groups: Iterable[set[str]]) -> set[str]:
    """These names and all that lies together with them."""
    groups = list(groups)
    while True:
        more = names.union(*(group for group in groups if group & names))
        if more == names:
            return names
        names = more
