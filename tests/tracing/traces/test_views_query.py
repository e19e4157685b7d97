"""生产企业药耗追溯信息查询: find a code, read its trace, export it."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.rights.actions_granting import revoke
from tests.people import Side
from tests.tracing.factories import DrugBatchFactory, EventFactory, packed
from tests.tracing.facts import facts_of_family
from tracing.exports import build
from tracing.exports.models import Export, ExportState
from tracing.stores.models_codes import TraceCode

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_FILES = tmp_path / "files"


@pytest.fixture
def page(maker: Side) -> str:
    return f"/u/{maker.unit.slug}/maker/query/"


@pytest.fixture
def code(maker: Side, distributor: Side) -> TraceCode:
    """A pack in a middle and a large box; the large box was shipped."""
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    pack = packed(maker.unit, batch, 4, per_middle=2, per_large=2)[0]
    EventFactory.create(
        code=pack.lv3_trac_code, unit=maker.unit, kind="shipment", to=distributor.unit
    )
    return pack


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.django_db
class TestList:
    """单码查询."""

    def test_it_asks_for_a_code_first(self, agent_client: Client, page: str) -> None:
        shown = text(agent_client.get(page))
        assert "生产企业药耗追溯信息查询列表" in shown
        assert "请输入药耗追溯码后点击【查询】" in shown

    def test_a_code_is_found_with_its_number_of_nodes(
        self, agent_client: Client, page: str, code: TraceCode
    ) -> None:
        html = agent_client.get(page, {"code": f" {code.code} "}).content.decode()
        cells = re.findall(r'<td data-label="([^"]+)"[^>]*>([^<]*)</td>', html)
        assert ("药耗追溯码", code.code) in cells
        assert ("产品批号(药品基础信息唯一流水号)", "SN1") in cells
        assert ("环节个数", "2") in cells

    def test_a_box_is_found_by_its_own_code(
        self, agent_client: Client, page: str, code: TraceCode
    ) -> None:
        assert str(code.lv3_trac_code) in text(agent_client.get(page, {"code": code.lv3_trac_code}))

    def test_a_code_of_another_unit_is_not_found(
        self, stranger_client: Client, stranger: Side, page: str, maker: Side, code: TraceCode
    ) -> None:
        theirs = page.replace(maker.unit.slug, stranger.unit.slug)
        own = text(stranger_client.get(theirs, {"code": code.code}))
        none = text(stranger_client.get(theirs, {"code": code.code[::-1]}))
        assert "未查到此追溯码" in own
        assert own.replace(code.code, "") == none.replace(code.code[::-1], "")


@pytest.mark.django_db
class TestTrace:
    """追溯信息详情."""

    def test_it_shows_the_facts_the_nodes_and_the_boxes(
        self, agent_client: Client, page: str, code: TraceCode
    ) -> None:
        response = agent_client.get(f"{page}trace/", {"code": code.code}, headers=FRAGMENT)
        html = response.content.decode()
        labels = re.findall(r"<dt>([^<]+)</dt>", html)
        assert labels == facts_of_family("domestic-drug")
        assert len(labels) == 22
        assert re.findall(r"<h4>([^<]+)</h4>", html) == ["生产入库", "生产出库"]
        assert "（由生产企业出库时产生）" in html
        assert f"继承自大包装 {code.lv3_trac_code}" in text(response)
        assert html.count('<li class="inherited">') == 1
        boxes = re.findall(r'class="depth-\d[^>]*><span class="pill">([^<]+)<', html)
        assert boxes == ["大包装", "中包装", "小包装"]

    def test_it_is_a_page_too(self, agent_client: Client, page: str, code: TraceCode) -> None:
        html = agent_client.get(f"{page}trace/", {"code": code.code}).content.decode()
        assert "追溯信息详情" in html
        assert "生产企业药耗追溯信息查询列表" in html
        assert f'href="{page}?tab=code&amp;code={code.code}" data-dialog-close' in html

    @pytest.mark.parametrize("typed", ["", "80000010000000000099", "不是码", "1" * 300])
    def test_an_unknown_code_has_no_trace(
        self, agent_client: Client, page: str, typed: str
    ) -> None:
        assert agent_client.get(f"{page}trace/", {"code": typed}).status_code == 404


def begin(client: Client, page: str, code: TraceCode) -> str:
    """导出, and return the address of the dialog."""
    address: str = client.post(f"{page}export/", {"code": code.code})["Location"]
    return address


@pytest.mark.django_db(transaction=True)
class TestExport:
    """导出."""

    def test_the_dialog_waits_then_offers_the_file(
        self, agent_client: Client, page: str, code: TraceCode, tmp_path: Path
    ) -> None:
        address = begin(agent_client, page, code)
        waiting = agent_client.get(address)
        assert "文件正在生成中，请稍后…" in text(waiting)
        assert "不会取消导出" in text(waiting)
        match = re.search(r'name="seen" value="([^"]+)"', waiting.content.decode())
        assert match
        seen = {"seen": match[1]}
        assert agent_client.get(f"{address}progress/", seen, headers=FRAGMENT).status_code == 204

        build.run(Export.everything.get().pk)
        done = agent_client.get(f"{address}progress/", seen, headers=FRAGMENT)
        assert done.status_code == 286
        assert "文件已生成" in text(done)
        file = agent_client.get(f"{address}download/")
        assert file["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%8D%AF")
        assert file["Cache-Control"] == "private, no-store"
        assert file["X-Content-Type-Options"] == "nosniff"
        path = tmp_path / "export.xlsx"
        path.write_bytes(b"".join(file))
        rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
        assert len(rows) == 1 + 2
        assert code.code in rows[1]

    def test_asked_again_it_is_the_same_job_until_a_new_file_is_wanted(
        self, agent_client: Client, page: str, code: TraceCode
    ) -> None:
        address = begin(agent_client, page, code)
        assert begin(agent_client, page, code) == address
        build.run(Export.everything.get().pk)
        assert begin(agent_client, page, code) == address
        anew = agent_client.post(f"{address}again/")["Location"]
        assert anew != address
        assert Export.everything.count() == 2

    def test_the_right_is_checked_when_the_file_is_fetched(
        self, agent_client: Client, page: str, code: TraceCode, maker: Side
    ) -> None:
        address = begin(agent_client, page, code)
        build.run(Export.everything.get().pk)
        revoke(maker.unit, maker.agent, "maker-query")
        refused = agent_client.get(f"{address}download/")
        assert refused.status_code == 403
        assert "暂无权限" in text(refused)

    def test_another_units_export_does_not_exist(
        self,
        agent_client: Client,
        stranger_client: Client,
        stranger: Side,
        maker: Side,
        page: str,
        code: TraceCode,
    ) -> None:
        address = begin(agent_client, page, code)
        build.run(Export.everything.get().pk)
        theirs = address.replace(maker.unit.slug, stranger.unit.slug)
        for part in ("", "progress/", "download/"):
            assert stranger_client.get(theirs + part).status_code == 404
        assert stranger_client.post(f"{theirs}again/").status_code == 404
        assert Export.everything.count() == 1

    def test_an_expired_file_is_not_sent_and_says_what_to_do(
        self, agent_client: Client, page: str, code: TraceCode
    ) -> None:
        address = begin(agent_client, page, code)
        build.run(Export.everything.get().pk)
        Export.everything.update(expires_at=timezone.now(), state=ExportState.EXPIRED)
        assert agent_client.get(f"{address}download/").status_code == 302
        shown = text(agent_client.get(address))
        assert "文件只保留到" in shown
        assert "重新导出" in shown

    def test_a_failure_is_said_in_words(
        self, agent_client: Client, page: str, code: TraceCode
    ) -> None:
        address = begin(agent_client, page, code)
        Export.everything.update(
            state=ExportState.FAILED,
            failure_code="export_too_many",
            failure_detail=["100001", "100000"],
        )
        assert "选中 100001 个追溯码，超过一次导出的上限 100000 个" in text(
            agent_client.get(address)
        )

    @pytest.mark.parametrize("typed", ["", "不是码", "80000010000000000099"])
    def test_what_is_not_found_cannot_be_exported(
        self, agent_client: Client, page: str, typed: str
    ) -> None:
        response = agent_client.post(f"{page}export/", {"code": typed})
        assert response.status_code == 302
        assert "没有可以导出的" in text(agent_client.get(response["Location"]))
        assert not Export.everything.exists()

    def test_an_export_of_the_unit_that_is_unknown(self, agent_client: Client, page: str) -> None:
        assert agent_client.get(f"{page}exports/{uuid4()}/").status_code == 404
