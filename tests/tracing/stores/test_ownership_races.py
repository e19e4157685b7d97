"""Codes that staff move while uploads of both units, and of those who trade them, go on."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.factories import UnitFactory
from tests.people import Side
from tests.tracing.stores.world import counted, links, store_events, there, true_links
from tests.tracing.uploads import test_races
from tests.tracing.uploads.rows import CODES, code_rows, pack_code
from tests.tracing.uploads.test_events import store
from tests.tracing.uploads.test_races import Stage, at_once
from tests.turns import turns
from tracing.records.event_kinds import EventKind
from tracing.stores.actions_ownership import move_ownership
from tracing.stores.models_codes import Pack, TraceCode
from tracing.stores.rebuild import rebuild
from tracing.uploads import confirm
from tracing.uploads.models import Submission

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TURNS = turns(15)
stage = test_races.stage  # the fixture


def large_box(start: int) -> str:
    """The large box of the rows from `start` on, which code_rows fills with fifty packs."""
    return str(code_rows(1, start=start)[0]["lv3_trac_code"])


def everything_fits() -> None:
    """Boxes and what lies in them have one owner; counters and links need no mending."""
    boxes = dict(Pack.everything.values_list("code", "unit_id"))
    lying = TraceCode.everything.filter(voided_at=None)
    for code, middle, large, owner in lying.values_list(
        "code", "lv2_trac_code", "lv3_trac_code", "unit_id"
    ):
        assert {boxes[box] for box in (middle, large) if box} <= {owner}, code
    assert counted() == there()
    assert links() == true_links()
    kept = (counted(), links())
    rebuild()
    assert (counted(), links()) == kept


def tried(work: Callable[[], object], said: list[str]) -> None:
    """Do it; note the reasons where it was refused."""
    try:
        work()
    except Refused as refused:
        said += [problem.code for problem in refused.refusals]
    else:
        said.append("moved")


def test_of_two_moves_of_the_same_codes_neither_is_done_by_half(
    maker: Side, rival: Side, tmp_path: Path
) -> None:
    third = UnitFactory.create()
    for turn in range(TURNS):
        start = turn * 1_000
        store(maker, CODES, code_rows(10, start=start), tmp_path / f"{turn}.xlsx")
        moves = [
            partial(move_ownership, [large_box(start)], unit, "申诉核实")
            for unit in (rival.unit, third)
        ]
        said: list[str] = []
        at_once(*(partial(tried, move, said) for move in moves))
        # Whoever looks after the other is done moves the codes on.
        assert sorted(said) in (["moved", "owner_changed"], ["moved", "moved"])
        owners = TraceCode.everything.filter(code__gte=pack_code(start)).values("unit").distinct()
        assert owners.count() == 1
    everything_fits()


def test_a_move_and_an_upload_of_the_same_codes(
    maker: Side,
    rival: Side,
    stage: Stage,
) -> None:
    for turn in range(TURNS):
        start = turn * 1_000
        rows = code_rows(10, start=start)
        confirm.store(stage(maker, rows))
        again = stage(maker, [{**row, "trac_codg_sn": "SN-AGAIN"} for row in rows])
        said: list[str] = []
        move = partial(move_ownership, [large_box(start)], rival.unit, "申诉核实")
        at_once(partial(tried, move, said), partial(confirm.store, again))
        assert said == ["moved"]
        moved = TraceCode.objects.of(rival.unit).filter(code__in=[r["lv1_trac_code"] for r in rows])
        assert moved.count() == 10
        upload = Submission.everything.get(pk=again)
        assert upload.state == "stored"
        assert upload.live_rows == 0
        replaced = moved.filter(trac_codg_sn="SN-AGAIN").count()
        assert (upload.replaced, upload.rejected) in ((10, 0), (0, 10))
        assert replaced == upload.replaced
    everything_fits()


def test_the_new_owners_refused_upload_is_free_after_the_move(
    maker: Side,
    rival: Side,
    stage: Stage,
) -> None:
    rows = code_rows(10)
    confirm.store(stage(maker, rows))
    move_ownership([large_box(0)], rival.unit, "申诉核实")
    mine = stage(rival, [{**row, "trac_codg_sn": "SN-NEW"} for row in rows])
    confirm.store(mine)
    assert Submission.everything.get(pk=mine).replaced == 10
    late = stage(maker, code_rows(3, start=900))
    confirm.store(late)
    assert Submission.everything.get(pk=late).created == 3
    everything_fits()


def test_a_move_while_traders_tell_of_the_codes(maker: Side, rival: Side, tmp_path: Path) -> None:
    traders: list[Unit] = UnitFactory.create_batch(2, is_maker=False, is_distributor=True)
    for turn in range(TURNS):
        start = turn * 1_000
        store(maker, CODES, code_rows(10, start=start), tmp_path / f"{turn}.xlsx")
        codes = [pack_code(start), large_box(start)]
        at_once(
            partial(move_ownership, [large_box(start)], rival.unit, "申诉核实"),
            partial(store_events, traders[0], EventKind.CIRCULATION_IN, codes, to=traders[1]),
            partial(store_events, traders[1], EventKind.CIRCULATION_OUT, codes, to=traders[0]),
            # What the new owner told takes the first trader into the chain, once it is the owner.
            partial(store_events, rival.unit, EventKind.SHIPMENT, codes, to=traders[0]),
        )
    everything_fits()
    assert {made[0] for made in links().values() if made} == {rival.unit.pk}
