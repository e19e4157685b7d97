"""The interface's document in Swagger UI: from our host alone, nothing blocked, in Chinese."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_an_interface_is_opened(page: Page) -> None:
    """The session's end holds that nothing was asked elsewhere and nothing was blocked."""
    page.goto("/api/docs/")
    page.get_by_text("/api/v1/upload/domestic-drug-info").click()
    body = page.locator(".opblock-section-request-body")
    expect(body.get_by_text("请求正文")).to_be_visible()
    expect(body.locator("pre")).to_contain_text('"param": "{\\"delFlag\\":false')
    body.get_by_text("结构", exact=True).click()
    body.get_by_role("button", name="Any of").click()
    expect(body.get_by_text("国产药信息上传的报文")).to_be_visible()
    expect(body.get_by_text("国产药信息上传的 param")).to_be_visible()
