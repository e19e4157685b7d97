"""Why codes are not moved: every reason, said code by code, and nothing has changed."""

from collections.abc import Sequence

import pytest
from django.utils import timezone

from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.factories import UnitFactory
from tests.tracing.factories import DrugBatchFactory, TraceCodeFactory, box, small
from tests.tracing.stores.ownership.conftest import SERIAL
from tracing.stores import actions_ownership as ownership_actions
from tracing.stores import ownership
from tracing.stores.actions_ownership import move_ownership, preview_ownership
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_codes import TraceCode

pytestmark = pytest.mark.django_db


def problems(codes: Sequence[str], to: Unit) -> list[tuple[str, str, tuple[str, ...]]]:
    """Why the codes cannot be moved; moving says the same and changes nothing."""
    before = list(TraceCode.everything.order_by("pk").values_list())
    found = preview_ownership(codes, to).problems
    with pytest.raises(Refused) as error:
        move_ownership(codes, to, "申诉")
    assert list(error.value.refusals) == found
    assert list(TraceCode.everything.order_by("pk").values_list()) == before
    assert not RowHistory.everything.exists()
    assert all(problem.message for problem in found)
    return [(found.place, found.code, tuple(found.detail.values())) for found in found]


def test_a_pack_does_not_leave_its_box(new: Unit, case: list[TraceCode]) -> None:
    assert problems([small(0), small(1), small(11)], new) == [
        (small(0), "lies_in_box", (box(0, 2), "2")),
        (small(0), "lies_in_box", (box(0, 3), "3")),
        (small(11), "lies_in_box", (box(1, 2), "1")),
    ]
    found = problems([box(0, 2)], new)
    assert {detail[0] for _, fault, detail in found} == {box(0, 3)}


def test_codes_that_nobody_has_are_named(new: Unit, case: list[TraceCode]) -> None:
    assert problems([box(0, 3), small(999)], new) == [(small(999), "code_not_found", ())]
    assert problems(["太短", box(0, 3)], new) == [("太短", "not_a_code", ())]


def test_codes_of_several_owners_do_not_move_together(
    old: Unit, new: Unit, batch: DrugBatch
) -> None:
    TraceCodeFactory.create(code=small(0), batch=batch)
    third = DrugBatchFactory.create()
    TraceCodeFactory.create(code=small(1), batch=third)
    found = problems([small(0), small(1)], new)
    assert [fault for _, fault, _ in found] == ["owner_differs"]
    assert preview_ownership([small(0), small(1)], new).owner is None


def test_codes_that_are_there_already_are_named(new: Unit, batch: DrugBatch) -> None:
    TraceCodeFactory.create(code=small(0), batch=batch)
    TraceCodeFactory.create(code=small(1), batch=DrugBatchFactory.create(unit=new))
    assert problems([small(0), small(1)], new) == [(small(1), "owner_same", ())]
    assert problems([small(1)], new) == [(small(1), "owner_same", ())]


def test_a_batch_that_says_something_else_is_named(new: Unit, case: list[TraceCode]) -> None:
    DrugBatchFactory.create(unit=new, trac_codg_sn=SERIAL, prod_code="06999999999999")
    assert problems([box(0, 3)], new) == [(small(0), "batch_says_other", (SERIAL, "20"))]


def test_lists_that_are_none(new: Unit, case: list[TraceCode]) -> None:
    assert problems([], new) == [("", "codes_missing", ())]
    assert problems([small(n) for n in range(1001)], new) == [
        ("", "codes_too_many", ("1001", "1000"))
    ]


def test_only_open_makers_get_codes(new: Unit, case: list[TraceCode]) -> None:
    trader = UnitFactory.create(name="丙公司", is_maker=False, is_distributor=True)
    assert problems([box(0, 3)], trader) == [("", "unit_makes_nothing", ("丙公司", "生产企业"))]
    new.closed_at = timezone.now()
    assert problems([box(0, 3)], new)[0][1] == "unit_makes_nothing"


def test_too_many_packs_in_boxes(
    new: Unit, case: list[TraceCode], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "MOST_MOVED", 30)
    assert problems([box(0, 3), box(1, 3)], new) == [("", "too_many_codes", ("40", "30"))]
    monkeypatch.setattr(ownership, "MOST_MOVED", 40)
    assert move_ownership([box(0, 3), box(1, 3)], new, "申诉核实").packs == 40


@pytest.mark.parametrize("reason", ["", "   ", "因" * 201])
def test_a_reason_is_needed(new: Unit, case: list[TraceCode], reason: str) -> None:
    with pytest.raises(Refused, match="没有填写原因") as caught:
        move_ownership([box(0, 3)], new, reason)
    assert caught.value.code == "move_reason_missing"
    assert not TraceCode.objects.of(new).exists()


def test_codes_that_were_moved_since_they_were_looked_at(
    old: Unit, new: Unit, case: list[TraceCode], monkeypatch: pytest.MonkeyPatch
) -> None:
    third = UnitFactory.create()

    def overtaken(codes: Sequence[str], to: Unit) -> ownership.Plan:
        monkeypatch.undo()
        planned = preview_ownership(codes, to)
        move_ownership(codes, third, "另一申诉")
        return planned

    monkeypatch.setattr(ownership_actions, "preview_ownership", overtaken)
    with pytest.raises(Refused) as error:
        move_ownership([box(0, 3)], new, "申诉核实")
    assert [found.code for found in error.value.refusals] == ["owner_changed"]
    assert TraceCode.objects.of(third).count() == 20
    assert not TraceCode.objects.of(new).exists()
