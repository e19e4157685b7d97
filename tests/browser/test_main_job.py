"""The main job as its user does it: from sign-in to the downloaded file, by the guide's words."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import Demo
from tests.browser.steps import close, confirm, counts, dialog, sign_in, sign_in_by_hand, upload
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, workbook

pytestmark = pytest.mark.browser

HOLDER, OF_TWO_UNITS = "19900000001", "19900000005"
BATCH = "BROWSER-0001"
WRONG_DATE = "2024年13月40日"


def saved(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def mend(report: Path) -> None:
    """Put right what the error workbook marks: the one failing row's date of production."""
    book = openpyxl.load_workbook(report)
    sheet = book.worksheets[0]
    headings = [str(cell.value).rstrip("*") for cell in sheet[1]]
    original = headings.index("原行号")
    assert headings[original + 1] == "失败原因"
    cell = sheet.cell(2, headings.index("药品生产日期") + 1)
    assert cell.value == WRONG_DATE
    assert sheet.cell(2, original + 1).value == 3
    cell.value = "2024-12-15"
    book.save(report)


def upload_batches(page: Page, folder: Path) -> None:
    """A workbook with a fault, its error workbook mended, and 确认."""
    rows = [
        example(INFO, trac_codg_sn=BATCH),
        example(INFO, trac_codg_sn="BROWSER-0002", manu_date=WRONG_DATE),
        example(INFO, trac_codg_sn="BROWSER-0003"),
    ]
    file = workbook(folder / "国产药信息上传.xlsx", INFO, rows)
    result = upload(page, "国产药信息上传", str(file))
    assert counts(result) == ["3", "2", "1"]
    expect(result).to_contain_text("第 3 行")
    expect(result).to_contain_text(WRONG_DATE)
    # The result has an address of its own: a reload shows it again.
    page.reload()
    result = dialog(page, "导入")
    assert counts(result) == ["3", "2", "1"]

    with page.expect_download() as started:
        result.get_by_role("link", name="下载错误报告").click()
    report = saved(started.value, folder)
    assert report.name == "国产药信息错误报告.xlsx"
    mend(report)
    result.locator("input[type=file]").set_input_files(report)
    result.get_by_role("button", name="上传修改后的文件").click()
    expect(page.locator("[data-count=accepted]")).to_have_text("3")
    result = dialog(page, "导入")
    assert counts(result) == ["3", "3", "0"]

    result = confirm(page)
    expect(result).to_contain_text("新增 3 条")
    close(result)
    expect(page.get_by_role("cell", name=BATCH, exact=True)).to_be_visible()
    cells_stay_inside(page)


def upload_codes(page: Page, folder: Path) -> str:
    """Three packs in one box; returns the code of the first."""
    rows = code_rows(3, start=770_000, trac_codg_sn=BATCH)
    file = workbook(folder / "国产药追溯码信息上传.xlsx", CODES, rows)
    result = upload(page, "国产药追溯码信息上传", str(file))
    assert counts(result) == ["3", "3", "0"]
    close(confirm(page))
    code: str = rows[0]["lv1_trac_code"]
    return code


def read_trace(page: Page, code: str) -> None:
    """查询, 追溯信息, and the focus back where it was."""
    page.get_by_role("link", name="生产企业药耗追溯信息查询").first.click()
    page.get_by_label("药耗追溯码").fill(code)
    page.get_by_role("button", name="查询", exact=True).click()
    link = page.get_by_role("link", name=f"追溯信息 {code}")
    link.click()
    trace = dialog(page, "追溯信息详情")
    for words in ("产品编码", BATCH, "生产入库", "（由生产企业入库时产生）", "大包装"):
        expect(trace).to_contain_text(words)
    holds_a_long_word(page)
    page.keyboard.press("Escape")
    expect(trace).to_be_hidden()
    expect(link).to_be_focused()


def holds_a_long_word(page: Page) -> None:
    """On a phone nothing of the trace is wider than its dialog, whatever a unit calls itself."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(
        """() => {
            const word = "W".repeat(200);
            const line = document.querySelector("#trace .timeline li p:nth-of-type(2)");
            line.textContent = word;
            const told = document.createElement("section");
            told.className = "uncorroborated stack";
            told.innerHTML = `<ul><li><strong>入库</strong> <span>${word}</span></li></ul>`;
            line.closest(".timeline-scroll").after(told);
        }"""
    )
    wider = """[...document.querySelectorAll("#trace .dialog-body, #trace .dialog-body *")]
        .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1)
        .map((each) => `${each.tagName} ${each.className}`)"""
    assert page.evaluate(wider) == []
    page.set_viewport_size({"width": 1366, "height": 768})


def cells_stay_inside(page: Page) -> None:
    """On a phone no text of a card stands out of its column."""
    page.set_viewport_size({"width": 320, "height": 640})
    outside = """[...document.querySelectorAll(".table.cards td")].filter((cell) => {
        if (cell.querySelector(".visually-hidden")) return false;
        const text = document.createRange();
        text.selectNodeContents(cell);
        const padding = parseFloat(getComputedStyle(cell).paddingRight);
        const edge = cell.getBoundingClientRect().right - padding;
        return text.getBoundingClientRect().right > edge + 1;
    }).map((cell) => cell.dataset.label)"""
    assert page.evaluate(outside) == []
    page.set_viewport_size({"width": 1366, "height": 768})


def export(page: Page, folder: Path) -> Path:
    """导出, closed and entered again, and the file."""
    page.get_by_role("button", name="导出").click()
    close(dialog(page, "导出"))
    page.get_by_role("button", name="导出").click()
    exported = dialog(page, "导出")
    expect(exported).to_contain_text("文件已生成")
    expect(exported.get_by_role("button", name="重新导出")).to_be_visible()
    with page.expect_download() as started:
        exported.get_by_role("link", name="下载").click()
    return saved(started.value, folder)


def test_the_main_job_from_sign_in_to_the_downloaded_file(
    page: Page, demo: Demo, tmp_path: Path
) -> None:
    sign_in_by_hand(page, demo, HOLDER)
    page.get_by_role("main").get_by_role(
        "link", name="生产企业药耗基础信息上传", exact=True
    ).click()
    expect(page.get_by_text("您正在为【某某药业股份有限公司】办理")).to_be_visible()
    upload_batches(page, tmp_path)
    code = upload_codes(page, tmp_path)
    read_trace(page, code)
    file = export(page, tmp_path)
    rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert "药耗追溯码" in rows[0]
    assert code in rows[1]
    assert "生产入库" in rows[1]


def test_an_agent_of_two_units_picks_one_and_is_told_what_is_shut(page: Page, demo: Demo) -> None:
    sign_in(page, demo, OF_TWO_UNITS)
    page.get_by_label("某某生物制药有限公司").check()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("您正在为【某某生物制药有限公司】办理")).to_be_visible()
    page.get_by_role("button", name="生产企业药耗基础信息上传").click()
    notice = dialog(page, "温馨提示")
    expect(notice).to_contain_text("暂无权限，请使用单位账号添加权限")
    notice.get_by_role("button", name="确定").click()
    expect(notice).to_be_hidden()
    # A phone: nothing is wider than the screen.
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    # The name of the portal stays on one line.
    brand = page.locator(".brand").bounding_box()
    assert brand is not None
    assert brand["height"] < 48
    page.locator("summary", has_text="经办人戊").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="单位登录")).to_be_visible()
