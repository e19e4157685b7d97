"""Codes as people and programs spell them, from a workbook to the tables and back by a search."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from accounts.core.kinds import DISTRIBUTOR, MAKER
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads.rows import CODES, code_rows, example, pack_code, workbook
from tests.tracing.uploads.uploads import confirm, counts, upload
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode, UnitCode
from tracing.traces.queries import find_codes

pytestmark = pytest.mark.django_db(transaction=True)

INFO, CIRCULATION = "domestic-drug-info", "circulation"
RAW, SCANNED = "010690123456789221A1", "]d2010690123456789221A1<GS>"
BRACKETED = "(01)06901234567892(21)A1"


def test_another_spelling_replaces_the_row_and_finds_it(maker: Side, tmp_path: Path) -> None:
    spelled = [RAW, f"'{BRACKETED}", SCANNED]
    outcomes = []
    for number, code in enumerate(spelled):
        (row,) = code_rows(1)
        path = workbook(tmp_path / f"{number}.xlsx", CODES, [{**row, "lv1_trac_code": code}])
        stored = confirm(upload(maker.unit, maker.agent, CODES, path))
        outcomes.append(stored.created)
    assert outcomes == [1, 0, 0]
    assert [row.code for row in TraceCode.objects.of(maker.unit)] == [BRACKETED]
    for code in (*spelled, "(21)A1(01)06901234567892"):
        assert [row.code for row in find_codes(maker.unit, code, kind=MAKER)] == [BRACKETED], code


def test_quotes_are_counted_and_own_codes_remarked(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(3)
    rows[0]["lv1_trac_code"] = f"'{pack_code(900)}"
    rows[1]["lv1_trac_code"] = "OWN-000001"
    rows[2]["lv1_trac_code"] = f"{pack_code(901)}/{pack_code(902)}"
    submission = upload(maker.unit, maker.agent, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    assert (submission.accepted, submission.rejected, submission.normalised) == (2, 1, 1)
    assert submission.warnings["trace_code_own"] == 1
    settings.PORTAL_CHECK_LEVELS["trace_code_own"] = "off"
    try:
        again = upload(
            maker.unit, maker.agent, CODES, workbook(tmp_path / "b.xlsx", CODES, rows[1:])
        )
    finally:
        del settings.PORTAL_CHECK_LEVELS["trace_code_own"]
    assert "trace_code_own" not in again.warnings


def test_a_device_without_a_serial_is_told_of_and_found_by_its_di(
    maker: Side, tmp_path: Path
) -> None:
    dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
    row = example(
        CIRCULATION,
        trac_code="06975737431158",
        med_list_codg="C0101010010100103941",
        shpp_org_name=dealer.unit.name,
        shpp_org_uscc=dealer.unit.uscc,
        cnt="40",
    )
    path = workbook(tmp_path / "c.xlsx", CIRCULATION, [row])
    stored = confirm(upload(dealer.unit, dealer.agent, CIRCULATION, path))
    assert counts(stored)["rejected"] == 0
    assert UnitCode.objects.of(dealer.unit).get().code == "(01)06975737431158"
    for typed in ("06975737431158", "(01)06975737431158", "0106975737431158"):
        assert len(find_codes(dealer.unit, typed, kind=DISTRIBUTOR)) == 1


def test_the_longest_specifications_and_foreign_bar_codes_are_stored(
    maker: Side, tmp_path: Path
) -> None:
    longest = "甲" * 256
    row = example(
        INFO,
        prodentp_uscc=maker.unit.uscc,
        spec=longest,
        pacspec=longest,
        prod_code="036000291452",
    )
    path = workbook(tmp_path / "d.xlsx", INFO, [row])
    submission = confirm(upload(maker.unit, maker.agent, INFO, path))
    assert submission.warnings == {"gtin_not_69": 1}
    batch = DrugBatch.objects.of(maker.unit).get()
    assert (batch.spec, batch.pacspec, batch.prod_code) == (longest, longest, "0036000291452")
