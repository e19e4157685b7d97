"""Who sees what of a code: page, list, find, command, export and counts against a model of a few
lines, over random worlds."""

from __future__ import annotations

import json
from collections import defaultdict
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.core.kinds import DISTRIBUTOR, MAKER, UnitKind
from accounts.units.models import Unit
from tests.tracing.factories import UPLOADED
from tests.tracing.stores.chain_model import (
    CHANGES,
    CODES,
    LIAR,
    LIES,
    LOTS,
    MAKERS,
    UNITS,
    Make,
    Tell,
    World,
)
from tests.tracing.stores.world import counted, links, there
from tests.turns import turns
from tracing.exports.columns import COLUMNS
from tracing.exports.rows import count, rows
from tracing.stores.membership import Claim, members
from tracing.stores.rebuild import rebuild
from tracing.traces.queries import codes, find_codes, trace
from tracing.traces.selections import ByBatch, ByDates

pytestmark = pytest.mark.django_db

DAY = UPLOADED.date()
TODAY = ByDates(DAY, DAY)
# Where the columns of an exported row stand that the model speaks of.
CODE, MIDDLE, SERIAL, TITLE, ORGANISATION = 1, 2, 5, -4, -2
PIECES = [column.name for column in COLUMNS].index("manu_cnt")
Changes = list[Tell | Make]


def kind_of(place: int) -> UnitKind:
    return MAKER if place < MAKERS else DISTRIBUTOR


def listed(unit: Unit, kind: UnitKind) -> dict[str, Any]:
    return {row.code: row for row in codes(unit, TODAY, kind=kind, size=100).rows}


def exported(unit: Unit, kind: UnitKind) -> dict[str, list[Any]]:
    """What an export holds of each code; as many rows as were counted."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows(unit, kind, TODAY):
        found[row[CODE]].append(row)
    total = sum(len(of_code) for of_code in found.values())
    assert count(unit, kind, TODAY)[:2] == (len(found), total)
    return found


def page_is_the_models(world: World, place: int | None, code: str) -> None:
    """And the command's, which prints what the page shows."""
    unit = None if place is None else world.units[place]
    expected, found = world.model.sees(place, code), trace(code, unit)
    if expected is None or found is None:
        assert (expected, found) == (None, None)
        return
    whole, nodes, apart = expected
    steps = world.steps(code, nodes) if whole else []
    assert sorted((n.title, n.organisation) for n in found.nodes) == steps
    assert sorted(t.told_by for t in found.uncorroborated) == sorted(
        world.units[tell.by].name for tell in apart
    )
    maker, packs = world.model.place(code)
    known = maker is not None and whole
    assert {box.code for box in found.boxes} == (set(packs[1:]) if known else set())
    assert found.product["trac_codg_sn"] == ("SN1" if known else "")
    assert bool(found.restricted) is not whole
    counts = [facts["cnt"] for facts in found.consumables]
    pieces = world.model.pieces(place, code) if known else 0
    assert (None if None in counts else sum(counts)) == pieces


def command_is_the_models(world: World, place: int, code: str) -> None:
    expected, out = world.model.sees(place, code), StringIO()
    try:
        call_command("trace", code, "--unit", world.units[place].slug, "--json", stdout=out)
    except CommandError:
        assert expected is None
        return
    assert expected is not None
    shown = json.loads(out.getvalue())
    steps = world.steps(code, expected[1]) if expected[0] else []
    assert sorted((n["title"], n["organisation"]) for n in shown["nodes"]) == steps
    assert len(shown["uncorroborated"]) == len(expected[2])


def lists_are_the_models(world: World, place: int) -> None:
    """The list, 单码 and the export of it."""
    unit, kind, model = world.units[place], kind_of(place), world.model
    mine = sorted(code for code, (maker, *_) in model.made.items() if maker == place)
    expected = mine if kind is MAKER else model.listed(place)
    lines, file = listed(unit, kind), exported(unit, kind)
    assert sorted(lines) == sorted(file) == expected
    linked = set()
    for code, line in lines.items():
        whole, nodes, apart = model.sees(place, code) or pytest.fail(code)
        steps = world.steps(code, nodes) if whole else []
        known = whole and model.place(code)[0] is not None
        assert (line.node_count, line.uncorroborated) == (len(steps), len(apart))
        assert line in find_codes(unit, code, kind=kind)
        assert (line.trac_codg_sn == "SN1") is known
        linked |= {code} if known else set()
        if kind is DISTRIBUTOR:
            own = {world.step(tell)[0] for tell in nodes if tell.by == place}
            assert {title for title in line.own_nodes.split("、") if title} == own
        of_code = [(row[TITLE], row[ORGANISATION]) for row in file[code]]
        assert sorted(of_code) == (steps or [("", "")])
        assert {row[SERIAL] for row in file[code]} == {"SN1" if known else ""}
        if code in LOTS and known:
            assert {row[PIECES] for row in file[code]} == {str(model.pieces(place, code) or "")}
        assert bool(file[code][0][MIDDLE]) <= known
    assert codes(unit, ByBatch("SN1"), kind=kind).total == len(linked)


@settings(max_examples=turns(150), deadline=None)
@given(changes=CHANGES, data=st.data())
def test_what_each_unit_sees_is_what_the_model_says(changes: Changes, data: st.DataObject) -> None:
    with transaction.atomic():
        world = World()
        world.apply(changes)
        concerned = [c.code for c in changes if isinstance(c, Tell)]
        concerned += data.draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=4))
        for place in (None, *range(UNITS)):
            for code in dict.fromkeys(concerned):
                page_is_the_models(world, place, code)
        for place in range(UNITS):
            lists_are_the_models(world, place)
        command_is_the_models(
            world, data.draw(st.integers(0, UNITS - 1)), data.draw(st.sampled_from(concerned))
        )
        kept = counted(), links()
        assert kept[0] == there()
        rebuild()
        assert (counted(), links()) == kept
        transaction.set_rollback(True)


def everything(world: World, place: int) -> Any:
    """All that a unit may see that counts: what stands apart is for the owner to judge."""
    unit, kind = world.units[place], kind_of(place)
    pages = {code: trace(code, unit) for code in CODES}
    shown = {
        code: found and (found.product, found.boxes, found.contents_count, found.nodes)
        for code, found in pages.items()
    }
    lines = {code: row._replace(uncorroborated=0) for code, row in listed(unit, kind).items()}
    return shown, lines, exported(unit, kind)


@settings(max_examples=turns(50), deadline=None)
@given(changes=CHANGES, lies=LIES)
def test_a_liar_changes_nothing_for_anyone_else(changes: Changes, lies: list[Tell]) -> None:
    with transaction.atomic():
        world = World()
        world.apply(changes)
        before = [everything(world, place) for place in range(UNITS)]
        world.apply(lies)
        assert [everything(world, place) for place in range(UNITS)] == before
        assert world.model.listed(LIAR) == sorted(listed(world.units[LIAR], DISTRIBUTOR))
        transaction.set_rollback(True)


NAMES = st.sampled_from("abcdef")


@given(
    owner=st.one_of(st.none(), NAMES),
    claims=st.lists(st.builds(Claim, teller=NAMES, named=st.one_of(st.none(), NAMES))),
    lifted=st.booleans(),
)
def test_the_members_are_the_least_set_that_the_rule_asks_for(
    owner: str | None, claims: list[Claim], lifted: bool
) -> None:
    found = members(owner, claims, lifted=lifted)
    seeds = ({owner} if owner else set()) | ({c.teller for c in claims} if lifted else set())
    assert seeds <= found
    assert all(c.named is None or c.named in found for c in claims if c.teller in found)
    # Nobody is in it by a claim of somebody outside: each can be reached from a seed.
    reached = seeds
    for _ in claims:
        reached = reached | {c.named for c in claims if c.teller in reached and c.named}
    assert found == reached
