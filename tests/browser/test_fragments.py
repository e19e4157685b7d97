"""Parts of a page that come late or not at all."""

import re

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Demo
from tests.browser.steps import dialog, sign_in

pytestmark = pytest.mark.browser

UNIT, AGENT, AGENT_NAME = "maker2", "19900000002", "经办人乙"
UPLOAD = "生产企业药耗基础信息上传"
PART = re.compile("part=")
PERMISSIONS = re.compile(r"/agents/\d+/$")


def test_the_dialog_asked_for_last_is_the_one_that_opens(page: Page, demo: Demo) -> None:
    sign_in(page, demo, UNIT, to=f"/u/{UNIT}/agents/")
    held: list[Route] = []
    page.route(PERMISSIONS, lambda route: held.append(route))
    permissions = page.get_by_role("link", name=f"权限：{AGENT_NAME}")
    # The second click waits for the first answer, and must not come back when that is given up.
    with page.expect_request(PERMISSIONS):
        permissions.click()
    permissions.click()
    with page.expect_event("requestfailed"):
        page.get_by_role("link", name=f"编辑：{AGENT_NAME}").click()
    edit = dialog(page, "编辑经办人")
    page.unroute(PERMISSIONS)
    page.wait_for_load_state("networkidle")
    assert len(held) == 1
    expect(page.get_by_role("dialog")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(edit).to_be_hidden()
    permissions.click()
    expect(dialog(page, "单位经办人权限")).to_be_visible()


def test_a_tab_is_followed_while_the_one_before_it_comes(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "19900000001", to="/u/maker1/maker/upload/?tab=domestic")
    address = page.url
    page.get_by_role("link", name=re.compile("^追溯信息 ")).first.click()
    opened = dialog(page, "国产药追溯信息")
    shipment, receipt, retail = (
        opened.get_by_role("link", name=name, exact=True)
        for name in ("发货单位", "收货信息", "零售信息")
    )
    # Pressed in the body that goes, let go in the one that came.
    held: list[Route] = []
    page.route(PART, lambda route: held.append(route))
    with page.expect_request(PART):
        shipment.click()
    receipt.hover()
    page.mouse.down()
    held[0].continue_()
    page.unroute(PART)
    expect(shipment).to_have_attribute("aria-current", "page")
    page.mouse.up()
    expect(receipt).to_have_attribute("aria-current", "page")
    # Clicked as soon as it is there.
    retail.evaluate(
        "link => new MutationObserver((_, seen) => {"
        "  seen.disconnect(); document.getElementById(link.id).click();"
        "}).observe(document.getElementById('batch'), {childList: true})"
    )
    shipment.click()
    expect(retail).to_have_attribute("aria-current", "page")
    assert page.url == address


def test_a_button_that_was_refused_or_not_heard_says_so(page: Page, demo: Demo) -> None:
    sign_in(page, demo, UNIT, to=f"/u/{UNIT}/agents/")
    page.get_by_role("link", name="+ 添加经办人").click()
    opened = dialog(page, "添加经办人")
    another = opened.get_by_role("button", name="换一张")
    full = {"status": 507, "content_type": "text/html", "body": render_to_string("507.html")}
    page.route("**/picture/", lambda route: route.fulfill(**full))
    another.click()
    told = opened.get_by_role("alert")
    expect(told).to_contain_text("没有保存：服务器的存储空间已满")
    page.unroute("**/picture/")
    page.route("**/picture/", lambda route: route.abort())
    another.click()
    expect(told).to_contain_text("没有收到服务器的答复")
    page.unroute("**/picture/")
    another.click()
    expect(told).to_have_count(0)


def test_what_a_page_could_not_do_is_told_among_its_messages(page: Page, demo: Demo) -> None:
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/upload/")
    page.route("**/pages/close/", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    shut = page.get_by_role("button", name=f"关闭页签：{UPLOAD}")
    shut.click()
    told = page.locator("#messages")
    expect(told).to_contain_text("服务器没有完成这次操作（502）")
    page.unroute("**/pages/close/")
    # No script takes the name of another's function: this page has all of them.
    page.route("**/session/", lambda route: route.abort())
    shut.click()
    problem = page.get_by_role("alertdialog", name="没有提交")
    expect(problem).to_contain_text("无法连接服务器")
    problem.get_by_role("button", name="返回此页面").click()
    page.unroute("**/session/")
    shut.click()
    expect(shut).to_have_count(0)
    expect(told).to_have_text("")
