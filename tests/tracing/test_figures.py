"""Figures 31 to 47 of the guide: every label of them is found on its page.

The labels are the guide's own words, typed here from the figures, so that a change in a record that
takes one of them off a page is found. Where a figure shows an order, the page shows it.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest
from django.test import Client

from tests.factories import UnitFactory
from tests.people import Side, client_of, side
from tests.tracing.desks import Desk, heads
from tests.tracing.factories import DrugBatchFactory, EventFactory
from tests.tracing.uploads.devices import Uploads, item
from tests.tracing.uploads.rows import example, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.records import RECORDS

pytestmark = pytest.mark.django_db(transaction=True)

GOODS = ("信息", "追溯码信息", "发货信息", "配送信息", "收货信息", "零售信息")
STEPS = (
    "导入",
    "第一步：明确导入规则：",
    "导入数据后，重复数据替换",
    "第二步：导入模板下载：",
    "第三步：请使用导入模板维护导入数据，维护完毕后保存，选择",
    "点击导入",
    "支持拖动，.xlsx文件",
    "最多导入1个文件，最大10M",
    "导入结果",
    "确定",
    "关闭",
)
# Fields of a day, and of a choice: what they show while they are empty is the browser's.
CHOSEN = ("药品生产日期", "处方药标识", "是否为一次性耗材")
LIST = ("重置", "查询", "上传", "删除", "序号")
TABS = ("进口药信息", "国产药信息", "医用耗材信息")
HALL = (
    "登录账号",
    "上次登录IP",
    "上次登录时间",
    "本次登录时间",
    "单位名称",
    "资料下载",
    "参保单位服务",
    "医药机构服务",
    "生产企业服务",
    "2024年医保药品目录调整",
    "医药企业线上报送医保谈判药品配备机构",
    "协议期内谈判药品医保支付数据查询",
    "口腔种植价格治理填报",
    "医保业务综合服务终端申请单上传",
    "生产企业药耗基础信息上传",
    "流通企业药耗配送信息上传",
    "接口调用自助服务",
    "生产企业药耗追溯信息查询",
    "流通企业药耗追溯信息查询",
)
FRONT = (
    "更多>",
    "我的医保",
    "个人参保信息",
    "个人医保账户",
    "个人缴费记录",
    "个人消费记录",
    "跨省异地就医结算服务查询",
    "异地就医备案记录查询",
    "异地就医直接结算费用查询",
    "药品和医用耗材招采服务",
    "国家组织药品集中带量采购中选价格查询",
    "国家组织药品集中采购信息填报",
    "国家组织高值医用耗材集中采购信息填报",
    "单位服务",
    "2024年国家医保药品目录调整申报",
    "医保业务综合服务终端(Ⅲ类)送检申报",
    "声明信息公示",
    "药耗追溯信息上传服务",
    "生产企业药耗追溯信息上传",
    "流通企业药耗追溯信息上传",
)


class Figure(NamedTuple):
    """One or several figures that show a page: its labels, and where an order is shown, the fields
    of the filter, the columns of the list and the options of the dialog.
    """

    numbers: str
    page: str
    labels: tuple[str, ...]
    fields: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def _uploads(goods: str, *kinds: str) -> tuple[str, ...]:
    return tuple(f"{goods}{kind}上传" for kind in kinds)


FIGURES = (
    Figure("31 43", "hall", HALL),
    Figure("32 44", "front", FRONT),
    Figure(
        "33 38 41",
        "list imported",
        (*TABS, *LIST, "进口药信息查询列表", "追溯信息"),
        fields=(
            "追溯码唯一流水号",
            "医疗目录编码",
            "药品通用名称",
            "进口企业名称",
            "药品生产批号",
            "药品生产日期",
        ),
        columns=(
            "追溯码唯一流水号",
            "医疗目录编码",
            "国家药品标识码",
            "药品通用名",
            "药品生产批号",
            "药品生产日期",
            "药品生产文号有效期",
            "进口药品注册证号",
            "进口药品批件号",
        ),
    ),
    Figure(
        "39",
        "list domestic",
        (*TABS, *LIST, "国产药信息查询列表", "追溯信息"),
        fields=(
            "追溯码唯一流水号",
            "医疗目录编码",
            "药品通用名称",
            "生产企业名称",
            "药品生产批号",
            "药品生产日期",
            "处方药标识",
        ),
        columns=(
            "追溯码唯一流水号",
            "医疗目录编码",
            "国家药品标识码",
            "药品通用名",
            "药品生产批号",
            "药品生产日期",
        ),
    ),
    Figure(
        "40",
        "list consumable",
        (*TABS, *LIST, "医用耗材信息查询列表"),
        fields=(
            "医保耗材代码",
            "医疗器械唯一标识(UDI)",
            "单件产品名称",
            "生产企业名称",
            "是否为一次性耗材",
            "注册备案凭证ID",
        ),
        columns=(
            "医保耗材代码",
            "注册备案凭证ID",
            "医疗器械唯一标识(UDI)",
            "单件产品名称",
            "最小计量单位",
            "是否为一次性耗材",
            "生产企业名称",
        ),
    ),
    Figure("34", "dialog imported", STEPS, options=_uploads("进口药", *GOODS)),
    Figure("35", "dialog domestic", STEPS, options=_uploads("国产药", *GOODS)),
    # Between 规格 and 发货 stand the codes, which the guide promises and figure 36 cuts off.
    Figure(
        "36",
        "dialog consumable",
        STEPS,
        options=_uploads(
            "医用耗材",
            "单件信息",
            "规格信息",
            "追溯码信息",
            "发货信息",
            "配送信息",
            "收货信息",
            "零售信息",
        ),
    ),
    Figure(
        "37",
        "result",
        (
            "导入结果",
            "导入完成！",
            "导入完成时间：",
            "总计(条)",
            "成功(条)",
            "失败(条)",
            "操作",
            "下载错误报告",
            "关闭",
        ),
    ),
    Figure(
        "42",
        "batch",
        (
            "进口药追溯信息",
            "医疗目录编码：",
            "药品通用名：",
            "基本信息",
            "追溯码信息",
            "发货单位",
            "配送信息",
            "收货信息",
            "零售信息",
            "剂型",
            "制剂规格",
            "包装规格",
            "包装转换比",
            "药品转换比单位",
            "关闭",
        ),
    ),
    Figure(
        "45 47",
        "circulation",
        (
            *LIST,
            "流通企业查询",
            "流通企业查询列表",
            "发货日期",
            "开始日期",
            "结束日期",
            "操作",
            "总共",
            "10条/页",
            "前往",
        ),
        fields=("药品追溯码", "医疗目录编码", "流通单位名称"),
        columns=("流通单位编号", "流通单位", "发货单编号", "收货单编号", "入(出)库时间"),
    ),
    Figure("46", "trading", (*STEPS, "流通企业药信息上传.xlsx")),
)


class Pages:
    """The pages of the figures, as agents see them in whose lists there is something."""

    def __init__(self, maker: Side, folder: Path) -> None:
        self.maker, self.folder = maker, folder
        self.dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
        self.desk = Desk(client_of(maker.agent.account), f"/u/{maker.unit.slug}/maker/upload/")
        trade = f"/u/{self.dealer.unit.slug}/distributor/upload/"
        self.trade = Desk(client_of(self.dealer.agent.account), trade)

    def html(self, name: str) -> str:
        """One of them."""
        kind, _, tab = name.partition(" ")
        shown: str = getattr(self, kind)(*([tab] if tab else []))
        return shown

    def hall(self) -> str:
        """服务大厅 of the unit."""
        answer = self.desk.client.get(f"/u/{self.maker.unit.slug}/")
        return unescape(answer.content.decode())

    def front(self) -> str:
        """网厅首页, before anybody signed in."""
        return unescape(Client().get("/").content.decode())

    def list(self, tab: str) -> str:
        """A tab of the maker's page, with something in its list."""
        if tab == "consumable":
            Uploads(self.maker, self.folder).store("consumable-item", item())
        else:
            DrugBatchFactory.create(unit=self.maker.unit, abroad=tab == "imported")
        return self.desk.get(tab=tab)

    def dialog(self, tab: str) -> str:
        """The import dialog, to which 上传 of a tab leads."""
        link = re.search(r'id="upload" href="[^"]+/(import/)\?tab=(\w+)"', self.desk.get(tab=tab))
        assert link is not None
        assert link[2] == tab
        return self.desk.get(link[1], tab=link[2])

    def result(self) -> str:
        """The result of an upload of which a row failed, and the others are stored."""
        record = "imported-drug-info"
        rows = [example(record), example(record, trac_codg_sn="SN2", manu_date="昨天")]
        path = workbook(self.folder / "a.xlsx", record, rows)
        sent = confirm(upload(*self.maker, record, path))
        shown = f"/u/{self.maker.unit.slug}/maker/uploads/{sent.pk}/"
        answer = self.desk.client.get(shown, headers={"HX-Request": "true"})
        return unescape(answer.content.decode())

    def batch(self) -> str:
        """追溯信息 of a batch."""
        batch = DrugBatchFactory.create(unit=self.maker.unit, abroad=True)
        return self.desk.get("batch/", sn=batch.trac_codg_sn)

    def circulation(self) -> str:
        """The distributor's page, with a row in its list."""
        EventFactory.create(unit=self.dealer.unit, kind="circulation-in")
        return self.trade.get()

    def trading(self) -> str:
        """The distributor's import dialog."""
        return self.trade.get("import/")


@pytest.fixture
def pages(maker: Side, tmp_path: Path) -> Pages:
    return Pages(maker, tmp_path)


def words(html: str) -> str:
    """What is to be read: texts, and what fields show while they are empty."""
    hints = " ".join(re.findall(r'placeholder="([^"]+)"', html))
    return re.sub(r"\s+", " ", f"{re.sub(r'<[^>]+>', ' ', html)} {hints}")


def fields(html: str) -> list[str]:
    """The labels of the filter."""
    form = html.partition('<form method="get"')[2].partition("</form>")[0]
    return [label.strip() for label in re.findall(r"<label[^>]*>([^<]+)<", form)]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.numbers)
def test_every_label_of_the_figure_is_on_its_page(pages: Pages, figure: Figure) -> None:
    html = pages.html(figure.page)
    shown = words(html)
    assert [label for label in figure.labels if label not in shown] == []
    assert fields(html)[: len(figure.fields)] == list(figure.fields)
    for label in figure.fields:
        assert f"请输入{label}" in shown or f"请选择{label}" in shown or label in CHOSEN
    columns = [head for head in heads(html) if head != "序号"]
    assert columns[: len(figure.columns)] == list(figure.columns)
    if figure.options:
        codes = {f"{record.title}上传": code for code, record in RECORDS.items()}
        offered = re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)</option>', html)
        assert offered == [(codes[option], option) for option in figure.options]
        assert re.findall(r"download>([^<]+)</a>", html) == [f"{o}.xlsx" for o in figure.options]


def test_every_figure_from_31_to_47_is_here_once() -> None:
    numbers = [int(number) for figure in FIGURES for number in figure.numbers.split()]
    assert sorted(numbers) == list(range(31, 48))
