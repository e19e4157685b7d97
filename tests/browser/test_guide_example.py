"""The guide's example rebuilt through the pages: a maker's batch, its way through a distributor to
the pharmacy, and what both sides then read of it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.demo.data.people import AGENTS, UNITS, DemoAgent, DemoUnit
from tests.browser.conftest import Demo
from tests.browser.steps import close, confirm, counts, dialog, send, sign_in, sign_out, upload
from tests.tracing.facts import facts_of_family
from tests.tracing.uploads.rows import code_rows, example, sheet_rows, workbook
from tracing.records import RECORDS, examples
from tracing.stores.membership import UNREGISTERED
from tracing.traces.facts import COLUMNS

pytestmark = pytest.mark.browser

CIRCULATION = "circulation"
PHARMACY, PHARMACY_USCC = examples.PHARMACY
NOTES = (
    "由生产企业入库时产生",
    "由生产企业出库时产生",
    "由流通企业入库时产生",
    "由流通企业出库时产生",
    "由药店采购入库时产生",
    "由药店销售出库时产生",
)


class Chain(NamedTuple):
    """Who makes, who deals, whether at home or abroad, and the pack whose way is told."""

    maker: DemoUnit
    dealer: DemoUnit
    family: str
    batch: str
    pack: dict[str, Any]

    def record(self, what: str) -> str:
        """The family's record of something."""
        return f"{self.family}-{what}"

    @property
    def title(self) -> str:
        """The tab of the family."""
        return RECORDS[self.record("info")].title

    @property
    def nodes(self) -> list[tuple[str, str, str, str]]:
        """Title, time, organisation and note of each step, in order."""
        titles = ("生产入库", "生产出库", "流通入库", "流通出库", "销售入库", "销售出库")
        maker, dealer = self.maker.name, self.dealer.name
        shop = f"{PHARMACY}{UNREGISTERED}"
        firms = (maker, maker, dealer, dealer, shop, shop)
        return [
            (title, f"2024-12-{day} 00:00:00", firm, f"（{note}）")
            for title, day, firm, note in zip(titles, count(16), firms, NOTES, strict=False)
        ]


def unit(account: str) -> DemoUnit:
    return next(unit for unit in UNITS if unit.account == account)


def agent_of(who: DemoUnit) -> DemoAgent:
    return next(agent for agent in AGENTS if agent.units == (who.account,))


@pytest.fixture(
    params=[
        ("maker1", "distributor1", "domestic-drug"),
        ("maker2", "distributor2", "imported-drug"),
    ],
    ids=" to ".join,
)
def chain(request: pytest.FixtureRequest) -> Chain:
    """Each maker sends a pack of its own to a distributor of its own."""
    *accounts, family = request.param
    maker, dealer = map(unit, accounts)
    start = 880_000 + 10_000 * UNITS.index(maker)
    batch = f"GUIDE-{maker.account.upper()}"
    stored = "2024-12-16 00:00:00"
    pack = code_rows(1, start=start, trac_codg_sn=batch, stoin_time=stored)[0]
    return Chain(maker, dealer, family, batch, pack)


def makers_files(chain: Chain, folder: Path) -> Iterator[tuple[str, Path]]:
    """The record and the workbook of each of the maker's uploads but the retail."""
    pack, maker, dealer = chain.pack, chain.maker, chain.dealer
    info = example(
        chain.record("info"),
        trac_codg_sn=chain.batch,
        pacspec="每盒60粒",
        convrat="60",
        convrat_unt="粒",
        manu_cnt="33000",
        manu_lotnum="20241201",
    )
    shipped = example(
        chain.record("shipment"),
        trac_codg_sn=chain.batch,
        trac_code=pack["lv3_trac_code"],
        shp_org_name=maker.name,
        shp_org_uscc=maker.uscc,
        shpp_org_name=dealer.name,
        shpp_org_uscc=dealer.uscc,
        shp_time="2024-12-17",
    )
    received = example(
        chain.record("receipt"),
        trac_codg_sn=chain.batch,
        trac_code=pack["lv2_trac_code"],
        shpp_time="2024-12-20 00:00:00",
    )
    delivered = example(
        chain.record("delivery"), trac_codg_sn=chain.batch, trac_code=pack["lv3_trac_code"]
    )
    for what, row in (
        ("info", info),
        ("codes", pack),
        ("shipment", shipped),
        ("delivery", delivered),
        ("receipt", received),
    ):
        record = chain.record(what)
        yield record, workbook(folder / f"{record}.xlsx", record, [row])


def dealers_file(chain: Chain, folder: Path, name: str = "circulation.xlsx") -> Path:
    """In with the large box on the 18th, out with the middle one on the 19th."""
    maker, dealer, pack = chain.maker, chain.dealer, chain.pack
    inbound = example(
        CIRCULATION,
        trac_code=pack["lv3_trac_code"],
        inv_type="入库",
        delv_time="2024-12-18",
        shp_org_name=maker.name,
        shp_org_uscc=maker.uscc,
        shpp_org_name=dealer.name,
        shpp_org_uscc=dealer.uscc,
    )
    outbound = example(
        CIRCULATION,
        trac_code=pack["lv2_trac_code"],
        inv_type="出库",
        delv_time="2024-12-19",
        shp_org_name=dealer.name,
        shp_org_uscc=dealer.uscc,
        shpp_org_name=PHARMACY,
        shpp_org_uscc=PHARMACY_USCC,
        shp_sin_no="CK20241219001",
        shp_time="2024-12-19",
        shpp_sin_no=None,
        shpp_time=None,
    )
    return workbook(folder / name, CIRCULATION, [inbound, outbound])


def enter(page: Page, demo: Demo, who: DemoUnit, business: str) -> None:
    """Sign in as the unit's agent and open a business."""
    sign_in(page, demo, agent_of(who).mobile)
    page.get_by_role("main").get_by_role("link", name=business, exact=True).click()
    expect(page.get_by_text(f"您正在为【{who.name}】办理")).to_be_visible()


def leave(page: Page, who: DemoUnit) -> None:
    sign_out(page, agent_of(who).name)


def store(page: Page, record: str, file: Path, rows: int = 1) -> None:
    """Upload, 确认, 关闭; every row is good."""
    result = upload(page, f"{RECORDS[record].title}上传", str(file))
    assert counts(result) == [str(rows), str(rows), "0"]
    result = confirm(page)
    expect(result).to_contain_text(f"新增 {rows} 条")
    close(result)


def ask(page: Page, code: str) -> None:
    page.get_by_label("药耗追溯码", exact=True).fill(code)
    page.get_by_role("button", name="查询", exact=True).click()


def cell(page: Page, code: str, label: str) -> str:
    """What the list says of a code under a heading."""
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=code, exact=True))
    return row.locator(f"td[data-label='{label}']").inner_text()


def open_trace(page: Page, code: str) -> Locator:
    page.get_by_role("link", name=f"追溯信息 {code}").click()
    return dialog(page, "追溯信息详情")


def steps_of(trace: Locator) -> list[tuple[str, ...]]:
    """Title, time, organisation and note of each node."""
    found = []
    for node in trace.locator(".timeline > li").all():
        parts = node.locator("h4, p:not(.from)").all_inner_texts()
        found.append(tuple(part.strip() for part in parts))
    return found


def facts_of(trace: Locator) -> dict[str, str]:
    labels = trace.locator("dl.facts-column dt").all_inner_texts()
    values = trace.locator("dl.facts-column dd").all_inner_texts()
    return dict(zip(labels, values, strict=True))


def test_the_guides_example(page: Page, demo: Demo, chain: Chain, tmp_path: Path) -> None:
    code = chain.pack["lv1_trac_code"]
    enter(page, demo, chain.maker, "生产企业药耗基础信息上传")
    page.get_by_role("link", name=chain.title, exact=True).click()
    files = dict(makers_files(chain, tmp_path))
    for record, file in files.items():
        store(page, record, file)
    the_batchs_dialog_has_its_tabs(page, chain)
    leave(page, chain.maker)

    enter(page, demo, chain.dealer, "流通企业药耗配送信息上传")
    store(page, CIRCULATION, dealers_file(chain, tmp_path), rows=2)
    the_same_again_changes_nothing(page, chain, tmp_path)
    the_distributor_reads_it(page, chain)
    leave(page, chain.dealer)

    enter(page, demo, chain.maker, "生产企业药耗追溯信息查询")
    ask(page, code)
    assert cell(page, code, "环节个数") == "5"
    trace = open_trace(page, code)
    facts = facts_of(trace)
    assert list(facts) == facts_of_family(chain.family)
    assert (facts["包装规格"], facts["包装转换比"], facts["生产数量"]) == (
        "每盒60粒",
        "60",
        "33000",
    )
    assert steps_of(trace) == chain.nodes[:5]
    close(trace)

    page.get_by_role("link", name="生产企业药耗基础信息上传").first.click()
    page.get_by_role("link", name=chain.title, exact=True).click()
    retail = chain.record("retail")
    row = example(retail, trac_codg_sn=chain.batch, trac_code=code, rtal_time="2024-12-21")
    store(page, retail, workbook(tmp_path / "retail.xlsx", retail, [row]))
    page.get_by_role("link", name="生产企业药耗追溯信息查询").first.click()
    ask(page, code)
    assert cell(page, code, "环节个数") == "6"
    trace = open_trace(page, code)
    assert steps_of(trace) == chain.nodes
    close(trace)
    assert the_export_says(page, chain, tmp_path) == facts


def the_batchs_dialog_has_its_tabs(page: Page, chain: Chain) -> None:
    page.get_by_role("link", name=f"追溯信息 {chain.batch}").click()
    opened = dialog(page, f"{chain.title.removesuffix('信息')}追溯信息")
    for part, code in (
        ("追溯码信息", chain.pack["lv1_trac_code"]),
        ("发货单位", chain.pack["lv3_trac_code"]),
        ("配送信息", chain.pack["lv3_trac_code"]),
        ("收货信息", chain.pack["lv2_trac_code"]),
    ):
        opened.get_by_role("link", name=part, exact=True).click()
        expect(opened.get_by_role("cell", name=code, exact=True)).to_be_visible()
    opened.get_by_role("link", name="零售信息", exact=True).click()
    expect(opened).to_contain_text(f"此批次还没有上传{RECORDS[chain.record('retail')].title}")
    close(opened)


def the_export_says(page: Page, chain: Chain, folder: Path) -> dict[str, str]:
    """The facts of the code in its export, which has a row for each of its nodes, by the labels of
    the trace; a fact that only other families have is empty there.
    """
    page.get_by_role("button", name="导出").click()
    opened = dialog(page, "导出")
    expect(opened).to_contain_text("文件已生成")
    with page.expect_download() as started:
        opened.get_by_role("link", name="下载").click()
    file = folder / "export.xlsx"
    started.value.save_as(file)
    heads, rows = sheet_rows(file)
    said = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [row["环节"] for row in said] == [title for title, *_ in chain.nodes]
    own = facts_of_family(chain.family)
    return {
        label: str(said[0].pop(column.label) or "")
        for facts in COLUMNS
        for column, label in zip(facts.columns, facts.labels, strict=True)
        if label in own
    }


def the_same_again_changes_nothing(page: Page, chain: Chain, folder: Path) -> None:
    """The same bytes lead to the earlier upload; the same rows in another file are unchanged."""
    expect(page.get_by_role("cell", name="CK20241219001", exact=True).first).to_be_visible()
    total = page.locator("[data-total]").inner_text()
    again = send(page, "流通企业药信息上传", str(folder / "circulation.xlsx"))
    expect(again).to_contain_text("没有重复导入")
    close(again)
    upload(page, "流通企业药信息上传", str(dealers_file(chain, folder, "again.xlsx")))
    result = confirm(page)
    expect(result).to_contain_text("新增 0 条")
    expect(result).to_contain_text("替换 0 条")
    expect(result).to_contain_text("未变化 2 条")
    close(result)
    expect(page.locator("[data-total]")).to_have_text(total)


def the_distributor_reads_it(page: Page, chain: Chain) -> None:
    """It uploaded the boxes; a pack inside finds them, and what it did is told."""
    page.get_by_role("link", name="流通企业药耗追溯信息查询").first.click()
    ask(page, chain.pack["lv1_trac_code"])
    middle, large = chain.pack["lv2_trac_code"], chain.pack["lv3_trac_code"]
    assert cell(page, middle, "产品批号(药品基础信息唯一流水号)") == chain.batch
    assert cell(page, middle, "环节个数") == "5"
    assert cell(page, middle, "企业所在环节") == "流通入库、流通出库"
    assert cell(page, large, "环节个数") == "3"
    assert cell(page, large, "企业所在环节") == "流通入库"
    trace = open_trace(page, middle)
    assert steps_of(trace) == chain.nodes[:5]
    close(trace)


def test_an_export_is_entered_again_until_a_new_one_is_wanted(page: Page, demo: Demo) -> None:
    maker = unit("maker1")
    query = "生产企业药耗追溯信息查询"
    enter(page, demo, maker, query)
    first = exported(page)
    address, made = page.url, made_at(first)
    close(first)
    page.reload()
    assert made_at(exported(page)) == made
    assert page.url == address
    page.reload()
    assert made_at(dialog(page, "导出")) == made
    close(dialog(page, "导出"))
    leave(page, maker)

    enter(page, demo, maker, query)
    again = exported(page)
    assert (page.url, made_at(again)) == (address, made)
    again.get_by_role("button", name="重新导出").click()
    expect(page).not_to_have_url(address)
    anew = dialog(page, "导出")
    expect(anew).to_contain_text("文件已生成")
    assert made_at(anew) > made


def exported(page: Page) -> Locator:
    """导出 of the demo's first batch by 批量查询, and wait for the file."""
    page.get_by_role("link", name="批量查询").click()
    page.get_by_label("产品批号(药品基础信息唯一流水号)").fill("20241201-0001")
    page.get_by_role("button", name="查询", exact=True).click()
    page.get_by_role("button", name="导出").click()
    opened = dialog(page, "导出")
    expect(opened).to_contain_text("文件已生成")
    return opened


def made_at(opened: Locator) -> datetime:
    """Whose moment the file shows."""
    return datetime.fromisoformat(opened.locator("time").get_attribute("datetime") or "")
