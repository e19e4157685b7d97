"""追溯信息查询 by its three tabs, for makers and for distributors, and 导出 of what they list."""

import re
from datetime import date

import pytest

from portal.lib.clock import SHANGHAI
from tests.factories import UnitFactory
from tests.people import Side, client_of, side
from tests.tracing.factories import (
    UPLOADED,
    DrugBatchFactory,
    EventFactory,
    UnitCodeFactory,
    packed,
    small,
)
from tests.tracing.traces.asking import Asker, cells, listed, text
from tracing.stores.models_codes import TraceCode
from tracing.traces.trace import UNCORROBORATED

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}
DAY = "2024-12-18"
WRONG = "查询条件有误"


def test_the_three_tabs_are_the_guides(asker: Asker) -> None:
    html = asker.get().content.decode()
    tabs = html.partition('aria-label="查询方式"')[2].partition("</ul>")[0]
    assert re.findall(r">([^<]+)</a>", tabs) == ["单码查询", "批量查询", "日期查询"]
    title = "生产企业药耗追溯信息查询" if "/maker/" in asker.page else "流通企业药耗追溯信息查询"
    assert f"{title}列表" in html
    for tab, label in (
        ("code", "药耗追溯码"),
        ("batch", "产品批号(药品基础信息唯一流水号)"),
        ("date", "药耗追溯码上传日期"),
    ):
        shown = asker.get(tab=tab)
        assert f">{label}</l" in shown.content.decode()
        assert "后点击【查询】" in text(shown)
        assert listed(shown) == []


def test_the_columns_are_the_guides(asker: Asker) -> None:
    html = asker.get(code=asker.code).content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', html)
    own = ["企业所在环节"] if "/distributor/" in asker.page else []
    assert heads == [
        "序号",
        "统一社会信用代码",
        "产品批号(药品基础信息唯一流水号)",
        "药耗追溯码",
        "药耗追溯码上传日期",
        "环节个数",
        *own,
        "操作",
    ]


def test_a_code_is_the_same_row_in_every_tab(asker: Asker) -> None:
    one = dict(cells(asker.get(code=asker.code)))
    assert one["产品批号(药品基础信息唯一流水号)"] == "SN1"
    for fields in (
        {"tab": "batch", "batch": "SN1"},
        {"tab": "batch", "batch": " LOT1 "},
        {"tab": "date", "from": DAY, "to": DAY},
    ):
        found = asker.get(**fields)
        assert dict(cells(found)[: len(one)]) == one, fields
        assert "总共 12 条 显示1-10条" in text(found), fields
        second = asker.get(**fields, page="2")
        both = listed(found) + listed(second)
        assert len(both) == len(set(both)) == 12, fields
        assert "显示11-12条" in text(second), fields


def test_a_distributor_sees_which_steps_are_its_own(
    maker: Side, distributor: Side, asker: Asker
) -> None:
    row = dict(cells(asker.get(code=asker.code)))
    if asker.who is maker:
        assert row["环节个数"] == "2"
        return
    assert row["环节个数"] == "4"
    assert row["企业所在环节"] == "流通入库、流通出库"


def test_days_are_whole_and_local(asker: Asker) -> None:
    assert UPLOADED.astimezone(SHANGHAI).date() == date(2024, 12, 18)
    for first, last, count in (
        ("2024-12-17", "2024-12-18", 10),
        ("2024-12-18", "2024-12-18", 10),
        ("2024-12-17", "2024-12-17", 0),
        ("2024-12-19", "2024-12-20", 0),
    ):
        assert len(listed(asker.get(tab="date", **{"from": first, "to": last}))) == count


def test_days_that_cannot_be_asked_for_say_why(asker: Asker) -> None:
    for fields, words in (
        ({"from": "2024-12-19", "to": "2024-12-18"}, "结束日期 2024-12-18 早于开始日期 2024-12-19"),
        ({"from": "2024-12-18"}, "没有选择结束日期"),
        ({"to": "2024-12-18"}, "没有选择开始日期"),
        ({"from": "明天", "to": "2024-12-18"}, "请按 2024-11-20 的样式填写"),
    ):
        shown = asker.get(tab="date", **fields)
        assert listed(shown) == [], fields
        assert words in text(shown), fields
        assert WRONG in text(shown), fields


def test_what_is_not_found_says_what_to_do(asker: Asker) -> None:
    assert "未查到此追溯码" in text(asker.get(code="80000991000000000099"))
    assert "未查到此批号" in text(asker.get(tab="batch", batch="NONE"))
    days = {"from": "2023-01-01", "to": "2023-01-02"}
    assert "没有首次上传的追溯码" in text(asker.get(tab="date", **days))


def test_a_damaged_code_is_not_looked_up_but_explained(asker: Asker) -> None:
    for typed, words in (
        ("不是码", "药耗追溯码含有不允许的字符"),
        ("8.35261602526123E+19", "是科学计数法"),
        ("80000991000000000015.00", "可能是“80000991000000000015”"),
        ("#N/A", "是 Excel 的错误值"),
        (
            "80000991000000000001，80000991000000000002",
            "“80000991000000000001，80000991000000000002”里有 2",
        ),
        ("80000990000000000O01", "可能是“80000990000000000001”"),
        ("6999000000018", "是药品的商品码（69 开头的条码），或是医用耗材的产品标识（DI）"),
        ("ABC/12345", "第 4 位是“/”"),
        ("(01)06999000000017(21)1", "末位应为“8”"),
    ):
        shown = text(asker.get(code=typed))
        assert words in shown, typed
        assert WRONG in shown, typed
        assert "未查到" not in shown, typed
        for of_files in ("单元格", "设为“文本”", "行填写", "公式", "上传后"):
            assert of_files not in shown, typed


def test_a_di_is_explained_where_no_code_is_one(asker: Asker) -> None:
    """It names a consumable, or a drug, and none of its pieces."""
    for typed in ("06999000000018", "(01)06999000000018", "16999000000015"):
        shown = text(asker.get(code=typed))
        assert "是产品标识（DI）或商品码，只说明是哪种产品，不能区分每一件" in shown, typed
        assert "请扫描或输入包装上的完整 UDI" in shown, typed


def test_a_list_of_codes_is_sent_whole_and_refused_in_words(asker: Asker) -> None:
    assert "maxlength" not in asker.get().content.decode()
    shown = text(asker.get(code=" ".join([small(1)] * 8)))
    assert "药耗追溯码最多 100 个字符，现在有 167 个；请检查是否粘贴了多个码。" in shown
    assert WRONG in shown


def test_the_pager_keeps_the_tab_and_its_fields(asker: Asker) -> None:
    html = asker.get(tab="date", **{"from": DAY, "to": DAY}).content.decode()
    assert f'href="{asker.page}?tab=date&amp;from={DAY}&amp;to={DAY}&amp;page=2"' in html
    for name, value in (("tab", "date"), ("from", DAY), ("to", DAY)):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html


def test_the_trace_is_whole_for_both(asker: Asker) -> None:
    shown = asker.client.get(f"{asker.page}trace/", {"code": asker.code}, headers=FRAGMENT)
    titles = re.findall(r"<h4>([^<]+)</h4>", shown.content.decode())
    assert titles[:2] == ["生产入库", "生产出库"]
    assert len(titles) == int(dict(cells(asker.get(code=asker.code)))["环节个数"])
    assert UNCORROBORATED not in text(shown)


def test_the_lists_of_a_unit_of_both_kinds_are_two(maker: Side, codes: list[TraceCode]) -> None:
    """What it made stands in one list, what it received from others in the other."""
    both = side(UnitFactory.create(is_distributor=True))
    client = client_of(both.agent.account)
    batch = DrugBatchFactory.create(unit=both.unit, trac_codg_sn="OWN")
    made = packed(both.unit, batch, 1, start=900)[0].code
    UnitCodeFactory.create(code=codes[0].code, unit=both.unit)
    EventFactory.create(code=codes[0].code, unit=both.unit, kind="circulation-in")
    for kind, own in (("maker", made), ("distributor", codes[0].code)):
        page = f"/u/{both.unit.slug}/{kind}/query/"
        days = {"tab": "date", "from": DAY, "to": DAY}
        assert listed(client.get(page, days)) == [own]


class TestUncorroborated:
    """A distributor that uploaded codes which nobody says it received."""

    @pytest.fixture
    def guesser(self, codes: list[TraceCode]) -> Asker:
        who = side(UnitFactory.create(is_maker=False, is_distributor=True))
        for code in (codes[0].code, small(999)):
            EventFactory.create(code=code, unit=who.unit, kind="circulation-in", organisation="甲")
            UnitCodeFactory.create(code=code, unit=who.unit, batch="GUESS")
        page = f"/u/{who.unit.slug}/distributor/query/"
        return Asker(who, client_of(who.agent.account), page, codes[0].code)

    def test_it_reads_its_own_step_and_the_sentence(self, guesser: Asker) -> None:
        shown = guesser.client.get(f"{guesser.page}trace/", {"code": guesser.code})
        html = shown.content.decode()
        assert re.findall(r"<h4>([^<]+)</h4>", html) == []
        assert UNCORROBORATED in html
        apart = html.partition('class="uncorroborated')[2].partition("</section>")[0]
        assert re.findall(r"<strong>([^<]+)</strong>", apart) == ["流通入库"]
        assert "环节企业：甲<" in apart
        # Nothing that it may not see stands there empty.
        assert "—" not in html.partition("<dialog")[2].partition("</dialog>")[0]
        assert "追溯环节" not in html
        row = dict(cells(guesser.get(code=guesser.code)))
        assert (row["环节个数"], row["企业所在环节"], row["未印证"]) == ("0", "—", "1")

    def test_the_batch_of_its_maker_does_not_find_it(self, guesser: Asker) -> None:
        assert listed(guesser.get(tab="batch", batch="SN1")) == []
        assert listed(guesser.get(tab="batch", batch="LOT1")) == []
        found = guesser.get(tab="batch", batch="GUESS")
        assert sorted(listed(found)) == sorted([guesser.code, small(999)])

    def test_a_code_of_strangers_looks_like_one_that_nobody_has(self, guesser: Asker) -> None:
        """Both that it uploaded, and both that it did not."""
        for theirs, nobodys in ((guesser.code, small(999)), (small(5), small(998))):
            seen = text(guesser.get(code=theirs)).replace(theirs, "")
            assert seen == text(guesser.get(code=nobodys)).replace(nobodys, "")
        address = f"{guesser.page}trace/"
        assert guesser.client.get(address, {"code": small(5)}).status_code == 404
        assert guesser.client.get(address, {"code": small(998)}).status_code == 404
