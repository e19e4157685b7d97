"""Consumables from a file to what is kept: items, specifications, pieces, lots and their events."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from accounts.core.origin import COMMAND
from portal.lib.refused import Refused, refusal
from tests.people import Side
from tests.tracing.undo.undoing import undo
from tests.tracing.uploads.devices import (
    CODES,
    DI,
    ITEM,
    LOT,
    MCS,
    RETAIL,
    SHIPMENT,
    SPEC,
    Uploads,
    code,
    faults,
    item,
    piece,
    sent,
)
from tests.tracing.uploads.rows import CODES as DRUG_CODES
from tests.tracing.uploads.rows import code_rows, example
from tracing.stores.models_codes import Pack, TraceCode
from tracing.stores.models_consumables import ConsumableItem, ConsumableSpec
from tracing.stores.models_counts import BatchCount
from tracing.stores.models_events import TraceEvent
from tracing.uploads import actions

pytestmark = pytest.mark.django_db(transaction=True)


def void(uploads: Uploads, record: str, *key: str) -> int:
    """删除 one row."""
    unit, agent = uploads.who
    return actions.void_rows(
        unit=unit, agent=agent, record_code=record, keys=[key], reason="录错", origin=COMMAND
    )


def test_an_item_and_its_packings_are_kept(uploads: Uploads) -> None:
    stored = uploads.store(ITEM, item(), item(udi="6972253600013", mol=None))
    assert (stored.created, stored.rejected, stored.warnings) == (2, 0, {})
    kept = ConsumableItem.objects.of(uploads.who.unit).order_by("udi").values_list("udi", "udi_di")
    assert list(kept) == [("(01)06972253600013",) * 2, (DI,) * 2]
    specs = [example(SPEC), example(SPEC, mol=None), example(SPEC, mol=None, spec="1215")]
    stored = uploads.store(SPEC, *specs)
    assert (stored.created, stored.rejected, stored.warnings) == (3, 0, {})
    again = uploads.store(SPEC, *specs[:2], {**specs[2], "pacunt": "箱"})
    assert (again.created, again.replaced, again.unchanged) == (0, 1, 2)
    assert ConsumableSpec.objects.of(uploads.who.unit).filter(mol="").count() == 2


def test_a_specification_without_its_item_waits_for_it(uploads: Uploads) -> None:
    assert uploads.check(SPEC, example(SPEC)).warnings == {"item_unknown": 1}


def test_pieces_and_lots_are_kept_with_their_boxes(uploads: Uploads) -> None:
    uploads.store(ITEM, item())
    stored = uploads.store(
        CODES,
        example(CODES),
        code(LOT, cnt="500"),
        code("AHM-123456789", manu_lotnum="L2"),
    )
    assert (stored.created, stored.rejected) == (3, 0)
    assert stored.warnings == {"udi_opaque": 1}
    kept = {c.code: c for c in TraceCode.objects.of(uploads.who.unit)}
    assert {c: (k.is_lot, k.quantity, k.udi_di) for c, k in kept.items()} == {
        example(CODES)["lv1_trac_code"]: (False, Decimal(1), DI),
        LOT: (True, Decimal(500), DI),
        "AHM-123456789": (False, Decimal(1), None),
    }
    assert {k.trac_codg_sn for k in kept.values()} == {f"{MCS} 20241201", f"{MCS} L2"}
    assert all(k.is_consumable and k.prod_code is None for k in kept.values())
    assert Pack.objects.of(uploads.who.unit).count() == 2
    counted = BatchCount.objects.of(uploads.who.unit).values_list("trac_codg_sn", "codes")
    assert dict(counted) == {f"{MCS} 20241201": 2, f"{MCS} L2": 1}


def test_codes_say_what_speaks_against_their_product(uploads: Uploads) -> None:
    assert uploads.check(CODES, code(piece(1))).warnings == {"item_unknown": 1}
    uploads.store(ITEM, item(udi="06972253600013"))
    assert uploads.check(CODES, code(piece(2))).warnings == {"udi_differs": 1}
    uploads.store(SPEC, example(SPEC))
    assert uploads.check(CODES, code(piece(3))).warnings == {}


def test_a_code_is_of_one_kind_of_goods(uploads: Uploads) -> None:
    drugs = code_rows(1, lv2_trac_code=None, lv3_trac_code=None)
    uploads.store(DRUG_CODES, *drugs)
    number = drugs[0]["lv1_trac_code"]
    assert faults(uploads.check(CODES, code(number))) == [(2, "code_of_other_goods")]
    assert void(uploads, DRUG_CODES, number) == 1
    assert uploads.store(CODES, code(number)).created == 1
    now = TraceCode.objects.of(uploads.who.unit).get(code=number)
    assert (now.is_consumable, now.prod_code, now.manu_lotnum) == (True, None, "20241201")
    assert faults(uploads.check(DRUG_CODES, *drugs)) == [(2, "code_of_other_goods")]
    assert void(uploads, CODES, number) == 1
    assert uploads.store(DRUG_CODES, *drugs).created == 1
    now = TraceCode.objects.of(uploads.who.unit).get(code=number)
    assert (now.is_consumable, now.is_lot, now.manu_lotnum) == (False, None, None)


def test_no_more_leaves_a_lot_than_it_has(uploads: Uploads, dealer: Side) -> None:
    uploads.store(CODES, code(LOT, cnt="100"), code(piece(1)))

    def ship(number: str, count: str | None, udi: str = LOT, **changes: str) -> dict[str, object]:
        return sent(uploads.who, dealer, udi, shp_sin_no=number, cnt=count, **changes)

    first = uploads.store(
        SHIPMENT, ship("FH1", "60"), ship("FH2", "30"), ship("FH3", None, piece(1))
    )
    assert (first.created, first.rejected, first.warnings) == (3, 0, {})
    # 90 of 100 are gone: the next may take ten, what comes after it in the file nothing.
    more = uploads.check(SHIPMENT, ship("FH4", "10"), ship("FH5", "1"))
    assert faults(more) == [(3, "quantity_exceeded")]
    # The same document again replaces what it said before, also where it is taken back.
    again = uploads.store(SHIPMENT, ship("FH1", "70"))
    assert (again.replaced, again.rejected) == (1, 0)
    assert faults(uploads.check(SHIPMENT, ship("FH1", "71"))) == [(2, "quantity_exceeded")]
    assert faults(uploads.check(SHIPMENT, ship("FH6", "1"))) == [(2, "quantity_exceeded")]
    assert uploads.store(SHIPMENT, ship("FH2", "30", shp_stas="已取消")).replaced == 1
    assert uploads.store(SHIPMENT, ship("FH6", "29")).created == 1
    # A lot without a quantity in its row is one piece, with a remark; a piece is no more than one.
    assert uploads.check(SHIPMENT, ship("FH7", None)).warnings["lot_without_quantity"] == 1
    assert faults(uploads.check(SHIPMENT, ship("FH8", "2", piece(1)))) == [(2, "quantity_exceeded")]
    # A piece may go out again: it may have come back.
    assert uploads.store(SHIPMENT, ship("FH9", "1", piece(1))).created == 1
    assert TraceEvent.objects.of(uploads.who.unit).get(document="FH6").quantity == Decimal(29)


def test_a_lot_is_not_smaller_than_what_left_it(uploads: Uploads, dealer: Side) -> None:
    """The events may come before their lot."""
    early = uploads.store(SHIPMENT, sent(uploads.who, dealer, LOT, cnt="50"))
    assert early.warnings == {"code_unknown": 1}
    assert faults(uploads.check(CODES, code(LOT, cnt="49"))) == [(2, "quantity_below_taken")]
    assert uploads.store(CODES, code(LOT, cnt="50")).created == 1


def test_a_code_of_all_batches_blocks_no_batch(uploads: Uploads, dealer: Side) -> None:
    """A DI alone is on the packs of every batch, and its row says how many the last one has."""
    uploads.store(CODES, code(DI, cnt="100", manu_lotnum="L1"))
    uploads.store(SHIPMENT, sent(uploads.who, dealer, DI, cnt="100", shp_sin_no="FH1"))
    second = uploads.store(CODES, code(DI, cnt="50", manu_lotnum="L2"))
    assert (second.replaced, second.rejected) == (1, 0)
    assert second.warnings["sent_of_all_batches"] == 1
    more = uploads.store(SHIPMENT, sent(uploads.who, dealer, DI, cnt="50", shp_sin_no="FH2"))
    assert (more.created, more.rejected) == (1, 0)
    said = [detail for _, _, kind, detail in more.first_warnings if kind == "sent_of_all_batches"]
    assert said == [[DI, "150", "50"]]
    cancelled = uploads.store(
        SHIPMENT, sent(uploads.who, dealer, DI, cnt="50", shp_sin_no="FH2", shp_stas="已取消")
    )
    undone = undo(cancelled).undo
    assert undone is not None
    assert undone["stay"] == {}


def test_a_code_nobody_can_read_is_a_lot_where_it_stands_for_more_than_one(
    uploads: Uploads, dealer: Side
) -> None:
    opaque = "AHM-123456789"
    uploads.store(CODES, code(opaque, cnt="3"))
    assert TraceCode.objects.of(uploads.who.unit).get(code=opaque).is_lot is True
    uploads.store(SHIPMENT, sent(uploads.who, dealer, opaque, cnt="3", shp_sin_no="FH1"))
    more = uploads.check(SHIPMENT, sent(uploads.who, dealer, opaque, cnt="3", shp_sin_no="FH2"))
    assert faults(more) == [(2, "quantity_exceeded")]
    assert faults(uploads.check(CODES, code(opaque, cnt="2"))) == [(2, "quantity_below_taken")]


def test_a_piece_that_comes_after_more_than_one_of_it_was_sent_says_so(
    uploads: Uploads, dealer: Side
) -> None:
    uploads.store(SHIPMENT, sent(uploads.who, dealer, piece(1), cnt="5", shp_sin_no="FH1"))
    assert faults(uploads.check(CODES, code(piece(1)))) == [(2, "quantity_below_taken")]
    # It may leave more than once, one at a time.
    for number in ("FH1", "FH2"):
        uploads.store(SHIPMENT, sent(uploads.who, dealer, piece(1), cnt="1", shp_sin_no=number))
    assert uploads.store(CODES, code(piece(1))).created == 1


def test_what_a_rival_sent_of_a_lot_does_not_count(
    uploads: Uploads, rival: Side, dealer: Side, tmp_path: Path
) -> None:
    uploads.store(CODES, code(LOT, cnt="10"))
    theirs = Uploads(rival, tmp_path)
    assert theirs.store(SHIPMENT, sent(rival, dealer, LOT, cnt="50")).warnings == {
        "code_unknown": 1
    }
    assert uploads.store(SHIPMENT, sent(uploads.who, dealer, LOT, cnt="10")).created == 1


def test_an_item_with_codes_stays(uploads: Uploads) -> None:
    uploads.store(ITEM, item(), item(udi="06972253600013"))
    uploads.store(CODES, code(piece(1)))
    with pytest.raises(Refused) as refused:
        void(uploads, ITEM, MCS, DI)
    assert refused.value.first == refusal("item_has_codes", item=f"{MCS} {DI}", codes="1")
    assert void(uploads, ITEM, MCS, "(01)06972253600013") == 1
    assert void(uploads, CODES, piece(1)) == 1
    assert void(uploads, ITEM, MCS, DI) == 1
    assert uploads.store(ITEM, item()).created == 1


def test_an_item_goes_whose_codes_have_another_to_stand_on(uploads: Uploads) -> None:
    """As with 删除整批; of two that go together neither is another."""
    whole = f"{DI}(10)A(21)1"
    uploads.store(ITEM, item(), item(udi=whole), item(udi="06972253600013"))
    uploads.store(CODES, code(piece(1)), code("AHM-123456789"))
    unit, agent = uploads.who
    with pytest.raises(Refused) as refused:
        actions.void_rows(
            unit=unit,
            agent=agent,
            record_code=ITEM,
            keys=[(MCS, DI), (MCS, whole)],
            reason="录错",
            origin=COMMAND,
        )
    assert refused.value.first.code == "item_has_codes"
    assert void(uploads, ITEM, MCS, whole) == 1
    # The code that nobody can read stands on any, the piece on this one alone.
    with pytest.raises(Refused) as refused:
        void(uploads, ITEM, MCS, DI)
    assert refused.value.first == refusal("item_has_codes", item=f"{MCS} {DI}", codes="1")
    assert void(uploads, ITEM, MCS, "(01)06972253600013") == 1
    with pytest.raises(Refused) as refused:
        void(uploads, ITEM, MCS, DI)
    assert refused.value.first == refusal("item_has_codes", item=f"{MCS} {DI}", codes="2")


def test_a_long_specification_can_be_replaced_and_voided(uploads: Uploads) -> None:
    """Its key is that of its history too."""
    long = example(SPEC, spec="规" * 200, mol="型" * 200)
    uploads.store(SPEC, long)
    assert uploads.store(SPEC, {**long, "pacunt": "箱"}).replaced == 1
    assert void(uploads, SPEC, MCS, "规" * 200, "型" * 200) == 1


def test_retail_of_a_lot_is_told(uploads: Uploads) -> None:
    uploads.store(CODES, code(LOT, cnt="10"))
    assert uploads.store(RETAIL, example(RETAIL, trac_code=LOT, rtal_cnt="3")).created == 1


def test_dates_that_contradict_the_lot_are_remarked_on(uploads: Uploads, dealer: Side) -> None:
    early = uploads.check(CODES, code(piece(1), stoin_time="2024-12-14"))
    assert early.warnings["stored_before_production"] == 1
    uploads.store(CODES, code(piece(1)))
    row = sent(uploads.who, dealer, piece(1), shp_time="2024-12-15 10:00")
    assert uploads.check(SHIPMENT, row).warnings == {"event_before_production": 1}
    late = example(RETAIL, trac_code=piece(1), rtal_time="2027-12-15 10:00")
    assert uploads.check(RETAIL, late).warnings["sold_after_expiry"] == 1
