"""The session of a page over HTTP, for what has its page tried already: nothing is drawn for it."""

import time
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import APIRequestContext, APIResponse, FilePayload
from playwright.sync_api import Page as Drawn

from portal.demo.browser import Page, read_page
from tests.browser.conftest import PATIENCE_MS
from tracing.records import RECORDS

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOK_SECONDS = 0.5


def read(answer: APIResponse) -> Page:
    assert answer.status == 200, f"{answer.url}: {answer.status}"
    return read_page(answer.url, answer.text())


def submit(
    request: APIRequestContext,
    page: Page,
    button: str,
    values: dict[str, str],
    file: Path | None = None,
) -> Page:
    """Press a button, with the form's own values and these."""
    form = page.form(button)
    address, filled = urljoin(page.address, form.action), {**form.values, **values}
    if file is None:
        return read(request.post(address, form={**filled}))
    (name,) = form.files
    content = FilePayload(name=file.name, mimeType=WORKBOOK, buffer=file.read_bytes())
    return read(request.post(address, multipart={**filled, name: content}))


def awaited(request: APIRequestContext, page: Page, text: str) -> Page:
    """The page again, when its dialog says this."""
    ends = time.monotonic() + PATIENCE_MS / 1000
    while text not in page.dialog and time.monotonic() < ends:
        time.sleep(LOOK_SECONDS)
        page = read(request.get(page.address))
    assert text in page.dialog, page.dialog
    return page


def store(drawn: Drawn, record: str, file: Path, rows: int = 1) -> None:
    """Upload and 确认 from the desk that the page shows; every row is good."""
    request, title = drawn.context.request, f"{RECORDS[record].title}上传"
    desk = read(request.get(drawn.url))
    steps = read(request.get(urljoin(desk.address, desk.link("上传"))))
    assert read_template(request, steps, title)
    sent = submit(request, steps, "确定", {"record": record}, file)
    checked = awaited(request, sent, "校验完成，尚未入库")
    assert checked.counts == {"total": str(rows), "accepted": str(rows), "rejected": "0"}
    stored = awaited(request, submit(request, checked, "确认", {}), "导入完成！")
    assert f"新增 {rows} 条" in stored.dialog, stored.dialog


def read_template(request: APIRequestContext, steps: Page, title: str) -> bytes:
    """The template that the dialog has for a record."""
    answer = request.get(urljoin(steps.address, steps.link(f"{title}.xlsx")))
    assert answer.status == 200, title
    return answer.body()
