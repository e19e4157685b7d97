"""The unit account's own work: papers, certificates, questions, feedback, notices."""

from io import BytesIO
from pathlib import Path

import pytest
from cryptography.x509.oid import NameOID
from PIL import Image
from playwright.sync_api import Page, expect

from portal.demo.data.people import UNITS
from tests.accounts.units.certificates import certificate, der
from tests.browser.conftest import Demo
from tests.browser.steps import dialog, let_in, sign_in

pytestmark = pytest.mark.browser

MAKER = next(unit for unit in UNITS if unit.account == "maker2")


def a_scan(folder: Path) -> Path:
    """A picture as a scanner makes it."""
    content = BytesIO()
    Image.new("RGB", (300, 200), "white").save(content, "JPEG")
    file = folder / "营业执照.jpg"
    file.write_bytes(content.getvalue())
    return file


def test_a_licence_is_uploaded_and_seen(page: Page, demo: Demo, tmp_path: Path) -> None:
    sign_in(page, demo, MAKER.account)
    page.get_by_role("link", name="资质认证", exact=True).click()
    page.get_by_role("link", name="上传：营业执照上传").click()
    asked = dialog(page, "营业执照上传")
    asked.locator("input[type=file]").set_input_files(
        {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    )
    expect(asked).to_contain_text("“a.svg”不是 .pdf、.jpg、.jpeg、.png 文件")
    asked.locator("input[type=file]").set_input_files(a_scan(tmp_path))
    expect(asked).to_contain_text("已选择：营业执照.jpg")
    asked.get_by_role("button", name="确定").click()
    expect(page.get_by_text("“营业执照上传”已上传并通过认证。")).to_be_visible()
    seen = page.get_by_role("link", name="查看：营业执照上传")
    seen.click()
    picture = dialog(page, "营业执照上传").get_by_alt_text("营业执照上传的图片")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 300
    page.keyboard.press("Escape")
    expect(seen).to_be_focused()
    page.get_by_role("link", name="消息").click()
    expect(page.get_by_text("您上传的“营业执照上传”已通过审核。")).to_be_visible()
    page.get_by_role("button", name="全部已读").click()
    expect(page.get_by_text("条消息标为已读")).to_be_visible()
    expect(page.get_by_role("link", name="条未读")).to_have_count(0)


def test_a_certificate_is_uploaded_and_removed(page: Page, demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "单位.cer"
    file.write_bytes(der(certificate((NameOID.COMMON_NAME, MAKER.uscc), serial=0xABC123)))
    sign_in(page, demo, MAKER.account)
    page.get_by_role("link", name="数字证书", exact=True).click()
    page.get_by_role("link", name="上传证书").click()
    asked = dialog(page, "上传数字证书")
    asked.locator("input[type=file]").set_input_files(file)
    asked.get_by_role("button", name="确定").click()
    kept = page.get_by_role("article", name="证书 ABC123")
    expect(kept).to_contain_text(f"CN={MAKER.uscc}")
    kept.get_by_role("link", name="移除").click()
    dialog(page, "移除数字证书").get_by_role("button", name="移除").click()
    expect(page.get_by_text("还没有数字证书")).to_be_visible()


def test_questions_and_feedback_open_over_the_page_one_is_on(page: Page, demo: Demo) -> None:
    sign_in(page, demo, MAKER.account)
    page.get_by_role("link", name="单位经办人", exact=True).click()
    page.get_by_role("link", name="常见问题").click()
    expect(dialog(page, "常见问题")).to_contain_text("流通企业应该调用哪些接口？")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="帮助与反馈").click()
    asked = dialog(page, "帮助与反馈")
    asked.get_by_label("内容").fill("怎样添加经办人？")
    asked.get_by_role("button", name="提交").click()
    expect(page.get_by_text("反馈已提交")).to_be_visible()
    expect(page.get_by_text("怎样添加经办人？")).to_be_visible()


def test_the_pages_fit_a_narrow_screen(page: Page, demo: Demo) -> None:
    let_in(page, demo, MAKER.account)
    page.set_viewport_size({"width": 320, "height": 640})
    home = f"/u/{MAKER.account}/"
    for address in (
        *(home, f"{home}qualifications/", f"{home}qualifications/licence/upload/"),
        *(f"{home}certificates/", f"{home}certificates/upload/", "/notices/"),
        *("/help/faq/", "/help/feedback/"),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
