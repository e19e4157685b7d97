"""报送提醒 in the hall, which the page fetches by itself, and the way from it to the template."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.steps import dialog, sign_in

pytestmark = pytest.mark.browser

SHIPMENT = "国产药发货信息"


def test_from_a_reminder_in_the_hall_to_the_template_that_mends_it(page: Page, demo: Demo) -> None:
    """The demo's maker has batches of which nothing was sent yet."""
    sign_in(page, demo, "19900000001")
    panel = page.get_by_role("region", name="报送提醒")
    expect(panel).to_contain_text(f"尚无{SHIPMENT}")
    panel.get_by_role("link", name=f"上传{SHIPMENT}").click()
    steps = dialog(page, "导入")
    expect(steps.get_by_label("导入模板")).to_have_value("domestic-drug-shipment")
    steps.get_by_role("link", name="关闭对话框").click()
    page.get_by_role("link", name=re.compile("^报送提醒")).click()
    expect(page.get_by_role("heading", name="报送提醒", level=1)).to_be_visible()
    page.get_by_role("button", name=f"的{SHIPMENT}").first.click()
    expect(dialog(page, "不再提醒")).to_contain_text(f"的{SHIPMENT}将不再提醒")
