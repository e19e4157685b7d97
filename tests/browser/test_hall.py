"""The 服务大厅 before sign-in, the second entry to the upload, and the dialog of permissions."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PICTURE_WORD, Demo
from tests.browser.steps import dialog, sign_in

pytestmark = pytest.mark.browser

UNIT, HOLDER = "maker1", "19900000001"
UPLOAD, QUERY = "生产企业药耗基础信息上传", "生产企业药耗追溯信息查询"


def test_from_the_hall_by_way_of_signing_in_to_the_upload(page: Page, demo: Demo) -> None:
    page.goto("/")
    elsewhere = page.get_by_role("link", name="个人参保信息")
    elsewhere.click()
    expect(dialog(page, "温馨提示")).to_contain_text("不在本平台办理")
    page.keyboard.press("Escape")
    expect(elsewhere).to_be_focused()

    page.get_by_role("link", name="生产企业药耗追溯信息上传").click()
    page.get_by_label("单位账号/统一社会信用代码/手机号").fill(HOLDER)
    page.get_by_label("密码").fill(demo.password)
    page.get_by_label("图形验证码").fill(PICTURE_WORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name=UPLOAD, exact=True)).to_be_visible()

    page.get_by_role("link", name="返回服务大厅").click()
    expect(page.get_by_text("您已登录：199****0001")).to_be_visible()
    page.get_by_role("link", name="进入单位网厅").first.click()
    expect(page.get_by_text("您正在为【某某药业股份有限公司】办理")).to_be_visible()


def test_the_hall_without_scripts(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(base_url=demo.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("查找服务").fill("缴费 个人")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("找到 1 项服务")).to_be_visible()
    page.get_by_role("link", name="个人缴费记录").click()
    notice = page.get_by_role("dialog", name="温馨提示")
    expect(notice).to_contain_text("不在本平台办理")
    notice.get_by_role("link", name="确定").click()
    expect(notice).to_have_count(0)
    context.close()


def permissions_of(page: Page, agent: str) -> Locator:
    page.get_by_role("link", name=f"权限：{agent}").click()
    return dialog(page, "单位经办人权限")


def state(group: Locator) -> str:
    """What the checkbox of a group shows: all, some or none."""
    found: str = group.evaluate(
        "box => box.indeterminate ? 'some' : box.checked ? 'all' : 'none'",
    )
    return found


def box(opened: Locator, business: str) -> Locator:
    """The tick of a business in the tree; beside it may stand a link of the same name."""
    return opened.get_by_role("checkbox", name=business)


def test_permissions_by_the_tree(page: Page, demo: Demo) -> None:
    sign_in(page, demo, UNIT)
    page.get_by_role("link", name="单位经办人", exact=True).click()
    opened = permissions_of(page, "经办人甲")
    group = opened.get_by_label("生产企业服务")
    ticked = opened.locator("input[name=business]:checked")
    assert state(group) == "all"
    box(opened, QUERY).uncheck()
    assert state(group) == "some"
    group.click()
    assert state(group) == "all"
    group.press("Space")
    assert state(group) == "none"
    expect(ticked).to_have_count(0)
    # What a colleague holds and what cannot be granted stay as they are.
    group.press("Space")
    expect(ticked).to_have_count(2)
    opened.get_by_role("button", name="保存").click()
    expect(page.get_by_text("保存经办人权限成功!")).to_be_visible()

    opened = permissions_of(page, "经办人戊")
    box(opened, UPLOAD).check()
    opened.get_by_role("button", name="保存").click()
    refused = dialog(page, "单位经办人权限")
    expect(refused.get_by_role("alert")).to_contain_text(
        re.compile(f"{UPLOAD}：该业务已授权给经办人 经办人甲")
    )
    expect(box(refused, UPLOAD)).to_be_checked()
    refused.get_by_role("link", name="取消").click()
    expect(page).to_have_url(re.compile("/agents/$"))
    expect(box(permissions_of(page, "经办人戊"), UPLOAD)).not_to_be_checked()
