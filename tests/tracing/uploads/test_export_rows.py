"""What is exported can be imported again, and changes nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from portal.lib.refused import Refused
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.synthetic.makers import MAKER
from tests.tracing.uploads import devices
from tests.tracing.uploads.filled import samples
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, sheet_rows, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tests.turns import turns
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Shape
from tracing.uploads import actions_stored
from tracing.uploads.actions_stored import export_rows
from tracing.uploads.queries_stored import _SHAPES, Wanted
from tracing.uploads.workbook.template import heading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trader(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A unit that makes and distributes."""
    settings.PORTAL_FILES = tmp_path / "files"
    return side(UnitFactory.create(name=MAKER.name, uscc=MAKER.uscc, is_distributor=True))


def exported(who: Side, wanted: Wanted, path: Path) -> Path:
    made = export_rows(unit=who.unit, agent=who.agent, wanted=wanted, origin=COMMAND)
    path.write_bytes(made.file.read())
    return path


def test_every_shape_can_be_exported() -> None:
    assert {binding.shape for binding in BINDINGS.values()} == set(_SHAPES)


@pytest.mark.slow
@pytest.mark.parametrize("code", BINDINGS)
@given(count=st.integers(1, 30), seed=st.integers(1, 10_000))
@settings(
    max_examples=turns(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_exported_changes_nothing_when_it_is_imported(
    trader: Side, code: str, count: int, seed: int
) -> None:
    """Rows of other examples are among them: they too come back as they are."""
    record, columns = RECORDS[code], samples(RECORDS[code], count, seed)
    rows = [{name: cells[i] for name, cells in columns.items()} for i in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        stored = confirm(upload(*trader, code, workbook(path / "a.xlsx", code, rows)))
        assert stored.rejected == 0
        of_codes = BINDINGS[code].shape is Shape.CODES
        for batch in sorted(set(map(str, columns["trac_codg_sn"]))) if of_codes else [""]:
            again = exported(trader, Wanted(record, {}, batch), path / "b.xlsx")
            headings, cells = sheet_rows(again)
            assert headings == [heading(column) for column in record.columns]
            assert len(cells) >= (1 if of_codes else count)
            came = confirm(upload(*trader, code, again))
            assert (came.created, came.replaced, came.rejected) == (0, 0, 0)
            assert came.unchanged == len(cells)


def test_a_filter_and_a_batch_say_which(maker: Side, rival: Side, tmp_path: Path) -> None:
    for who, name in ((maker, "甲"), (rival, "乙")):
        rows = [example(INFO, trac_codg_sn=f"SN{n}", drug_genname=f"{name}{n}") for n in range(3)]
        rows = [{**row, "prodentp_uscc": who.unit.uscc} for row in rows]
        confirm(upload(*who, INFO, workbook(tmp_path / f"{name}.xlsx", INFO, rows)))
    for batch in ("SN1", "SN2"):
        rows = code_rows(2, start=10 * int(batch[-1]), trac_codg_sn=batch)
        confirm(upload(*maker, CODES, workbook(tmp_path / f"{batch}.xlsx", CODES, rows)))
    info, codes = RECORDS[INFO], RECORDS[CODES]

    def keys(wanted: Wanted) -> list[Any]:
        return [row[0] for row in sheet_rows(exported(maker, wanted, tmp_path / "x.xlsx"))[1]]

    assert keys(Wanted(info, {})) == ["SN0", "SN1", "SN2"]
    assert keys(Wanted(info, {"drug_genname": "甲2"})) == ["SN2"]
    assert keys(Wanted(codes, {}, "SN2")) == ["SN2"] * 2
    for nothing in (Wanted(info, {"drug_genname": "乙"}), Wanted(codes, {}, "SN0")):
        with pytest.raises(Refused, match="没有可以导出的数据") as caught:
            exported(maker, nothing, tmp_path / "x.xlsx")
        assert caught.value.code == "rows_none"
    logged = OperationLog.objects.of(maker.unit).filter(action="rows-exported")
    assert [entry.after for entry in logged.order_by("pk")] == [{"rows": n} for n in (3, 1, 2)]


def test_a_consumable_says_which_packings_codes_and_events(maker: Side, tmp_path: Path) -> None:
    of_devices = devices.Uploads(maker, tmp_path)
    other, mcs = "(01)06972253600013", "C0101010010100199002"
    of_devices.store(devices.ITEM, devices.item(), devices.item(udi=other, mcs_code=mcs))
    of_devices.store(devices.SPEC, *[example(devices.SPEC, mcs_code=m) for m in (devices.MCS, mcs)])
    rows = [devices.code(devices.LOT, cnt="5"), devices.code(f"{other}(21)9", mcs_code=mcs)]
    of_devices.store(devices.CODES, *rows)
    for udi in (devices.LOT, f"{other}(21)9"):
        of_devices.store(devices.SHIPMENT, devices.sent(maker, maker, udi))
    for code, keys in (
        (devices.SPEC, [mcs]),
        (devices.CODES, [mcs]),
        (devices.SHIPMENT, [f"{other}(21)9"]),
    ):
        wanted = Wanted(RECORDS[code], {}, item=(mcs, other))
        found = sheet_rows(exported(maker, wanted, tmp_path / "x.xlsx"))[1]
        assert [row[0] for row in found] == keys
        gone = Wanted(RECORDS[code], {}, item=("C", other))
        with pytest.raises(Refused, match="没有可以导出的数据"):
            exported(maker, gone, tmp_path / "x.xlsx")


def test_too_many_rows_are_counted(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions_stored, "MOST_ROWS", 1)
    confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(2))))
    batch = code_rows(1)[0]["trac_codg_sn"]
    with pytest.raises(Refused, match="选中 2 条数据，超过一次导出的上限 1 条") as caught:
        exported(maker, Wanted(RECORDS[CODES], {}, batch), tmp_path / "x.xlsx")
    assert caught.value.code == "rows_too_many_to_export"


def test_the_page_offers_what_it_lists(agent_client: Client, maker: Side, tmp_path: Path) -> None:
    rows = [example(INFO, trac_codg_sn=f"SN{n}") for n in range(2)]
    confirm(upload(*maker, INFO, workbook(tmp_path / "a.xlsx", INFO, rows)))
    base = f"/u/{maker.unit.slug}/maker/upload/"
    page = agent_client.get(base, {"trac_codg_sn": "SN1"}).content.decode()
    address = f"{base}rows/?{urlencode({'record': INFO, 'trac_codg_sn': 'SN1'})}"
    assert f'href="{address.replace("&", "&amp;")}"' in page
    answer = agent_client.get(address)
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"".join(answer))
    assert [row[0] for row in sheet_rows(path)[1]] == ["SN1"]

    nothing = agent_client.get(f"{base}rows/", {"record": INFO, "trac_codg_sn": "SN9"}, follow=True)
    assert "没有可以导出的数据" in nothing.content.decode()
    wrong = agent_client.get(f"{base}rows/", {"record": INFO, "manu_date": "昨天"}, follow=True)
    assert "查询条件有误，没有导出" in wrong.content.decode()
    for record in ("", "circulation", CODES):
        assert agent_client.get(f"{base}rows/", {"record": record}).status_code == 404
