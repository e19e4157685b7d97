"""The guide's example rebuilt through the pages: a maker's batch, its way through a distributor to
the pharmacy, and what both sides then read of it.

With an imported drug and a consumable. Domestic drugs have the pages of imported ones; the demo
tells of them as the guide does (tests/tracing/synthetic/test_seed_demo.py), and test_main_job.py
takes them from the template to the export.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.demo.data.people import AGENTS, UNITS, DemoAgent, DemoUnit
from tests.browser import unseen
from tests.browser.conftest import Demo
from tests.browser.steps import close, confirm, counts, dialog, sign_in, sign_out, upload
from tests.tracing.facts import facts_of_family
from tests.tracing.uploads.devices import DI, LOT, MCS
from tests.tracing.uploads.rows import code_rows, example, sheet_rows, workbook
from tracing.records import RECORDS, examples
from tracing.stores.membership import UNREGISTERED
from tracing.traces import consumables
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


class Goods(NamedTuple):
    """What is made: the maker's records of it, with a row each, and one of its packs with its
    boxes, which have the batch `batch`.

    `opened` is what the list calls it, `of_batch` how the maker's events name the batch, and
    `typed` how the distributor does. `facts` are those of a trace in their order, `said` some
    texts among them, `exported` the columns of an export in which they stand.
    """

    family: str
    title: str
    products: dict[str, dict[str, Any]]
    pack: dict[str, Any]
    batch: str
    opened: str
    of_batch: dict[str, str]
    typed: dict[str, str]
    facts: list[str]
    said: dict[str, str]
    exported: dict[str, str]


class Chain(NamedTuple):
    """Who makes, who deals, and the pack whose way is told."""

    maker: DemoUnit
    dealer: DemoUnit
    goods: Goods

    @property
    def pack(self) -> dict[str, Any]:
        """The pack and its boxes."""
        return self.goods.pack

    @property
    def batch(self) -> str:
        """What the lists say of its batch."""
        return self.goods.batch

    @property
    def title(self) -> str:
        """The tab of its family."""
        return self.goods.title

    def record(self, what: str) -> str:
        """The family's record of something."""
        return f"{self.goods.family}-{what}"

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


STORED = "2024-12-16 00:00:00"
SAID = {"pacspec": "每盒60粒", "convrat": "60", "convrat_unt": "粒", "manu_cnt": "33000"}


def drugs(family: str, maker: DemoUnit) -> Goods:
    """A batch of drugs and a pack of it."""
    batch = f"GUIDE-{maker.account.upper()}"
    start = 880_000 + 10_000 * UNITS.index(maker)
    record = f"{family}-info"
    row = example(record, trac_codg_sn=batch, manu_lotnum="20241201", **SAID)
    labels = facts_of_family(family)
    return Goods(
        family=family,
        title=RECORDS[record].title,
        products={"info": row},
        pack=code_rows(1, start=start, trac_codg_sn=batch, stoin_time=STORED)[0],
        batch=batch,
        opened=batch,
        of_batch={"trac_codg_sn": batch},
        typed={},
        facts=labels,
        said={"包装规格": "每盒60粒", "包装转换比": "60", "生产数量": "33000"},
        exported={
            label: column.label
            for facts in COLUMNS
            for column, label in zip(facts.columns, facts.labels, strict=True)
            if label in labels
        },
    )


def devices(family: str, maker: DemoUnit) -> Goods:
    """A consumable, its packing, and a piece of a lot in its boxes."""
    piece = {
        "lv1_trac_code": f"{LOT}(21)GUIDE1",
        "lv2_trac_code": "(01)16999000000015(10)20241201(21)GUIDE2",
        "lv3_trac_code": "(01)26999000000012(10)20241201(21)GUIDE3",
    }
    labels = {column.name: column.label for column in consumables.FACTS}
    in_place = {
        fact.label: consumables.IN_PLACE_OF.get(fact.name, fact.name)
        for facts in COLUMNS
        for fact in facts.columns
    }
    return Goods(
        family=family,
        title="医用耗材信息",
        products={
            "item": example(f"{family}-item", udi=DI, mol=None),
            "spec": example(f"{family}-spec", udi_di=DI, mol=None),
        },
        pack=example(f"{family}-codes", **piece, cnt=None, stoin_time=STORED),
        batch=f"{MCS} 20241201",
        opened=f"{MCS} {DI}",
        of_batch={},
        typed={"med_list_codg": MCS, "manu_lotnum": "20241201"},
        facts=list(labels.values()),
        said={"包装规格": "10支/盒", "生产批号": "20241201", "数量": "1"},
        exported={labels[name]: label for label, name in in_place.items() if name in labels},
    )


@pytest.fixture(
    params=[
        ("maker2", "distributor2", "imported-drug"),
        ("maker2", "distributor1", "consumable"),
    ],
    ids=" to ".join,
)
def chain(request: pytest.FixtureRequest) -> Chain:
    """Each maker sends a pack of its own to a distributor."""
    *accounts, family = request.param
    maker, dealer = map(unit, accounts)
    made = devices if family == "consumable" else drugs
    return Chain(maker, dealer, made(family, maker))


def makers_files(chain: Chain, folder: Path) -> Iterator[tuple[str, Path]]:
    """The record and the workbook of each of the maker's uploads but the retail."""
    pack, maker, dealer = chain.pack, chain.maker, chain.dealer
    shipped = example(
        chain.record("shipment"),
        **chain.goods.of_batch,
        trac_code=pack["lv3_trac_code"],
        shp_org_name=maker.name,
        shp_org_uscc=maker.uscc,
        shpp_org_name=dealer.name,
        shpp_org_uscc=dealer.uscc,
        shp_time="2024-12-17",
    )
    received = example(
        chain.record("receipt"),
        **chain.goods.of_batch,
        trac_code=pack["lv2_trac_code"],
        shpp_time="2024-12-20 00:00:00",
    )
    delivered = example(
        chain.record("delivery"), **chain.goods.of_batch, trac_code=pack["lv3_trac_code"]
    )
    for what, row in (
        *chain.goods.products.items(),
        ("codes", pack),
        ("shipment", shipped),
        ("delivery", delivered),
        ("receipt", received),
    ):
        record = chain.record(what)
        yield record, workbook(folder / f"{record}.xlsx", record, [row])


def dealers_file(chain: Chain, folder: Path) -> Path:
    """In with the large box on the 18th, out with the middle one on the 19th."""
    maker, dealer, pack = chain.maker, chain.dealer, chain.pack
    inbound = example(
        CIRCULATION,
        **chain.goods.typed,
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
        **chain.goods.typed,
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
    return workbook(folder / "circulation.xlsx", CIRCULATION, [inbound, outbound])


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
    # The pages of an upload are the same for all records: one goes through them here, two below.
    (record, file), *others = makers_files(chain, tmp_path)
    store(page, record, file)
    for record, file in others:
        unseen.store(page, record, file)
    page.reload()
    the_batchs_dialog_has_its_tabs(page, chain)
    leave(page, chain.maker)

    enter(page, demo, chain.dealer, "流通企业药耗配送信息上传")
    store(page, CIRCULATION, dealers_file(chain, tmp_path), rows=2)
    the_distributor_reads_it(page, chain)
    leave(page, chain.dealer)

    enter(page, demo, chain.maker, "生产企业药耗追溯信息查询")
    ask(page, code)
    assert cell(page, code, "环节个数") == "5"
    trace = open_trace(page, code)
    facts = facts_of(trace)
    assert list(facts) == chain.goods.facts
    assert facts.items() >= chain.goods.said.items()
    assert steps_of(trace) == chain.nodes[:5]
    close(trace)

    page.get_by_role("link", name="生产企业药耗基础信息上传").first.click()
    page.get_by_role("link", name=chain.title, exact=True).click()
    retail = chain.record("retail")
    row = example(retail, **chain.goods.of_batch, trac_code=code, rtal_time="2024-12-21")
    store(page, retail, workbook(tmp_path / "retail.xlsx", retail, [row]))
    page.get_by_role("link", name="生产企业药耗追溯信息查询").first.click()
    ask(page, code)
    assert cell(page, code, "环节个数") == "6"
    trace = open_trace(page, code)
    assert steps_of(trace) == chain.nodes
    close(trace)
    exported = the_export_says(page, chain, tmp_path)
    assert exported == {label: facts[label] for label in chain.goods.exported}


def the_batchs_dialog_has_its_tabs(page: Page, chain: Chain) -> None:
    page.get_by_role("link", name=f"追溯信息 {chain.goods.opened}").click()
    opened = dialog(page, f"{chain.title.removesuffix('信息')}追溯信息")
    for part, code in (
        ("追溯码信息", chain.pack["lv1_trac_code"]),
        ("发货单位", chain.pack["lv3_trac_code"]),
        ("配送信息", chain.pack["lv3_trac_code"]),
        ("收货信息", chain.pack["lv2_trac_code"]),
    ):
        tab = opened.get_by_role("link", name=part, exact=True)
        tab.click()
        # Two parts in a row show the same code.
        expect(tab).to_have_attribute("aria-current", "page")
        expect(opened.get_by_role("cell", name=code, exact=True)).to_be_visible()
    opened.get_by_role("link", name="零售信息", exact=True).click()
    expect(opened).to_contain_text(f"还没有上传{RECORDS[chain.record('retail')].title}")
    close(opened)


def the_export_says(page: Page, chain: Chain, folder: Path) -> dict[str, str]:
    """The facts of the code in its export, which has a row for each of its nodes, by the labels of
    the trace.
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
    named = chain.goods.exported.items()
    return {label: str(said[0][heading] or "") for label, heading in named}


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
