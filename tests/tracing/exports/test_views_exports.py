"""导出 of each tab of 追溯信息查询, for makers and for distributors."""

import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.rights.actions_granting import revoke
from tests.factories import UnitFactory
from tests.people import client_of, side
from tests.tracing.factories import EventFactory, UnitCodeFactory
from tests.tracing.traces.asking import Asker, cells, listed, text
from tracing.exports import build
from tracing.exports import views as exports
from tracing.exports.models import Export
from tracing.stores.models_codes import TraceCode

pytestmark = pytest.mark.django_db(transaction=True)

DAY = "2024-12-18"


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_FILES = tmp_path / "files"


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"tab": "code"}, 1),
        ({"tab": "batch", "batch": "LOT1"}, 12),
        ({"tab": "date", "from": DAY, "to": DAY}, 12),
    ],
    ids=["code", "batch", "date"],
)
def test_the_file_holds_exactly_what_the_filter_lists(
    asker: Asker, fields: dict[str, str], count: int, tmp_path: Path
) -> None:
    fields = {**fields, "code": asker.code} if fields["tab"] == "code" else fields
    listing = asker.get(**fields).content.decode()
    form = listing.partition("query/export/")[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    hidden.pop("csrfmiddlewaretoken", None)
    assert hidden == {**fields, "for_unit": asker.who.unit.slug}
    address = asker.client.post(f"{asker.page}export/", hidden)["Location"]
    assert address.startswith(f"{asker.page}exports/")
    build.run(Export.everything.get().pk)
    dialog = asker.client.get(address)
    assert f"{count} 个追溯码" in text(dialog)
    # Behind the dialog stands the list that was exported, and closing leads back to it.
    assert len(listed(dialog)) == min(count, 10)
    back = re.findall(r'href="([^"]+)" data-dialog-close', dialog.content.decode())[0]
    assert listed(asker.client.get(back.replace("&amp;", "&"))) == listed(dialog)
    path = tmp_path / "export.xlsx"
    path.write_bytes(b"".join(asker.client.get(f"{address}download/")))
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    place = list(next(rows)).index("药耗追溯码")
    nodes = int(dict(cells(asker.get(code=asker.code)))["环节个数"])
    exported = [row[place] for row in rows]
    assert len(set(exported)) == count
    assert len(exported) == count * nodes


def test_a_right_that_was_taken_away_refuses_the_next_download(asker: Asker) -> None:
    fields = {"tab": "batch", "batch": "SN1"}
    address = asker.client.post(f"{asker.page}export/", fields)["Location"]
    build.run(Export.everything.get().pk)
    assert b"".join(asker.client.get(f"{address}download/")).startswith(b"PK")
    business = "maker-query" if "/maker/" in asker.page else "distributor-query"
    revoke(asker.who.unit, asker.who.agent, business)
    refused = asker.client.get(f"{address}download/")
    assert refused.status_code == 403
    assert "暂无权限" in text(refused)


def test_an_export_of_the_other_list_does_not_exist_here(codes: list[TraceCode]) -> None:
    """Holding one of a unit's two lists opens no file of the other."""
    both = side(UnitFactory.create(is_distributor=True))
    client = client_of(both.agent.account)
    UnitCodeFactory.create(code=codes[0].code, unit=both.unit)
    EventFactory.create(code=codes[0].code, unit=both.unit, kind="circulation-in")
    page = f"/u/{both.unit.slug}/distributor/query/"
    address = client.post(f"{page}export/", {"code": codes[0].code})["Location"]
    build.run(Export.everything.get().pk)
    assert b"".join(client.get(f"{address}download/")).startswith(b"PK")
    elsewhere = address.replace("/distributor/", "/maker/")
    for part in ("", "progress/", "download/"):
        assert client.get(elsewhere + part).status_code == 404
    assert client.post(f"{elsewhere}again/").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"tab": "batch"}, {"tab": "date", "from": DAY}, {"tab": "batch", "batch": "NONE"}],
)
def test_nothing_listed_is_nothing_exported(asker: Asker, fields: dict[str, str]) -> None:
    response = asker.client.post(f"{asker.page}export/", fields)
    assert response.status_code == 302
    assert "没有可以导出的" in text(asker.client.get(response["Location"]))
    assert not Export.everything.exists()


@pytest.mark.parametrize(("there", "said"), [(True, "繁忙"), (False, "暂不可用")])
def test_an_export_that_waits_longer_than_a_minute_says_so(
    asker: Asker, there: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "worker_answers", lambda queue: there and queue == "exports")
    address = asker.client.post(f"{asker.page}export/", {"tab": "code", "code": asker.code})
    assert "后台处理服务" not in text(asker.client.get(address["Location"]))
    shown = asker.client.get(address["Location"]).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen
    since = timezone.now() - timedelta(seconds=61)
    Export.everything.update(queued_at=since)
    # It is read aloud too.
    progress = f"{address['Location']}progress/"
    told = asker.client.get(progress, {"seen": seen[1]}, headers={"HX-Request": "true"})
    aloud = told.content.decode().partition('hx-swap-oob="innerHTML:#announce">')[2]
    assert f"后台处理服务{said}：自 " in aloud
    shown = text(asker.client.get(address["Location"]))
    assert f"后台处理服务{said}：自 {timezone.localtime(since):%Y-%m-%d %H:%M:%S} 起排队" in shown
    assert "导出任务已经保存" in shown
