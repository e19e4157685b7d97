"""Whatever PostgreSQL believes of the big tables, each of many codes is found by an index.

The tables are as after a bulk load: filled, and counted by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.people import Side
from tests.tracing.undo.undoing import store, undo
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_events import CIRCULATION, SHIPMENT
from tests.tracing.uploads.test_patience import explained, nodes
from tests.tracing.uploads.uploads import confirm, upload
from tracing.stores.models_codes import UnitCode
from tracing.stores.voiding import void
from tracing.stores.whole_batches import void_whole

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 600
SERIAL = "SN1"
BIG = ("tracing_tracecode", "tracing_pack", "tracing_traceevent", "tracing_unitcode")
# Temporary tables of the codes and rows that change.
GATHERED = ("undoing_row", "undone_box", "derived_", "batch_going", "told_before_")


def uncounted() -> None:
    """Take the statistics of all tables away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM pg_statistic WHERE starelid IN"
            " (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        )
        cursor.execute(
            "UPDATE pg_class SET reltuples = -1, relpages = 0"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )


@pytest.fixture(autouse=True)
def nobody_counts(maker: Side) -> Iterator[None]:
    """Autovacuum comes back in the end. The tables begin with new indexes: those that rows of other
    tests have left long over an empty table would rightly be left unread."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(BIG)}")
        for table in BIG:
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    yield
    with connection.cursor() as cursor:
        for table in BIG:
            cursor.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")


def reads(plan: Mapping[str, Any]) -> bool:
    """Whether a plan reads rows of which there may be many."""
    return any(node.get("Relation Name", "").startswith((*BIG, *GATHERED)) for node in nodes(plan))


def runs_again(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parts of a plan that run once for each of many rows, whatever it thinks how many."""
    for node in nodes(plan):
        if node["Node Type"] == "Nested Loop" and reads(node["Plans"][0]):
            yield from nodes(node["Plans"][1])


def reads_all(node: Mapping[str, Any]) -> bool:
    """Whether a part of a plan reads a whole table of more than a few pages, or a whole index: one
    whose first column it does not ask for.
    """
    if node["Node Type"] == "Seq Scan":
        return reads(node) and node["Total Cost"] > 5
    if not node["Node Type"].startswith(("Index", "Bitmap Index")):
        return False
    first = re.escape(beginnings()[node["Index Name"]])
    return re.search(rf"(?<!\w){first}(?!\w)", node.get("Index Cond", "")) is None


@cache
def beginnings() -> dict[str, str]:
    """The first column of each index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_get_indexdef(c.oid, 1, true)"
            " FROM pg_class c WHERE c.relkind = 'i'"
        )
        return {index: first.strip('"') for index, first in cursor}


def faults(plans: list[tuple[str, Mapping[str, Any]]]) -> set[str]:
    """Statements about gathered codes that read all of something for each row of something."""
    return {
        f"{node.get('Index Name') or node.get('Relation Name')}: {sql}"
        for sql, plan in plans
        if any(name in sql for name in GATHERED)
        for node in runs_again(plan)
        if reads_all(node)
    }


def looked_at(change: Callable[[], object]) -> list[tuple[str, Mapping[str, Any]]]:
    """The plans of all statements of a change to tables that nobody has counted."""
    uncounted()
    with explained() as plans:
        change()
    return plans


def test_codes_that_are_undone_and_come_again(maker: Side, tmp_path: Path) -> None:
    store(maker, INFO, [example(INFO, trac_codg_sn=SERIAL)], tmp_path / "info.xlsx")
    rows = code_rows(COUNT, trac_codg_sn=SERIAL)
    first = store(maker, CODES, rows, tmp_path / "codes.xlsx")
    plans = looked_at(lambda: undo(first))
    first.refresh_from_db()
    assert first.undo is not None
    assert first.undo["voided"] == COUNT
    again = upload(*maker, CODES, workbook(tmp_path / "again.xlsx", CODES, rows))
    plans += looked_at(lambda: confirm(again))
    again.refresh_from_db()
    assert again.created == COUNT
    assert any("derived_changed" in sql for sql, _ in plans)
    assert not faults(plans)


def test_codes_that_go_with_their_batch_or_one_by_one(maker: Side, tmp_path: Path) -> None:
    store(maker, INFO, [example(INFO, trac_codg_sn=SERIAL)], tmp_path / "info.xlsx")
    store(maker, CODES, code_rows(COUNT, trac_codg_sn=SERIAL), tmp_path / "codes.xlsx")
    some = [(pack_code(n),) for n in range(COUNT // 2)]

    @transaction.atomic
    def one_by_one() -> None:
        assert void(CODES, maker.unit.pk, some, "录错", timezone.now()) == COUNT // 2

    @transaction.atomic
    def whole() -> None:
        gone = void_whole(INFO, maker.unit.pk, (SERIAL,), "录错", timezone.now())
        assert gone == COUNT - COUNT // 2

    assert not faults(looked_at(one_by_one) + looked_at(whole))


def test_what_many_tell_of_codes_in_boxes(maker: Side, distributor: Side, tmp_path: Path) -> None:
    """Links and orders follow from events of both kinds: of boxes, and of what lies in them."""
    store(maker, INFO, [example(INFO, trac_codg_sn=SERIAL)], tmp_path / "info.xlsx")
    rows = code_rows(COUNT, trac_codg_sn=SERIAL)
    store(maker, CODES, rows, tmp_path / "codes.xlsx")
    sender = {"shp_org_name": maker.unit.name, "shp_org_uscc": maker.unit.uscc}
    receiver = {"shpp_org_name": distributor.unit.name, "shpp_org_uscc": distributor.unit.uscc}
    boxes = sorted({row["lv2_trac_code"] for row in rows})
    got = [
        example(CIRCULATION, trac_code=row["lv1_trac_code"], inv_type="入库", **receiver)
        for row in rows
    ]
    sent = [example(SHIPMENT, trac_code=box, **sender, **receiver) for box in boxes]
    store(distributor, CIRCULATION, got, tmp_path / "got.xlsx")
    shipment = upload(*maker, SHIPMENT, workbook(tmp_path / "sent.xlsx", SHIPMENT, sent))
    plans = looked_at(lambda: confirm(shipment))
    assert linked() == COUNT
    plans += looked_at(lambda: undo(shipment))
    assert linked() == 0
    assert {"tracing_order", "derived_candidate"} <= {
        name for sql, _ in plans for name in ("tracing_order", "derived_candidate") if name in sql
    }
    assert not faults(plans)


def linked() -> int:
    """How many codes that somebody uploaded are known to be of their maker's batch."""
    return UnitCode.everything.filter(owner__isnull=False).count()


def test_codes_of_which_much_was_told_before(maker: Side, tmp_path: Path) -> None:
    """The check asks for the events of each, and a batch for all of its codes."""
    rows = code_rows(COUNT, trac_codg_sn=SERIAL)
    sender = {"shp_org_name": maker.unit.name, "shp_org_uscc": maker.unit.uscc}
    early = {"shp_time": "2024-12-01", "trac_codg_sn": SERIAL, **sender}
    sent = [example(SHIPMENT, trac_code=row["lv1_trac_code"], **early) for row in rows]
    store(maker, SHIPMENT, sent, tmp_path / "sent.xlsx")
    codes = workbook(tmp_path / "codes.xlsx", CODES, rows)
    plans = looked_at(lambda: confirm(upload(*maker, CODES, codes)))
    info = workbook(tmp_path / "info.xlsx", INFO, [example(INFO, trac_codg_sn=SERIAL)])
    plans += looked_at(lambda: upload(*maker, INFO, info))
    assert sum("CREATE TEMPORARY TABLE told_before_" in sql for sql, _ in plans) == 4
    assert not faults(plans)
