"""单位经办人: an unknown and a known agent are added through the dialog; one agent, two units."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from portal.lib.identifiers import id_number_check_digit
from tests.browser.conftest import PICTURE_WORD, Demo
from tests.browser.steps import dialog, sign_in, sms_code

pytestmark = pytest.mark.browser

UNIT, UNIT_NAME = "maker1", "某某药业股份有限公司"
UNKNOWN, NAME = "19900019001", "某某新"
KNOWN, KNOWN_NAME, KNOWN_UNIT = "19900000004", "经办人丁", "某某医药商业有限公司"
# Region 990000 does not exist, so nobody has this number.
ID_NUMBER = "99000019900307002" + id_number_check_digit("99000019900307002")
DENIED = "暂无权限，请使用单位账号添加权限!或重新切换其他单位办理业务!"


def open_agents(page: Page, demo: Demo) -> None:
    """Sign in as the unit and go to its agents."""
    sign_in(page, demo, UNIT)
    page.get_by_role("link", name="单位经办人", exact=True).first.click()
    expect(page.get_by_role("region", name="单位经办人列表")).to_be_visible()


def prove(page: Page, demo: Demo, mobile: str) -> None:
    """添加经办人 up to 确定 with the code that was sent."""
    page.get_by_role("link", name="添加经办人").first.click()
    form = dialog(page, "添加经办人")
    form.get_by_label("手机号").fill(mobile)
    form.get_by_label("图形验证码").fill(PICTURE_WORD)
    # Enter in the picture code means 发送验证码.
    form.get_by_label("图形验证码").press("Enter")
    expect(form.get_by_text("验证码已发送")).to_be_visible()
    expect(form.get_by_role("button", name="秒后重新发送")).to_be_disabled()
    expect(form.get_by_label("短信验证码")).to_be_focused()
    form.get_by_label("短信验证码").fill(sms_code(demo, mobile))
    form.get_by_label("短信验证码").press("Enter")


def row_of(page: Page, name: str) -> Locator:
    """The line of an agent in the list."""
    return (
        page.get_by_role("region", name="单位经办人列表").get_by_role("row").filter(has_text=name)
    )


def act(page: Page, word: str, name: str) -> None:
    """Press one of the words behind an agent."""
    page.get_by_role("link", name=f"{word}：{name}").click()


def test_an_unknown_agent_is_added_with_its_document(page: Page, demo: Demo) -> None:
    open_agents(page, demo)
    prove(page, demo, UNKNOWN)
    expect(page.get_by_text("当前手机号未被注册，请完善经办人信息。")).to_be_visible()
    form = dialog(page, "添加经办人")
    expect(form.get_by_text("199****9001")).to_be_visible()
    form.get_by_label("姓名").fill(NAME)
    form.get_by_label("证件号码").fill("990000")
    form.get_by_text("长期有效").click()
    form.get_by_label("联系邮箱").fill("new@example.com")
    form.get_by_label("联系地址").fill("测试市测试路 1 号")
    form.get_by_role("button", name="确定").click()
    expect(form.get_by_text("居民身份证号码应为 18 位")).to_be_visible()
    form.get_by_label("证件号码").fill(ID_NUMBER)
    form.get_by_role("button", name="确定").click()
    expect(page.get_by_text("绑定成功!")).to_be_visible()
    expect(row_of(page, NAME)).to_contain_text("199****9001")
    expect(row_of(page, NAME)).to_contain_text("未授权")

    act(page, "编辑", NAME)
    form = dialog(page, "编辑经办人")
    expect(form.get_by_text(f"990****{ID_NUMBER[-2:]}")).to_be_visible()
    form.get_by_role("link", name="查看证件号码").click()
    asking = dialog(page, "查看证件号码")
    asking.get_by_label("查看原因").fill("核对备案")
    asking.get_by_role("button", name="确定").click()
    expect(dialog(page, "查看证件号码").get_by_text(ID_NUMBER)).to_be_visible()


def test_a_known_agent_serves_two_units_with_different_tiles(
    page: Page, demo: Demo, browser: Browser
) -> None:
    open_agents(page, demo)
    prove(page, demo, KNOWN)
    expect(page.get_by_text("绑定成功!")).to_be_visible()
    expect(row_of(page, KNOWN_NAME)).to_contain_text("未授权")

    visit = browser.new_context(base_url=demo.address, locale="zh-CN")
    agent = visit.new_page()
    sign_in(agent, demo, KNOWN)
    agent.get_by_label(UNIT_NAME).check()
    agent.get_by_role("button", name="确定").click()
    agent.get_by_role("button", name="生产企业药耗基础信息上传").click()
    expect(dialog(agent, "温馨提示")).to_contain_text(DENIED)
    agent.goto("/u/distributor2/")
    agent.get_by_role("link", name="流通企业药耗配送信息上传").first.click()
    expect(agent.get_by_text(f"您正在为【{KNOWN_UNIT}】办理")).to_be_visible()

    act(page, "删除", KNOWN_NAME)
    form = dialog(page, "删除经办人")
    expect(form).to_contain_text("其账号和在其他单位的业务不受影响")
    form.get_by_role("button", name="确定").click()
    expect(page.get_by_text(f"已删除经办人 {KNOWN_NAME}。")).to_be_visible()
    expect(row_of(page, KNOWN_NAME)).to_have_count(0)
    gone = agent.goto(f"/u/{UNIT}/")
    assert gone is not None
    assert gone.status == 404
    visit.close()
