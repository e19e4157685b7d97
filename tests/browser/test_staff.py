"""Staff at work: in by both steps; papers are decided on, a list imported, codes looked at."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from portal.demo.data.people import UNITS
from portal.demo.data.staff import STAFF, current_code
from tests.browser.conftest import PATIENCE_MS, PICTURE_WORD, Demo
from tests.browser.steps import dialog, sign_in
from tests.tracing.factories import box

pytestmark = pytest.mark.browser

(MEMBER,) = STAFF
UNIT = next(unit for unit in UNITS if unit.account == "distributor2")
LISTS = (
    *("qualification", "feedback", "unit", "agent", "certificate", "authorization", "standin"),
    *("accessrequest", "operationlog", "region", "document", "account"),
)


# The session of the member of staff at each demo, once it has begun.
entered: dict[str, StorageState] = {}


def enter(page: Page, demo: Demo) -> None:
    """Both steps of the sign-in, and from then on its session: a one-time code counts once, and the
    next comes half a minute later."""
    known = entered.get(demo.address)
    if known is None:
        page.goto("/admin/")
        page.get_by_label("工作人员账号").fill(MEMBER.name)
        page.get_by_label("密码").fill(demo.password)
        page.get_by_label("图形验证码").fill(PICTURE_WORD)
        page.get_by_role("button", name="下一步").click()
        page.get_by_label("一次性验证码").fill(current_code())
        page.get_by_role("button", name="登录").click()
    else:
        page.context.set_storage_state(known)
        page.goto("/admin/")
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()
    entered[demo.address] = page.context.storage_state()


def a_scan(folder: Path) -> Path:
    """A picture as a scanner makes it."""
    content = BytesIO()
    Image.new("RGB", (30, 20), "white").save(content, "PNG")
    file = folder / "执照.png"
    file.write_bytes(content.getvalue())
    return file


def visitor(browser: Browser, demo: Demo) -> BrowserContext:
    """Somebody else at another machine."""
    context = browser.new_context(base_url=demo.address, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    return context


def decide(page: Page, act: str, reason: str = "") -> None:
    """Open the unit's paper and approve or return it."""
    page.goto("/admin/accounts/qualification/?state=all")
    page.get_by_role("link", name=UNIT.name).first.click()
    page.get_by_role("navigation", name="操作").get_by_role("link", name=act, exact=True).click()
    if reason:
        page.get_by_label("退回原因").fill(reason)
    page.get_by_role("button", name=act, exact=True).click()


def test_a_paper_is_returned_and_approved(
    page: Page, browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    with visitor(browser, demo) as context:
        theirs = context.new_page()
        sign_in(theirs, demo, UNIT.account)
        theirs.get_by_role("link", name="资质认证", exact=True).click()
        theirs.get_by_role("link", name="上传：营业执照上传").click()
        asked = dialog(theirs, "营业执照上传")
        asked.locator("input[type=file]").set_input_files(a_scan(tmp_path))
        asked.get_by_role("button", name="确定").click()
        expect(theirs.get_by_text("已上传")).to_be_visible()
        enter(page, demo)
        decide(page, "退回", "照片不清楚")
        expect(page.get_by_text(f"已退回 {UNIT.name} 的“营业执照上传”")).to_be_visible()
        expect(page.get_by_text("照片不清楚")).to_be_visible()
        theirs.reload()
        theirs.get_by_role("link", name="消息").click()
        expect(theirs.get_by_text("原因：照片不清楚").first).to_be_visible()
        decide(page, "通过")
        expect(page.get_by_text(f"已通过 {UNIT.name} 的“营业执照上传”")).to_be_visible()
        theirs.reload()
        expect(theirs.get_by_text("您上传的“营业执照上传”已通过审核。").first).to_be_visible()
        with page.expect_popup() as opened:
            page.get_by_role("link", name="执照.png").click()
        expect(opened.value.locator("img")).to_be_visible()


def test_every_list_fits_a_telephone_and_keeps_the_policy(page: Page, demo: Demo) -> None:
    """The session's end fails on anything that the content policy had to stop."""
    enter(page, demo)
    page.set_viewport_size({"width": 320, "height": 640})
    for name in LISTS:
        page.goto(f"/admin/accounts/{name}/")
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    for address in ("region/import/", "region/export/", "document/add/", "account/add/"):
        page.goto(f"/admin/accounts/{address}")
        expect(page.locator("form").last).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_a_list_is_imported_and_codes_are_looked_at(page: Page, demo: Demo) -> None:
    enter(page, demo)
    page.goto("/admin/accounts/region/")
    page.get_by_role("link", name="导入").click()
    page.get_by_label("文件").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": "代码,名称\n990001,某某市\n".encode()}
    )
    expect(page.get_by_label("格式")).to_have_value("1")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("button", name="确认导入").click()
    expect(page).to_have_url(re.compile("/region/$"))
    expect(page.get_by_role("link", name="990001")).to_be_visible()
    page.goto("/admin/ownership/")
    page.get_by_label("追溯码").fill(box(987654, 3))
    page.get_by_label("移入单位").fill("maker2")
    page.get_by_label("原因").fill("申诉核实")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("未查到")).to_be_visible()
