"""撤销 of uploads of consumables: items, packings, pieces, lots, and what left a lot."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.people import Side
from tests.tracing.undo.undoing import undo
from tests.tracing.uploads.devices import (
    CODES,
    ITEM,
    LOT,
    SHIPMENT,
    SPEC,
    Uploads,
    code,
    item,
    piece,
    sent,
)
from tests.tracing.uploads.rows import example
from tracing.records.bindings import BINDINGS
from tracing.stores import row_key
from tracing.stores.models import RepeatedRow, RowHistory
from tracing.stores.models_codes import Pack, TraceCode
from tracing.stores.models_consumables import ConsumableItem, ConsumableSpec
from tracing.stores.models_events import TraceEvent
from tracing.stores.undoing import FAULT
from tracing.uploads.models import Submission
from tracing.uploads.row_history import history
from tracing.uploads.shown_undo import STAYS, shown_undo

pytestmark = pytest.mark.django_db(transaction=True)

BOX = "(01)16999000000015(10)20241201(21)A001"


def said(submission: Submission) -> tuple[int, int, dict[str, int]]:
    """What an undo did: voided, restored, and what stays by reason."""
    assert submission.undo is not None
    return submission.undo["voided"], submission.undo["restored"], submission.undo["stay"]


def quantities() -> dict[str, Decimal]:
    """The live lots and pieces."""
    live = TraceCode.everything.filter(voided_at=None)
    return dict(live.values_list("code", "quantity"))


def taken() -> dict[str, Decimal | None]:
    """How many left, by document."""
    live = TraceEvent.everything.filter(voided_at=None)
    return dict(live.values_list("document", "quantity"))


def test_items_and_packings_are_as_they_were(uploads: Uploads) -> None:
    uploads.store(ITEM, item())
    uploads.store(SPEC, example(SPEC), example(SPEC, mol=None))
    items = uploads.store(ITEM, item(mcs_name="某某支架"), item(udi="06972253600013"))
    specs = uploads.store(SPEC, example(SPEC, mol=None, pacunt="箱"), example(SPEC, spec="9"))
    assert said(undo(items)) == (1, 1, {})
    assert said(undo(specs)) == (1, 1, {})
    assert ConsumableItem.everything.get(voided_at=None).mcs_name == item()["mcs_name"]
    live = ConsumableSpec.everything.filter(voided_at=None)
    assert set(live.values_list("mol", "pacunt")) == {("", "盒"), (example(SPEC)["mol"], "盒")}


def packings() -> dict[tuple[str, str], str]:
    """The live packings: 包装规格 by 规格 and 型号."""
    live = ConsumableSpec.everything.filter(voided_at=None)
    return {(row.spec, row.mol): row.pacspec for row in live}


@pytest.mark.parametrize("was_kept_once", [False, True])
def test_rows_whose_keys_read_alike_are_not_taken_for_each_other(
    uploads: Uploads, maker: Side, was_kept_once: bool
) -> None:
    one = {"spec": "5 ml", "mol": "X"}
    other = {"spec": "5", "mol": "ml X"}
    record = BINDINGS[SPEC].record
    key = (example(SPEC)["mcs_code"], "5", "ml X")
    first = uploads.store(SPEC, example(SPEC, **one, pacspec="A"))
    uploads.store(SPEC, example(SPEC, **other, pacspec="B"))
    second = uploads.store(SPEC, example(SPEC, **other, pacspec="C"))
    if was_kept_once:
        RowHistory.everything.update(key=row_key.written_once(key))
    assert said(undo(first)) == (1, 0, {})
    assert packings() == {("5", "ml X"): "C"}
    for alike in (key, (key[0], "5 ml", "X")):
        found = history(maker.unit, record, alike)
        assert found is not None
        assert len(found.page.rows) == 2
    assert said(undo(second)) == (0, 1, {})
    assert packings() == {("5", "ml X"): "B"}


def test_a_row_said_again_is_not_another_whose_key_reads_alike(uploads: Uploads) -> None:
    one = {"spec": "5 ml", "mol": "X"}
    first = uploads.store(SPEC, example(SPEC, **one), example(SPEC, spec="5", mol="ml X"))
    uploads.store(SPEC, example(SPEC, **one))
    done = undo(first)
    assert said(done) == (1, 0, {"said_again": 1})
    # It is named as people read it.
    (kept,) = shown_undo(done).first
    assert kept.key == f"{example(SPEC)['mcs_code']} 5 ml X"
    assert list(packings()) == [("5 ml", "X")]


@pytest.mark.parametrize("was_kept_once", [False, True])
def test_a_row_said_again_before_keys_were_told_apart_stays(
    uploads: Uploads, was_kept_once: bool
) -> None:
    first = uploads.store(SPEC, example(SPEC, spec="5 ml", mol="X"))
    # The same bytes would be the same upload.
    uploads.store(SPEC, example(SPEC, spec="5 ml", mol="X"), example(SPEC, spec="9"))
    if was_kept_once:
        key = (example(SPEC)["mcs_code"], "5 ml", "X")
        RepeatedRow.everything.update(key=row_key.written_once(key))
    assert said(undo(first)) == (0, 0, {"said_again": 1})


def test_an_item_goes_whose_codes_have_another_to_stand_on(uploads: Uploads) -> None:
    uploads.store(ITEM, item())
    again = uploads.store(ITEM, item(udi=piece(9)))
    uploads.store(CODES, code(piece(1)))
    assert said(undo(again)) == (1, 0, {})


def test_an_item_stays_with_the_codes_that_came_since(uploads: Uploads) -> None:
    early = uploads.store(CODES, code(piece(1)))
    first = uploads.store(ITEM, item())
    # Codes that came before it wait for it again.
    assert said(undo(first)) == (1, 0, {})
    undo(early)
    second = uploads.store(ITEM, item(), item(udi="06972253600013"))
    uploads.store(CODES, code(piece(1)))
    done = undo(second)
    assert said(done) == (1, 0, {"has_codes": 1})
    assert [row.why for row in shown_undo(done).first] == [STAYS["has_codes"]]
    # What it says may be undone: the codes keep their consumable.
    changed = uploads.store(ITEM, item(mcs_name="某某支架"))
    assert said(undo(changed)) == (0, 1, {})


def test_pieces_lots_and_boxes_are_as_they_were(uploads: Uploads) -> None:
    uploads.store(CODES, code(piece(1)), code(LOT, cnt="500"))
    before = quantities()
    second = uploads.store(
        CODES, code(piece(1), lv2_trac_code=BOX), code(LOT, cnt="70"), code(piece(2))
    )
    assert (second.created, second.replaced) == (1, 2)
    assert said(undo(second)) == (1, 2, {})
    assert quantities() == before
    assert TraceCode.everything.get(code=piece(1)).lv2_trac_code is None
    assert not Pack.everything.exists()


def test_a_lot_of_an_undone_upload_is_free_and_a_stranger_does_not_keep_it(
    uploads: Uploads, dealer: Side, rival: Side
) -> None:
    squat = Uploads(rival, uploads.folder).store(CODES, code(LOT, cnt="5"))
    assert uploads.check(CODES, code(LOT, cnt="500")).rejected == 1
    lie = example(
        "circulation",
        trac_code=LOT,
        med_list_codg=example(CODES)["mcs_code"],
        inv_type="101",
        shp_org_uscc=rival.unit.uscc,
        shpp_org_uscc=dealer.unit.uscc,
    )
    assert Uploads(dealer, uploads.folder).store("circulation", lie).created == 1
    assert said(undo(squat)) == (1, 0, {})
    # It is the same code in another file, for one that was refused is not confirmed.
    mine = uploads.store(CODES, code(LOT, cnt="600"))
    assert (mine.created, mine.rejected) == (1, 0)
    assert TraceCode.everything.get().unit == uploads.who.unit
    assert quantities() == {LOT: 600}


def test_a_lot_does_not_become_smaller_than_what_left_it(uploads: Uploads, dealer: Side) -> None:
    uploads.store(CODES, code(LOT, cnt="50"))
    larger = uploads.store(CODES, code(LOT, cnt="500"))
    uploads.store(SHIPMENT, sent(uploads.who, dealer, LOT, cnt="60"))
    done = undo(larger)
    assert said(done) == (0, 0, {FAULT: 1})
    assert quantities() == {LOT: 500}
    assert "60" in shown_undo(done).first[0].why


def test_no_more_leaves_a_lot_after_an_undo_than_it_has(uploads: Uploads, dealer: Side) -> None:
    def ships(**documents: str) -> Submission:
        rows = [
            sent(uploads.who, dealer, LOT, cnt=count, shp_sin_no=name)
            for name, count in documents.items()
        ]
        return uploads.store(SHIPMENT, *rows)

    uploads.store(CODES, code(LOT, cnt="100"))
    ships(A="100")
    less = ships(A="40")
    more = ships(B="60")
    done = undo(less)
    assert said(done) == (0, 0, {"lot_exceeded": 1})
    assert taken() == {"A": 40, "B": 60}
    assert shown_undo(done).first[0].why == STAYS["lot_exceeded"]

    # Rows that go make room for those that come back.
    undo(more)
    both = ships(A="10", B="60")
    assert said(undo(both)) == (1, 1, {})
    assert taken() == {"A": 40}


def test_what_goes_and_is_said_again_makes_no_room(uploads: Uploads, dealer: Side) -> None:
    def row(name: str, count: str) -> dict[str, str]:
        return sent(uploads.who, dealer, LOT, cnt=count, shp_sin_no=name)

    uploads.store(CODES, code(LOT, cnt="100"))
    uploads.store(SHIPMENT, row("A", "90"))
    both = uploads.store(SHIPMENT, row("A", "40"), row("B", "60"))
    uploads.store(SHIPMENT, row("B", "60"))
    assert said(undo(both)) == (0, 0, {"lot_exceeded": 1, "said_again": 1})
    assert taken() == {"A": 40, "B": 60}


def test_the_pieces_of_a_shipment_that_never_left_are_not_counted(
    uploads: Uploads, dealer: Side
) -> None:
    def row(name: str, count: str, status: str) -> dict[str, str]:
        return sent(uploads.who, dealer, LOT, cnt=count, shp_sin_no=name, shp_stas=status)

    uploads.store(CODES, code(LOT, cnt="100"))
    uploads.store(SHIPMENT, row("A", "100", "待发货"))
    later = uploads.store(SHIPMENT, row("A", "10", "已发货"))
    uploads.store(SHIPMENT, row("B", "90", "已发货"))
    assert said(undo(later)) == (0, 1, {})
    assert taken() == {"A": 100, "B": 90}
