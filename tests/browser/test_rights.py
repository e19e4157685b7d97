"""申请权限, granting, refusing, 转授权 and 临时代办, each side in a browser of its own.

All of it at maker2, which is at the end as it was at the beginning.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Demo
from tests.browser.steps import dialog, let_in

pytestmark = pytest.mark.browser

UNIT, HOLDER, COLLEAGUE = "maker2", "19900000002", "19900000005"
HOLDER_NAME, COLLEAGUE_NAME = "经办人乙", "经办人戊"
UPLOAD = "生产企业药耗基础信息上传"
HALL, AGENTS = f"/u/{UNIT}/", f"/u/{UNIT}/agents/"
PAGE = f"/u/{UNIT}/maker/upload/"
TRIES = 60
SHANGHAI = ZoneInfo("Asia/Shanghai")


class People(NamedTuple):
    """Three people, each at a browser."""

    unit: Page
    holder: Page
    colleague: Page


@pytest.fixture
def people(browser: Browser, demo: Demo) -> Iterator[People]:
    """The unit account, the holder of the upload and a colleague, signed in."""
    pages, contexts = [], []
    for name in (UNIT, HOLDER, COLLEAGUE):
        context = browser.new_context(
            base_url=demo.address, locale="zh-CN", viewport={"width": 1366, "height": 768}
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        let_in(page, demo, name)
        pages.append(page)
    yield People(*pages)
    for context in contexts:
        context.close()


def may(page: Page) -> bool:
    """Whether the upload opens for this person now."""
    answer = page.goto(PAGE)
    assert answer is not None
    assert answer.status in (200, 403)
    return answer.status == 200


def ask(page: Page) -> None:
    """申请权限 from the dialog 暂无权限 of the tile."""
    page.goto(HALL)
    page.get_by_role("button", name=re.compile(UPLOAD)).click()
    notice = dialog(page, "温馨提示")
    expect(notice).to_contain_text("暂无权限，请使用单位账号添加权限!或重新切换其他单位办理业务!")
    notice.get_by_role("link", name="申请权限").click()
    form = dialog(page, "申请权限")
    form.get_by_label("申请说明").fill("月底上传")
    form.get_by_role("button", name="提交").click()
    expect(page.get_by_text("申请已提交")).to_be_visible()


def hand_over(page: Page, to: str) -> None:
    """转授权 from 单位经办人."""
    page.goto(AGENTS)
    page.get_by_role("link", name=f"转授权：{UPLOAD}").click()
    form = dialog(page, "转授权")
    choose(page, to)
    form.get_by_role("button", name="确定").click()
    expect(page.get_by_text("转授权成功!")).to_be_visible()


def choose(page: Page, agent: str) -> None:
    """Choose an agent in the open dialog, by name."""
    option = page.locator("#id_agent option", has_text=agent)
    value = option.get_attribute("value")
    page.locator("#id_agent").select_option(value=value)


def stand_in(page: Page, agent: str, ends: datetime) -> None:
    """临时代办 from 单位经办人, beginning at once."""
    page.goto(AGENTS)
    page.get_by_role("link", name=f"临时代办：{UPLOAD}").click()
    form = dialog(page, "临时代办")
    choose(page, agent)
    # The picker goes by minutes; a test does not wait for so long.
    form.get_by_label("结束时间").evaluate(
        "(input, value) => { input.step = 1; input.value = value; }",
        f"{ends.astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}",
    )
    form.get_by_role("button", name="确定").click()
    expect(page.get_by_text("设置成功!")).to_be_visible()


def later(**more: int) -> datetime:
    return datetime.now(SHANGHAI) + timedelta(**more)


def test_asking_handing_over_and_refusing(people: People) -> None:
    ask(people.colleague)
    assert not may(people.colleague)

    people.unit.goto(AGENTS)
    people.unit.get_by_role("link", name=f"处理：{COLLEAGUE_NAME}申请{UPLOAD}").click()
    answer = dialog(people.unit, "权限申请")
    expect(answer).to_contain_text(f"该业务已授权给经办人 {HOLDER_NAME}")
    answer.get_by_role("link", name="转授权").click()
    form = dialog(people.unit, "转授权")
    expect(form).to_contain_text("当前经办人立即不能办理此业务")
    form.get_by_role("button", name="确定").click()
    expect(people.unit.get_by_text("转授权成功!")).to_be_visible()
    assert may(people.colleague)
    assert not may(people.holder)

    ask(people.holder)
    people.unit.goto(AGENTS)
    people.unit.get_by_role("link", name=f"处理：{HOLDER_NAME}申请{UPLOAD}").click()
    answer = dialog(people.unit, "权限申请")
    answer.get_by_label("不同意的说明").fill("请先完成交接")
    answer.get_by_role("button", name="不同意").click()
    expect(people.unit.get_by_text("已回复不同意")).to_be_visible()
    people.holder.goto(HALL)
    people.holder.get_by_role("link", name=re.compile("^消息")).click()
    expect(people.holder.get_by_text("请先完成交接")).to_be_visible()

    hand_over(people.unit, HOLDER_NAME)
    assert may(people.holder)
    assert not may(people.colleague)


def test_a_stand_in_ends_by_itself_and_another_early(people: People) -> None:
    stand_in(people.unit, COLLEAGUE_NAME, later(seconds=6))
    assert may(people.colleague)
    for _ in range(TRIES):
        if may(people.holder):
            break
        expect(people.holder.get_by_text(f"由经办人 {COLLEAGUE_NAME} 临时代办至")).to_be_visible()
        people.holder.wait_for_timeout(500)
    else:
        pytest.fail("the stand-in did not end")
    assert not may(people.colleague)
    people.unit.goto(AGENTS)
    expect(people.unit.get_by_text("代办中")).to_have_count(0)

    stand_in(people.unit, COLLEAGUE_NAME, later(hours=1))
    people.colleague.goto(HALL)
    tile = people.colleague.get_by_role("link", name=re.compile(f"{UPLOAD}.*代办至"))
    expect(tile).to_be_visible()
    people.holder.goto(HALL)
    rests = people.holder.get_by_role("button", name=re.compile(f"{UPLOAD}.*由 {COLLEAGUE_NAME}"))
    expect(rests).to_be_visible()
    people.unit.get_by_role("button", name=re.compile("^提前结束")).click()
    expect(people.unit.get_by_text("临时代办已结束。")).to_be_visible()
    assert may(people.holder)
    assert not may(people.colleague)
