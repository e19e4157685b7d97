"""单位注册 from the sign-in page to a unit whose agent does business, and without scripts."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from portal.lib.identifiers import id_number_check_digit
from tests.browser.conftest import PICTURE_WORD, Demo
from tests.browser.steps import dialog, sms_code
from tests.factories import uscc

pytestmark = pytest.mark.browser

UNIT_WORD, AGENT_WORD = "four-quiet-lamps", "nine-green-boats"
# Region 990000 does not exist, so nobody has these numbers.
LEGAL_NUMBER = "99000019800101001" + id_number_check_digit("99000019800101001")
AGENT_NUMBER = "99000019900101002" + id_number_check_digit("99000019900101002")
UPLOAD = "生产企业药耗基础信息上传"


def password(page: Page, label: str, word: str) -> None:
    """A new password, twice; the star before a label belongs to it."""
    page.get_by_label(f"*{label}", exact=True).fill(word)
    page.get_by_label(f"*确认{label}", exact=True).fill(word)


def account_step(page: Page, account: str) -> None:
    """账户信息."""
    page.get_by_role("link", name="立即注册").click()
    page.get_by_label("单位账号").fill(account)
    password(page, "密码", UNIT_WORD)
    page.get_by_role("button", name="下一步").click()


def enterprise_step(page: Page, name: str, code: str) -> None:
    """企业信息."""
    page.get_by_label("企业名称").fill(name)
    page.get_by_label("统一社会信用代码").fill(code)
    page.get_by_label("生产企业", exact=True).check()
    page.get_by_label("医保区划").select_option(label="北京市（110000）")
    page.get_by_label("法人名称").fill("某某法人")
    page.get_by_label("法人证件号码").fill(LEGAL_NUMBER)
    page.get_by_role("button", name="下一步").click()


def prove(page: Page, demo: Demo, mobile: str) -> None:
    """The agent's number and its code."""
    page.get_by_label("手机号").fill(mobile)
    page.get_by_label("图形验证码").fill(PICTURE_WORD)
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_text("验证码已发送，10 分钟内有效")).to_be_visible()
    page.get_by_label("短信验证码").fill(sms_code(demo, mobile))
    page.get_by_label("短信验证码").press("Enter")


def person_step(page: Page) -> None:
    """经办人信息 of a number that nobody is known by."""
    expect(page.get_by_text("当前手机号未被注册，请完善经办人信息。")).to_be_visible()
    page.get_by_label("姓名").fill("某某首办")
    page.get_by_label("证件号码").fill(AGENT_NUMBER)
    page.get_by_label("其他期限").check()
    page.get_by_label("有效期截止日期").fill("2099-12-31")
    page.get_by_label("联系邮箱").fill("first@example.com")
    page.get_by_label("联系地址").fill("测试市测试路 2 号")
    password(page, "经办人登录密码", AGENT_WORD)
    page.get_by_role("button", name="提交注册").click()


def sign_in_as(page: Page, name: str, password: str) -> None:
    page.goto("/login/")
    page.get_by_label("单位账号/统一社会信用代码/手机号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_label("图形验证码").fill(PICTURE_WORD)
    page.get_by_role("button", name="登录").click()


def test_from_registration_to_approval_and_business(
    page: Page, browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    account, mobile, name = "newmaker", "19900029001", "某某新生药业有限公司"
    page.goto("/login/")
    account_step(page, account)
    enterprise_step(page, name, uscc(7_000_001)[:-1] + "?")
    expect(page.get_by_text("第 18 位“?”不可用")).to_be_visible()
    page.get_by_label("统一社会信用代码").fill(uscc(7_000_001))
    page.get_by_role("button", name="上一步").click()
    expect(page.get_by_label("单位账号")).to_have_value(account)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_label("企业名称")).to_have_value(name)
    page.get_by_role("button", name="下一步").click()
    prove(page, demo, mobile)
    person_step(page)
    expect(page.get_by_role("heading", name="注册成功!")).to_be_visible()
    expect(page.get_by_text("199****9001")).to_be_visible()

    page.get_by_role("link", name="去登录").click()
    sign_in_as(page, account, UNIT_WORD)
    page.get_by_role("link", name="资质认证", exact=True).first.click()
    page.get_by_role("link", name="上传：营业执照上传").click()
    licence = tmp_path / "营业执照.png"
    Image.new("RGB", (400, 300), "white").save(licence)
    upload = dialog(page, "营业执照上传")
    upload.locator("input[type=file]").set_input_files(licence)
    upload.get_by_role("button", name="确定").click()
    expect(page.get_by_role("region", name="资质认证列表")).to_contain_text("已认证")
    page.get_by_role("link", name="单位经办人", exact=True).first.click()
    page.get_by_role("link", name="权限：某某首办").click()
    tree = dialog(page, "单位经办人权限")
    tree.get_by_label(UPLOAD).check()
    tree.get_by_role("button", name="保存").click()
    expect(page.get_by_text("保存经办人权限成功!")).to_be_visible()

    other = browser.new_context(base_url=demo.address)
    agent = other.new_page()
    sign_in_as(agent, mobile, AGENT_WORD)
    agent.get_by_role("link", name=UPLOAD).first.click()
    expect(agent.get_by_role("heading", name=UPLOAD, exact=True)).to_be_visible()
    other.close()


def test_registration_without_scripts(browser: Browser, demo: Demo) -> None:
    mobile = "19900029002"
    context = browser.new_context(base_url=demo.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login/")
    account_step(page, "quietmaker")
    enterprise_step(page, "某某无声药业有限公司", uscc(7_000_002))
    page.get_by_label("手机号").fill(mobile)
    page.get_by_role("button", name="换一张").click()
    expect(page.get_by_label("手机号")).to_have_value(mobile)
    prove(page, demo, mobile)
    person_step(page)
    expect(page.get_by_role("heading", name="注册成功!")).to_be_visible()
    context.close()
