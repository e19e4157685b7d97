"""Sessions in the browser: one that ends in mid-form, its warning, and pages left open."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import PATIENCE_MS, PICTURE_WORD, Demo
from tests.browser.steps import dialog, sign_in, sign_in_by_hand, sign_out

pytestmark = pytest.mark.browser

UNIT, AGENT, AGENT_NAME = "maker2", "19900000002", "经办人乙"
UNIT_NAME = "某某生物制药有限公司"
UPLOAD, QUERY = "生产企业药耗基础信息上传", "生产企业药耗追溯信息查询"


@pytest.fixture
def elsewhere(browser: Browser, demo: Demo) -> Iterator[Page]:
    """Another device."""
    context: BrowserContext = browser.new_context(base_url=demo.address, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def end_from(elsewhere: Page, demo: Demo, name: str) -> None:
    """Sign in on the other device and end all other sessions there."""
    sign_in(elsewhere, demo, name, to="/sessions/")
    expect(elsewhere.get_by_text("当前会话")).to_have_count(1)
    elsewhere.get_by_role("link", name=re.compile("^结束：")).first.click()
    asked = dialog(elsewhere, "结束会话")
    asked.get_by_label("当前密码").fill(demo.password)
    asked.get_by_role("button", name="结束", exact=True).click()
    expect(elsewhere.get_by_text("已结束该会话")).to_be_visible()


def sign_in_again(page: Page, demo: Demo, name: str) -> None:
    card = dialog(page, "重新登录")
    card.get_by_label("单位账号/统一社会信用代码/手机号").fill(name)
    card.get_by_label("密码").fill(demo.password)
    card.get_by_label("图形验证码").fill(PICTURE_WORD)
    card.get_by_role("button", name="登录", exact=True).click()


def test_what_is_typed_goes_through_after_signing_in_again(
    page: Page, elsewhere: Page, demo: Demo
) -> None:
    sign_in(page, demo, UNIT, to=f"/u/{UNIT}/agents/")
    page.get_by_role("link", name=f"权限：{AGENT_NAME}").click()
    opened = dialog(page, "单位经办人权限")
    opened.get_by_label(QUERY).uncheck()
    end_from(elsewhere, demo, UNIT)

    opened.get_by_role("button", name="保存").click()
    card = dialog(page, "重新登录")
    card.get_by_label("密码").fill("wrong")
    card.get_by_role("button", name="登录", exact=True).click()
    expect(card).to_contain_text("请输入图形验证码。")
    sign_in_again(page, demo, UNIT)
    expect(page.get_by_text("保存经办人权限成功!")).to_be_visible()
    page.get_by_role("link", name=f"权限：{AGENT_NAME}").click()
    opened = dialog(page, "单位经办人权限")
    expect(opened.get_by_label(QUERY)).not_to_be_checked()
    opened.get_by_label(QUERY).check()
    # The first 保存 may still say its words, so this one is waited for by its page.
    with page.expect_navigation():
        opened.get_by_role("button", name="保存").click()


def test_a_chosen_file_goes_through_too(
    page: Page, elsewhere: Page, demo: Demo, tmp_path: Path
) -> None:
    file = tmp_path / "三月.xlsx"
    file.write_bytes(b"not a workbook")
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/upload/")
    page.get_by_role("link", name="上传", exact=True).click()
    steps = dialog(page, "导入")
    # One byte too many is told in bytes: in MB it would look like the limit itself.
    large = tmp_path / "一月.xlsx"
    large.write_bytes(b"0" * (10 * 1024 * 1024 + 1))
    steps.locator("input[type=file]").set_input_files(large)
    told = "“一月.xlsx”大小为 10485761 字节，超过上限 10485760 字节。"
    expect(steps.locator("[data-drop-words]")).to_contain_text(told)
    steps.locator("input[type=file]").set_input_files(file)
    end_from(elsewhere, demo, AGENT)
    steps.get_by_role("button", name="确定").click()
    sign_in_again(page, demo, AGENT)
    expect(page).to_have_url(re.compile("/maker/uploads/"))
    expect(dialog(page, "导入")).to_contain_text("三月.xlsx")


def test_a_dialog_that_was_asked_for_comes_after_signing_in_again(
    page: Page, elsewhere: Page, demo: Demo
) -> None:
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/upload/")
    page.get_by_label("药品通用名").fill("阿莫西林")
    end_from(elsewhere, demo, AGENT)
    page.get_by_role("link", name="上传", exact=True).click()
    sign_in_again(page, demo, AGENT)
    expect(dialog(page, "导入")).to_contain_text("第一步：明确导入规则：")
    expect(page.get_by_label("药品通用名")).to_have_value("阿莫西林")


def test_another_account_does_not_send_the_form(page: Page, elsewhere: Page, demo: Demo) -> None:
    sign_in(page, demo, UNIT, to=f"/u/{UNIT}/agents/")
    page.get_by_role("link", name=f"权限：{AGENT_NAME}").click()
    dialog(page, "单位经办人权限").get_by_label(QUERY).uncheck()
    end_from(elsewhere, demo, UNIT)
    dialog(page, "单位经办人权限").get_by_role("button", name="保存").click()
    sign_in_again(page, demo, AGENT)
    expect(page.get_by_text("新的一天，欢迎您!")).to_be_visible()
    elsewhere.goto(f"/u/{UNIT}/agents/")
    elsewhere.get_by_role("link", name=f"权限：{AGENT_NAME}").click()
    expect(dialog(elsewhere, "单位经办人权限").get_by_label(QUERY)).to_be_checked()


def test_a_page_left_open_by_another_account_sends_nothing(
    page: Page, context: BrowserContext, demo: Demo
) -> None:
    sign_in(page, demo, UNIT, to=f"/u/{UNIT}/agents/")
    page.get_by_role("link", name=f"权限：{AGENT_NAME}").click()
    opened = dialog(page, "单位经办人权限")
    opened.get_by_label(QUERY).uncheck()
    second = context.new_page()
    second.goto(f"/u/{UNIT}/")
    sign_out(second, UNIT_NAME)
    sign_in_by_hand(second, demo, AGENT)
    opened.get_by_role("button", name="保存").click()
    problem = page.get_by_role("alertdialog", name="没有提交")
    expect(problem).to_contain_text("此浏览器已登录另一个账号")
    second.goto(f"/u/{UNIT}/maker/query/")
    expect(second.get_by_role("heading", name=QUERY, exact=True)).to_be_visible()


def test_a_form_of_a_page_from_before_signing_in_again_elsewhere_goes_through(
    page: Page, context: BrowserContext, demo: Demo
) -> None:
    sign_in(page, demo, UNIT, to=f"/u/{UNIT}/agents/")
    page.get_by_role("link", name=f"权限：{AGENT_NAME}").click()
    opened = dialog(page, "单位经办人权限")
    second = context.new_page()
    second.goto(f"/u/{UNIT}/")
    sign_out(second, UNIT_NAME)
    sign_in_by_hand(second, demo, UNIT)
    opened.get_by_role("button", name="保存").click()
    expect(page.get_by_text("保存经办人权限成功!")).to_be_visible()


def test_without_the_server_nothing_is_lost(page: Page, demo: Demo) -> None:
    sign_in(page, demo, UNIT, to=f"/u/{UNIT}/agents/")
    page.get_by_role("link", name=f"权限：{AGENT_NAME}").click()
    opened = dialog(page, "单位经办人权限")
    page.route("**/session/", lambda route: route.abort())
    opened.get_by_role("button", name="保存").click()
    problem = page.get_by_role("alertdialog", name="没有提交")
    expect(problem).to_contain_text("无法连接服务器")
    problem.get_by_role("button", name="返回此页面").click()
    page.unroute("**/session/")
    opened.get_by_role("button", name="保存").click()
    expect(page.get_by_text("保存经办人权限成功!")).to_be_visible()


def test_back_after_sign_out_shows_nothing(page: Page, demo: Demo) -> None:
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/upload/")
    expect(page.get_by_role("heading", name=UPLOAD, exact=True)).to_be_visible()
    sign_out(page, AGENT_NAME)
    # The browser forgets what it stored, but not that the account has used it.
    assert "device" in {cookie.get("name") for cookie in page.context.cookies()}
    page.go_back()
    expect(page.get_by_role("heading", name="单位登录")).to_be_visible()
    expect(page.get_by_role("heading", name=UPLOAD, exact=True)).to_have_count(0)


def look_again(page: Page) -> None:
    """As a browser does when a tab comes to the front."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_a_tab_left_open_after_signing_out_elsewhere_shows_nothing(page: Page, demo: Demo) -> None:
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/upload/")
    heading = page.get_by_role("heading", name=UPLOAD, exact=True)
    page.get_by_label("药品通用名").fill("阿莫西林")
    page.get_by_role("link", name="上传", exact=True).click()
    opened = dialog(page, "导入")
    template = opened.get_by_label("导入模板")
    template.focus()
    look_again(page)
    expect(heading).to_be_visible()
    other = page.context.new_page()
    other.goto(f"/u/{UNIT}/")
    sign_out(other, AGENT_NAME)
    look_again(page)
    card = dialog(page, "重新登录")
    # An open dialog is not hidden by its page, on the screen nor on paper.
    for media in ("print", "screen"):
        page.emulate_media(media=media)
        for hidden in (heading, page.locator("main"), page.locator("header").first, opened):
            expect(hidden).to_be_hidden()
        expect(card.get_by_label("密码")).to_be_visible()
    sign_in_again(page, demo, AGENT)
    expect(heading).to_be_visible()
    expect(template).to_be_visible()
    expect(template).to_be_focused()
    expect(page.get_by_label("药品通用名")).to_have_value("阿莫西林")


def test_the_card_of_an_empty_page_leads_away_from_it(page: Page, demo: Demo) -> None:
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/query/")
    other = page.context.new_page()
    other.goto(f"/u/{UNIT}/")
    sign_out(other, AGENT_NAME)
    look_again(page)
    dialog(page, "重新登录")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="单位登录")).to_be_visible()


def test_a_tab_of_another_account_shows_nothing(page: Page, demo: Demo) -> None:
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/query/")
    other = page.context.new_page()
    other.goto(f"/u/{UNIT}/")
    sign_out(other, AGENT_NAME)
    sign_in_by_hand(other, demo, UNIT)
    look_again(page)
    told = page.get_by_role("alertdialog", name="已登录另一个账号")
    expect(told).to_contain_text("此浏览器已登录另一个账号")
    # Nothing was sent, and there is nothing to return to.
    expect(told).not_to_contain_text("没有提交", use_inner_text=True)
    expect(told.get_by_role("button")).to_have_count(0)
    expect(page.locator("main")).to_be_hidden()
    told.get_by_role("link", name="进入当前账号的首页").click()
    expect(page).to_have_url(re.compile(f"/u/{UNIT}/$"))


def test_a_tab_out_of_sight_is_empty(page: Page, demo: Demo) -> None:
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/query/")
    hide = "Object.defineProperty(document, 'visibilityState', {value: '%s', configurable: true});"
    change = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(hide % "hidden" + change)
    expect(page.locator("main")).to_be_hidden()
    page.evaluate(hide % "visible" + change)
    expect(page.locator("main")).to_be_visible()
    # It stays empty while nobody says that the session lives, and asks again.
    page.route("**/session/", lambda route: route.fulfill(status=503))
    page.evaluate(hide % "hidden" + change + ";" + hide % "visible" + change)
    problem = page.get_by_role("alertdialog", name="无法连接服务器")
    expect(problem).to_contain_text("恢复连接后会自动显示")
    problem.get_by_role("button", name="立即重试").click()
    expect(problem).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    page.unroute("**/session/")
    expect(page.locator("main")).to_be_visible()
    expect(problem).to_be_hidden()


def test_two_minutes_before_the_end_a_dialog_asks(page: Page, demo: Demo) -> None:
    page.clock.install()
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/upload/")
    told = {"left": 100, "last": False}
    asked: list[bool] = []

    def answer(route: Route) -> None:
        """What the server would say, but for the time that is left."""
        passive = "portal-passive" in route.request.headers
        asked.append(passive)
        if not passive:
            told["left"] = 1800
        route.fulfill(json={**route.fetch().json(), **told})

    page.route("**/session/", answer)
    warning = page.get_by_role("alertdialog", name="即将自动退出")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("28:30")
    expect(warning).to_contain_text("自动退出登录")
    stay = warning.get_by_role("button", name="继续使用")
    expect(stay).to_be_focused()
    assert asked == [True]
    stay.click()
    expect(warning).to_be_hidden()
    assert asked == [True, False]

    told.update(left=90, last=True)
    page.clock.fast_forward("28:30")
    expect(warning).to_contain_text("不能再延长")
    warning.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="单位登录")).to_be_visible()


def test_typing_keeps_the_session(page: Page, demo: Demo) -> None:
    page.clock.install()
    sign_in(page, demo, AGENT, to=f"/u/{UNIT}/maker/upload/")
    field = page.get_by_label("药品通用名")
    field.fill("阿")
    page.clock.fast_forward("02:00")
    with page.expect_request("**/session/") as sent:
        field.press("End")
    assert "portal-passive" not in sent.value.headers


def test_without_scripts_a_late_form_leads_to_the_sign_in(
    browser: Browser, elsewhere: Page, demo: Demo
) -> None:
    context = browser.new_context(base_url=demo.address, java_script_enabled=False)
    page = context.new_page()
    sign_in_by_hand(page, demo, AGENT)
    page.goto(f"/u/{UNIT}/maker/upload/")
    page.get_by_role("button", name=f"关闭页签：{UPLOAD}").click()
    expect(page.get_by_role("button", name=f"关闭页签：{UPLOAD}")).to_have_count(0)
    page.goto(f"/u/{UNIT}/maker/upload/")
    end_from(elsewhere, demo, AGENT)
    page.get_by_role("button", name=f"关闭页签：{UPLOAD}").click()
    expect(page.get_by_text("此会话已在其他设备上被结束")).to_be_visible()
    page.get_by_label("单位账号/统一社会信用代码/手机号").fill(AGENT)
    page.get_by_label("密码").fill(demo.password)
    page.get_by_label("图形验证码").fill(PICTURE_WORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name=UPLOAD, exact=True)).to_be_visible()
    context.close()
