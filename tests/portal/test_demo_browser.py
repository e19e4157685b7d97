"""The browser of the check: what it reads, what it sends, and what it takes for a failure."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from portal.demo.browser import Browser, CheckFailed, encode, read_page
from portal.demo.check import expect_counts

PAGE = """
<a href="/list/">查看 <b>列表</b></a>
<form method="post" action="/go/" id="go">
  <input type="hidden" name="token" value="t1"><input name="code" value="">
  <input type="file" name="file"><input type="checkbox" name="key" value="1">
  <input type="radio" name="unit" value="a"><input type="radio" name="unit" value="b" checked>
  <select name="record"><option value="x">甲</option><option value="y" selected>乙</option></select>
  <select name="size"><option value="10">十</option><option value="20">二十</option></select>
  <button type="submit">保 存</button>
</form>
<form method="get" action="/find/"><button>查询</button></form>
<button form="go">确定</button>
<dialog><p>关着的</p></dialog>
<dialog open><td data-count="total">12</td> 校验完成</dialog>
"""


def test_a_page_is_read_as_a_browser_shows_it() -> None:
    page = read_page("http://x/", PAGE)
    assert page.link("查看列表") == "/list/"
    form = page.form("确定")
    assert form is page.form("保存")
    assert (form.post, form.action, form.files) == (True, "/go/", {"file"})
    assert form.values == {"token": "t1", "code": "", "unit": "b", "record": "y", "size": "10"}
    assert page.form("查询").post is False
    assert page.counts == {"total": "12"}
    assert page.dialog == "12 校验完成"
    assert "关着的" in page.text


def test_what_is_missing_is_named() -> None:
    page = read_page("http://x/", PAGE)
    with pytest.raises(CheckFailed, match="没有链接“退出”"):
        page.link("退出")
    with pytest.raises(CheckFailed, match="没有按钮“删除”"):
        page.form("删除")
    with pytest.raises(CheckFailed, match="没有“导入完成”"):
        page.expect("校验完成", "导入完成")


def test_counts_must_agree() -> None:
    page = read_page("http://x/", PAGE)
    expect_counts(page, total=12)
    with pytest.raises(CheckFailed, match="'total': '12'"):
        expect_counts(page, total=13)


def test_a_file_is_sent_with_the_forms_values(tmp_path: Path) -> None:
    file = tmp_path / "upload.xlsx"
    file.write_bytes(b"PK\x00\xff")
    body, kind = encode({"token": "t1"}, {"file"}, file)
    assert kind.startswith("multipart/form-data; boundary=")
    assert b'name="token"\r\n\r\nt1\r\n' in body
    assert b'name="file"; filename="upload.xlsx"\r\n' in body
    assert b"\r\n\r\nPK\x00\xff\r\n--" in body


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write("<p>请重新登录</p>".encode())

    def log_message(self, *arguments: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def origin() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_any_answer_but_200_is_a_failure(origin: str) -> None:
    browser = Browser(origin)
    assert browser.get("/").text == "请重新登录"
    with pytest.raises(CheckFailed, match="/missing：应当回答 200，却回答 404.*请重新登录"):
        browser.get("/missing")


def test_a_page_in_place_of_a_file_is_a_failure(origin: str, tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="应当是文件，却是网页：请重新登录"):
        Browser(origin).download("/file", tmp_path / "file")
    assert not (tmp_path / "file").exists()
