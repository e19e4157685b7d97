"""A failing upload put right without a spreadsheet: filled in, repaired, typed over, confirmed."""

from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Demo
from tests.browser.steps import confirm, counts, dialog, send, sign_in
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, workbook

pytestmark = pytest.mark.browser

HOLDER, UPLOAD = "19900000001", "/u/maker1/maker/upload/"


def failing_batches(folder: Path) -> str:
    """Three batches without a lot number, one of them with a date whose year is last, and one with
    a date that no calendar has."""
    rows = [example(INFO, trac_codg_sn=f"MEND-{n}", manu_lotnum=None) for n in range(3)]
    rows[2]["manu_date"] = "15/12/2024"
    rows.append(example(INFO, trac_codg_sn="MEND-3", manu_date="2024年13月40日"))
    return str(workbook(folder / "国产药信息上传.xlsx", INFO, rows))


def test_rows_are_mended_in_the_browser(page: Page, demo: Demo, tmp_path: Path) -> None:
    sign_in(page, demo, HOLDER, to=UPLOAD)
    result = send(page, "国产药信息上传", failing_batches(tmp_path))
    expect(result).to_contain_text("失败原因归类（3 类）")
    assert counts(result) == ["4", "0", "4"]
    offer = page.get_by_role("link", name="统一填写")
    group = result.get_by_role("row").filter(has_text="药品生产批号为空").filter(has=offer)
    expect(group).to_contain_text("3 行")

    group.get_by_role("link", name="统一填写").click()
    asked = dialog(page, "统一填写")
    asked.get_by_label("把这 3 行的“药品生产批号”都填为").fill("MENDED-1")
    asked.get_by_role("button", name="列出").click()
    listed = dialog(page, "统一填写")
    expect(listed).to_contain_text("将修改 3 行")
    listed.get_by_role("button", name="应用到 3 行").click()
    result = dialog(page, "导入")
    expect(result).to_contain_text("已保存 3 行：2 行通过，1 行仍未通过。")
    assert counts(result) == ["4", "2", "2"]

    result.get_by_role("link", name="自动改正 1 行").click()
    repairs = dialog(page, "自动改正")
    expect(repairs).to_contain_text("15/12/2024")
    expect(repairs).to_contain_text("2024-12-15")
    repairs.get_by_role("button", name="应用").click()
    result = dialog(page, "导入")
    assert counts(result) == ["4", "3", "1"]

    result.get_by_role("link", name="逐行修改", exact=True).click()
    rows = dialog(page, "修改失败数据")
    box = rows.get_by_label("药品生产日期，第 5 行")
    expect(box).to_have_value("2024年13月40日")
    box.fill("2024-12-14")
    rows.get_by_role("button", name="保存", exact=True).click()
    result = dialog(page, "导入")
    assert counts(result) == ["4", "4", "0"]
    expect(confirm(page)).to_contain_text("新增 4 条")


class Asked:
    """The questions that a page asks, and what is answered to each."""

    def __init__(self, page: Page) -> None:
        self.kinds: list[str] = []
        self.goes = False
        page.on("dialog", self._answer)

    def _answer(self, asked: Dialog) -> None:
        self.kinds.append(asked.type)
        if self.goes:
            asked.accept()
        else:
            asked.dismiss()


def test_nothing_typed_is_lost_by_turning_the_page_or_leaving(
    page: Page, demo: Demo, tmp_path: Path
) -> None:
    asked = Asked(page)
    sign_in(page, demo, HOLDER, to=UPLOAD)
    wrong = [{**row, "prod_code": "6999000000019"} for row in code_rows(12, start=700)]
    file = workbook(tmp_path / "国产药追溯码信息上传.xlsx", CODES, wrong)
    result = send(page, "国产药追溯码信息上传", str(file))
    result.get_by_role("link", name="逐行修改", exact=True).click()
    rows = dialog(page, "修改失败数据")
    box = rows.get_by_label("商品码，第 2 行")

    box.fill("6999000000018")
    for leave in ("Escape", "Escape"):
        page.keyboard.press(leave)
    rows.get_by_role("link", name="关闭对话框").click()
    rows.get_by_role("link", name="返回导入结果").click()
    assert asked.kinds == ["confirm"] * 4
    expect(box).to_have_value("6999000000018")

    rows.get_by_role("button", name="保存并转到第2页").click()
    expect(rows).to_contain_text("已保存 1 行：1 行通过，0 行仍未通过。")
    expect(rows).to_contain_text("总共11条 显示11-11条")
    rows.get_by_role("button", name="保存并转到上一页").click()
    expect(rows).to_contain_text("显示1-10条")
    assert len(asked.kinds) == 4, "what is sent or was never typed is not asked about"

    rows.get_by_label("商品码，第 3 行").fill("1")
    asked.goes = True
    rows.get_by_role("link", name="返回导入结果").click()
    assert counts(dialog(page, "导入")) == ["12", "1", "11"]
    assert asked.kinds == ["confirm"] * 5, "asked once, not by the browser too"
