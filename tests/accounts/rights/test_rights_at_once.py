"""Granting, handing over, standing in and removing at the same instant.

Never two holders, never a gap in a hand-over, and every refusal by name.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import pytest
from django.db import connection

from accounts.agents.actions import add_member, remove_member
from accounts.agents.models import Agent, Membership
from accounts.log.models import OperationLog
from accounts.rights import queries
from accounts.rights.actions_asking import (
    grant_request,
    refuse_request,
    request_access,
    withdraw_request,
)
from accounts.rights.actions_granting import grant, revoke, save_permissions
from accounts.rights.actions_handing_over import end_stand_in, hand_over, stand_in
from accounts.rights.models import Authorization, StandIn
from accounts.rights.queries import open_requests, stand_ins
from accounts.units.models import Unit
from tests.accounts.rights.rights import BUSINESS, in_hours
from tests.accounts.rights.test_granting_at_once import ROUNDS, at_once
from tests.factories import AgentFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unit() -> Unit:
    """A maker."""
    made: Unit = UnitFactory.create()
    return made


@pytest.fixture
def agents(unit: Unit) -> list[Agent]:
    """Three agents of the unit; the first holds the business."""
    made = [AgentFactory.create(units=[unit]) for _ in range(3)]
    grant(unit, made[0], BUSINESS)
    return made


def handing(unit: Unit, holder: Agent, to: Agent) -> Callable[[], object]:
    return lambda: hand_over(unit, BUSINESS, holder_id=holder.pk, to=to)


def standing(unit: Unit, holder: Agent, agent: Agent) -> Callable[[], object]:
    return lambda: stand_in(unit, BUSINESS, agent, holder_id=holder.pk, ends_at=in_hours(1))


class Seen(NamedTuple):
    """What a reader found: how many hold the business, and who may do it."""

    holders: int
    acting: Agent | None


@contextmanager
def watching(unit: Unit) -> Iterator[set[Seen]]:
    """Read over and over who may do the business; gives every different answer."""
    seen: set[Seen] = set()
    stop = threading.Event()
    begun = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                live = Authorization.objects.of(unit).filter(business=BUSINESS, revoked_at=None)
                seen.add(Seen(live.count(), queries.acting(unit).get(BUSINESS)))
                begun.set()
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    try:
        yield seen
    finally:
        stop.set()
        reader.join()


def test_a_reader_beside_hand_overs_always_sees_one_holder(unit: Unit, agents: list[Agent]) -> None:
    with watching(unit) as seen:
        for number in range(ROUNDS):
            handing(unit, agents[number % 2], agents[1 - number % 2])()
    assert seen == {Seen(1, agents[0]), Seen(1, agents[1])}


def test_of_two_hand_overs_at_once_one_wins(unit: Unit, agents: list[Agent]) -> None:
    holder, *others = agents
    with watching(unit) as seen:
        for _ in range(ROUNDS):
            ends = at_once(*(handing(unit, holder, to) for to in others))
            assert sorted(ends) == ["done", "holder_changed"]
            winner = others[ends.index("done")]
            assert queries.holder(unit, BUSINESS) == winner
            handing(unit, winner, holder)()
    assert seen == {Seen(1, agent) for agent in agents}
    assert_unbroken(unit)


def assert_unbroken(unit: Unit) -> None:
    """Each authorisation of the business ends in the moment the next begins."""
    rows = list(Authorization.objects.of(unit).filter(business=BUSINESS).order_by("pk"))
    assert len(rows) == 2 * ROUNDS + 1
    assert all(a.revoked_at == b.granted_at for a, b in zip(rows, rows[1:], strict=False))
    assert rows[-1].revoked_at is None


def test_granting_beside_a_hand_over_is_refused(unit: Unit, agents: list[Agent]) -> None:
    holder, new, third = agents
    for _ in range(ROUNDS):
        handed, granted = at_once(handing(unit, holder, new), lambda: grant(unit, third, BUSINESS))
        assert (handed, granted) == ("done", "business_held")
        handing(unit, new, holder)()


def test_taking_away_beside_a_hand_over(unit: Unit, agents: list[Agent]) -> None:
    holder, new, _ = agents
    for _ in range(ROUNDS):
        handed, taken = at_once(handing(unit, holder, new), lambda: revoke(unit, holder, BUSINESS))
        assert taken == "done"
        assert handed in ("done", "business_free")
        assert queries.holder(unit, BUSINESS) == (new if handed == "done" else None)
        save_permissions(unit, new, [])
        grant(unit, holder, BUSINESS)


def test_of_two_stand_ins_at_once_one_wins(unit: Unit, agents: list[Agent]) -> None:
    holder, *others = agents
    for _ in range(ROUNDS):
        ends = at_once(*(standing(unit, holder, agent) for agent in others))
        assert sorted(ends) == ["done", "stand_in_overlaps"]
        assert queries.acting(unit)[BUSINESS] == others[ends.index("done")]
        (made,) = stand_ins(unit)
        end_stand_in(unit, made.pk)


def test_standing_in_beside_a_hand_over(unit: Unit, agents: list[Agent]) -> None:
    holder, new, third = agents
    for _ in range(ROUNDS):
        handed, stood = at_once(handing(unit, holder, new), standing(unit, holder, third))
        assert handed == "done"
        assert stood in ("done", "holder_changed")
        # Whichever came first, the old holder's stand-in does not reach into the new one's time.
        assert queries.acting(unit)[BUSINESS] == new
        assert stand_ins(unit) == []
        handing(unit, new, holder)()


def test_removing_the_receiver_beside_a_hand_over(unit: Unit, agents: list[Agent]) -> None:
    holder, new, _ = agents
    for _ in range(ROUNDS):
        handed, removed = at_once(handing(unit, holder, new), lambda: remove_member(unit, new))
        assert removed == "done"
        assert handed in ("done", "not_a_member")
        assert queries.holder(unit, BUSINESS) == (None if handed == "done" else holder)
        add_member(unit, new)
        if handed == "done":
            grant(unit, holder, BUSINESS)


def test_removing_the_holder_beside_a_hand_over(unit: Unit, agents: list[Agent]) -> None:
    holder, new, _ = agents
    for _ in range(ROUNDS):
        handed, removed = at_once(handing(unit, holder, new), lambda: remove_member(unit, holder))
        assert removed == "done"
        assert handed in ("done", "business_free")
        assert queries.holder(unit, BUSINESS) == (new if handed == "done" else None)
        add_member(unit, holder)
        save_permissions(unit, new, [])
        grant(unit, holder, BUSINESS)


def test_removing_the_stand_in_beside_standing_in(unit: Unit, agents: list[Agent]) -> None:
    holder, other, _ = agents
    for _ in range(ROUNDS):
        stood, removed = at_once(standing(unit, holder, other), lambda: remove_member(unit, other))
        assert removed == "done"
        assert stood in ("done", "not_a_member")
        assert queries.acting(unit)[BUSINESS] == holder
        add_member(unit, other)
    members = Membership.objects.of(unit).values("agent")
    assert not StandIn.objects.of(unit).filter(ended_at=None).exclude(agent__in=members).exists()


def test_granting_beside_removing(unit: Unit, agents: list[Agent]) -> None:
    holder, other, _ = agents
    revoke(unit, holder, BUSINESS)
    for _ in range(ROUNDS):
        granted, removed = at_once(
            lambda: grant(unit, other, BUSINESS),
            lambda: remove_member(unit, other),
        )
        assert removed == "done"
        assert granted in ("done", "not_a_member")
        assert queries.holder(unit, BUSINESS) is None
        add_member(unit, other)


def test_all_four_at_once(unit: Unit, agents: list[Agent]) -> None:
    holder, new, third = agents
    named = {
        "hand": {"done", "not_a_member", "holder_changed", "business_free"},
        "stand": {"done", "not_a_member", "holder_changed", "business_free"},
        "grant": {"done", "business_held"},
        "remove": {"done"},
    }
    for _ in range(ROUNDS):
        ends = at_once(
            handing(unit, holder, new),
            standing(unit, holder, new),
            lambda: grant(unit, third, BUSINESS),
            lambda: remove_member(unit, new),
        )
        for end, known in zip(ends, named.values(), strict=True):
            assert end in known
        live = Authorization.objects.of(unit).filter(business=BUSINESS, revoked_at=None)
        assert live.count() <= 1
        present = queries.holder(unit, BUSINESS)
        assert queries.acting(unit).get(BUSINESS) == present
        add_member(unit, new)
        if present and present != holder:
            handing(unit, present, holder)()
        elif present is None:
            grant(unit, holder, BUSINESS)
    assert OperationLog.objects.of(unit).filter(action="member-removed").count() == ROUNDS


def test_asking_and_granting_at_once(unit: Unit, agents: list[Agent]) -> None:
    holder, other, _ = agents
    revoke(unit, holder, BUSINESS)
    for _ in range(5):
        asked, granted = at_once(
            lambda: request_access(unit, other, BUSINESS),
            lambda: grant(unit, other, BUSINESS),
        )
        assert granted == "done"
        assert asked in ("done", "holds_already")
        assert open_requests(unit) == []
        revoke(unit, other, BUSINESS)


def test_two_requests_at_once_make_one(unit: Unit, agents: list[Agent]) -> None:
    for number in range(5):
        agent = AgentFactory.create(units=[unit])
        ask = partial(request_access, unit, agent, BUSINESS)
        ends = at_once(ask, ask)
        assert sorted(ends) == ["done", "request_open"]
        assert len(open_requests(unit)) == number + 1


def test_answering_a_request_twice_at_once(unit: Unit, agents: list[Agent]) -> None:
    holder, other, _ = agents
    revoke(unit, holder, BUSINESS)
    for _ in range(5):
        agent = AgentFactory.create(units=[unit])
        request = request_access(unit, agent, BUSINESS)
        ends = at_once(
            partial(grant_request, unit, request.pk),
            partial(refuse_request, unit, request.pk),
            partial(withdraw_request, unit, agent, request.pk),
        )
        assert sorted(ends) == ["done", "request_over", "request_over"]
        request.refresh_from_db()
        held = queries.holder(unit, BUSINESS)
        assert held == (agent if ends[0] == "done" else None)
        save_permissions(unit, agent, [])
