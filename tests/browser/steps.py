"""What a person does on the pages, by the words they read."""

import json
import re
import time

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS, PICTURE_WORD, Demo

# The fields of a page that are filled before anybody types.
GIVEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def let_in(page: Page, demo: Demo, name: str) -> str:
    """Begin a session; returns where a sign-in goes on to.

    What the sign-in page sends is sent, but no page is drawn: half of what a sign-in costs.
    """
    request = page.context.request
    form = {
        **dict(GIVEN.findall(request.get("/login/").text())),
        "username": name,
        "password": demo.password,
        "captcha_1": PICTURE_WORD,
    }
    answer = request.post("/login/", form=form, max_redirects=0)
    assert answer.status == 302, f"{name} was not let in: {answer.status}"
    return answer.headers["location"]


def sign_in(page: Page, demo: Demo, name: str, to: str = "") -> None:
    """Begin a session and open a page, without one the page that follows a sign-in."""
    following = let_in(page, demo, name)
    page.goto(to or following)
    expect(page).not_to_have_url(re.compile("/login/"))


def sign_in_by_hand(page: Page, demo: Demo, name: str) -> None:
    """Sign in on the sign-in page."""
    page.goto("/login/")
    page.get_by_label("单位账号/统一社会信用代码/手机号").fill(name)
    page.get_by_label("密码").fill(demo.password)
    page.get_by_label("图形验证码").fill(PICTURE_WORD)
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("/login/"))


def dialog(page: Page, title: str) -> Locator:
    """The open dialog with this title."""
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def sign_out(page: Page, agent: str) -> None:
    """退出登录 in the menu of the agent."""
    page.locator("summary", has_text=agent).click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="单位登录")).to_be_visible()


def send(page: Page, template: str, file: str) -> Locator:
    """Through the three steps of 导入; returns the dialog of the upload. A page with one template
    offers none to choose."""
    page.get_by_role("link", name="上传", exact=True).click()
    steps = dialog(page, "导入")
    expect(steps).to_contain_text("第一步：明确导入规则：")
    expect(steps).to_contain_text("第二步：导入模板下载：")
    expect(steps).to_contain_text("第三步：请使用导入模板维护导入数据，维护完毕后保存，选择")
    expect(steps.get_by_role("link", name=f"{template}.xlsx", exact=True)).to_be_visible()
    if steps.get_by_label("导入模板").count():
        steps.get_by_label("导入模板").select_option(label=template)
    steps.locator("input[type=file]").set_input_files(file)
    expect(steps).to_contain_text("已选择：")
    steps.get_by_role("button", name="确定").click()
    return dialog(page, "导入")


def upload(page: Page, template: str, file: str) -> Locator:
    """Send a file that is new and wait for the check; returns the dialog with the result."""
    result = send(page, template, file)
    expect(result).to_contain_text("校验完成，尚未入库")
    return result


def counts(result: Locator) -> list[str]:
    """总计, 成功 and 失败 as the result shows them."""
    return result.locator("[data-count]").all_text_contents()


def confirm(page: Page) -> Locator:
    """确认, and wait until the rows are stored."""
    dialog(page, "导入").get_by_role("button", name="确认").click()
    result = dialog(page, "导入")
    expect(result).to_contain_text("导入完成！")
    expect(result).to_contain_text("导入完成时间：")
    return result


def close(opened: Locator) -> None:
    """关闭 at the foot of a dialog."""
    opened.get_by_role("link", name="关闭", exact=True).click()
    expect(opened).to_be_hidden()


def sms_code(demo: Demo, mobile: str) -> str:
    """The newest code that the demo's worker has sent to this number; waits for the first."""
    file = demo.data / "sms.jsonl"
    ends = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < ends:
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        sent = [sms for sms in map(json.loads, lines) if sms["to"] == mobile]
        if sent:
            return str(sent[-1]["code"])
        time.sleep(0.1)
    raise AssertionError(f"no SMS to {mobile} in {file}")
