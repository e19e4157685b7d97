"""Rows told by the template of other goods: what only the other template holds is never lost
without a word, whichever of the two comes later."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.people import Side, client_of
from tests.tracing.undo.undoing import undo
from tests.tracing.uploads.devices import CODES, LOT, SHIPMENT, Uploads, code, faults, sent
from tests.tracing.uploads.rows import CODES as DRUG_CODES
from tests.tracing.uploads.rows import INFO, code_rows, example, pack_code
from tests.tracing.uploads.test_between_records import said
from tracing.stores.models import DrugBatch
from tracing.stores.models_events import TraceEvent
from tracing.uploads.models import Submission
from tracing.uploads.row_history import history

pytestmark = pytest.mark.django_db(transaction=True)

DRUG_SHIPMENT, IMPORT_INFO = "domestic-drug-shipment", "imported-drug-info"
NO_BOXES = {"lv2_trac_code": None, "lv3_trac_code": None}


def drug_sent(maker: Side, receiver: Side, trac_code: str, **changes: Any) -> dict[str, Any]:
    """A row of a drug by which `maker` tells that a pack went to `receiver`, in that document."""
    row = sent(maker, receiver, trac_code, **changes)
    own = {name: cell for name, cell in row.items() if name != "cnt"}
    return example(DRUG_SHIPMENT, **own)


def shown(maker: Side, submission: Submission) -> str:
    """What is to be read in the dialog."""
    address = f"/u/{maker.unit.slug}/maker/uploads/{submission.pk}/"
    html = client_of(maker.agent.account).get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<dialog")[2]))


def test_a_known_code_is_told_of_by_the_template_of_its_goods(
    uploads: Uploads, dealer: Side
) -> None:
    """A pack and its boxes alike; what was told before stays as it is."""
    uploads.store(DRUG_CODES, *code_rows(2))
    uploads.store(CODES, code(LOT, cnt="10"))
    pack, box = pack_code(0), pack_code(0, 8000002)
    assert uploads.store(DRUG_SHIPMENT, drug_sent(uploads.who, dealer, pack)).rejected == 0
    wrong = uploads.store(
        SHIPMENT,
        sent(uploads.who, dealer, pack, cnt="1"),
        sent(uploads.who, dealer, box, cnt="1"),
        sent(uploads.who, dealer, LOT, cnt="10"),
    )
    assert faults(wrong) == [(2, "event_of_other_goods"), (3, "event_of_other_goods")]
    kept = TraceEvent.objects.of(uploads.who.unit).get(code=pack)
    assert kept.details["trac_codg_sn"] == example(DRUG_SHIPMENT)["trac_codg_sn"]
    # Nor can a lot be overdrawn by rows that say nothing of how many pieces.
    more = uploads.check(DRUG_SHIPMENT, drug_sent(uploads.who, dealer, LOT, shp_sin_no="FH9"))
    assert faults(more) == [(2, "event_of_other_goods")]


def test_of_an_unknown_code_the_later_row_is_remarked_on_and_says_what_goes(
    uploads: Uploads, dealer: Side
) -> None:
    uploads.store(DRUG_SHIPMENT, drug_sent(uploads.who, dealer, LOT))
    later = uploads.check(SHIPMENT, sent(uploads.who, dealer, LOT, cnt="3"))
    assert later.warnings == {"code_unknown": 1, "replaces_other_goods": 1}
    assert "已按药品上传过同一张单据，这里按医用耗材上传" in said(later)["replaces_other_goods"]
    words = shown(uploads.who, later)
    assert "数量 （空） 3 " in words
    assert f"追溯码唯一流水号 {example(DRUG_SHIPMENT)['trac_codg_sn']} （空） " in words


def test_codes_that_come_later_say_how_they_were_told_of(uploads: Uploads, dealer: Side) -> None:
    pack = pack_code(0)
    uploads.store(SHIPMENT, sent(uploads.who, dealer, pack, cnt="1"))
    codes = uploads.store(DRUG_CODES, *code_rows(1))
    assert codes.warnings == {"batch_unknown": 1, "told_as_other_goods": 1}
    assert "的发货信息先前是按医用耗材上传的，这里按药品上传" in said(codes)["told_as_other_goods"]
    # What it says to do helps: then nothing more is said of it.
    right = uploads.store(DRUG_SHIPMENT, drug_sent(uploads.who, dealer, pack))
    assert (right.replaced, right.rejected) == (1, 0)
    again = uploads.check(DRUG_CODES, *code_rows(1, stoin_time="2024-12-20 10:00:00"))
    assert "told_as_other_goods" not in again.warnings


def test_a_lot_that_comes_after_rows_of_drugs_counts_them(uploads: Uploads, dealer: Side) -> None:
    """Each is one piece, also where an undo would bring it back."""
    uploads.store(DRUG_SHIPMENT, drug_sent(uploads.who, dealer, LOT, shp_sin_no="FH1"))
    cancelled = uploads.store(
        DRUG_SHIPMENT,
        drug_sent(uploads.who, dealer, LOT, shp_sin_no="FH1", shp_stas="已取消"),
    )
    lot = uploads.store(CODES, code(LOT, cnt="10"))
    assert lot.warnings["told_as_other_goods"] == 1
    rest = sent(uploads.who, dealer, LOT, cnt="10", shp_sin_no="FH2")
    assert uploads.store(SHIPMENT, rest).created == 1
    undone = undo(cancelled).undo
    assert undone is not None
    assert undone["stay"] == {"lot_exceeded": 1}


def test_a_batch_that_changes_its_family_says_what_goes(uploads: Uploads) -> None:
    uploads.store(IMPORT_INFO, example(IMPORT_INFO))
    serial = str(example(INFO)["trac_codg_sn"])
    over = uploads.check(INFO, example(INFO))
    assert over.warnings == {"batch_changes_family": 1}
    assert "进口药品注册证号、" in said(over)["batch_changes_family"]
    assert "替换后改为国产药" in said(over)["batch_changes_family"]
    number = example(IMPORT_INFO)["drug_regno"]
    assert f"进口药品注册证号 {number} （空） " in shown(uploads.who, over)
    before = DrugBatch.objects.of(uploads.who.unit).get(trac_codg_sn=serial)
    assert before.drug_regno == number
    stored = uploads.store(INFO, example(INFO, manu_cnt="1"))
    kept = history(uploads.who.unit, stored.record, (serial,))
    assert kept is not None
    assert ("进口药品注册证号", number, "（空）") in kept.page.rows[0].cells
