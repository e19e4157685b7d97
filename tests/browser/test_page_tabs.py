"""Two units in two tabs of the browser, and the page tabs of the hall."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Demo
from tests.browser.steps import sign_in, sign_in_by_hand, sign_out

pytestmark = pytest.mark.browser

UNIT, AGENT, AGENT_NAME = "maker2", "19900000002", "经办人乙"
BOTH, BOTH_NAME = "19900000005", "经办人戊"
MAKER_1, MAKER_2 = "某某药业股份有限公司", "某某生物制药有限公司"
UPLOAD, QUERY = "生产企业药耗基础信息上传", "生产企业药耗追溯信息查询"


def test_two_tabs_act_for_two_units(page: Page, context: BrowserContext, demo: Demo) -> None:
    sign_in(page, demo, BOTH, to="/u/maker1/")
    second = context.new_page()
    second.goto("/u/maker2/")
    for tab, name in ((page, MAKER_1), (second, MAKER_2), (page, MAKER_1)):
        tab.reload()
        expect(tab.get_by_text(f"您正在为【{name}】办理")).to_be_visible()
        expect(tab.get_by_label("单位名称")).to_have_value(tab.url.split("/")[-2])

    # The form of one unit, sent to the other.
    page.locator("#page-tabs form").evaluate(
        "form => { form.action = form.action.replace('maker1', 'maker2'); form.requestSubmit(); }"
    )
    expect(page.get_by_role("heading", name="办理单位不一致")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(f"此表单是为【{MAKER_1}】填写的")
    page.get_by_role("link", name=f"为【{MAKER_1}】办理").click()
    expect(page.get_by_text(f"您正在为【{MAKER_1}】办理")).to_be_visible()
    sign_out(page, BOTH_NAME)


def test_page_tabs_come_back_after_sign_in(page: Page, demo: Demo) -> None:
    sign_in(page, demo, AGENT)
    tabs = page.get_by_role("navigation", name="打开的页面")
    # Tabs that other tests have left open.
    closers = tabs.get_by_role("button")
    for number in range(closers.count(), 0, -1):
        closers.first.click()
        expect(closers).to_have_count(number - 1)
    for name in (UPLOAD, QUERY):
        page.goto(f"/u/{UNIT}/maker/{'upload' if name == UPLOAD else 'query'}/")
        expect(tabs.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    sign_out(page, AGENT_NAME)
    sign_in_by_hand(page, demo, AGENT)
    expect(tabs.get_by_role("link")).to_have_text(["首页", UPLOAD, QUERY])
    expect(tabs.get_by_role("button", name="关闭页签：首页")).to_have_count(0)

    tabs.get_by_role("link", name=UPLOAD).click()
    page.get_by_label("药品通用名").fill("阿莫西林")
    tabs.get_by_role("button", name=f"关闭页签：{QUERY}").press("Enter")
    expect(tabs.get_by_role("link")).to_have_text(["首页", UPLOAD])
    expect(tabs.get_by_role("link", name=UPLOAD)).to_be_focused()
    expect(page.get_by_label("药品通用名")).to_have_value("阿莫西林")
    tabs.get_by_role("button", name=f"关闭页签：{UPLOAD}").click()
    expect(page.get_by_text("新的一天，欢迎您!")).to_be_visible()
    expect(tabs.get_by_role("link")).to_have_text(["首页"])


def test_page_tabs_on_a_narrow_page(page: Page, demo: Demo) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in_by_hand(page, demo, AGENT)
    page.goto(f"/u/{UNIT}/maker/upload/")
    page.goto(f"/u/{UNIT}/maker/query/")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    tab = page.get_by_role("navigation", name="打开的页面").get_by_role("link", name=QUERY)
    expect(tab).to_be_in_viewport()
