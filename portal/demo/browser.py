"""A small browser without scripts: pages, links and forms over HTTP, as the check needs them."""

import http.cookiejar
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

TIMEOUT_SECONDS = 60


class CheckFailed(Exception):
    """The portal did not do what it should; the text says where and what was found."""


@dataclass
class Form:
    """A form with the values it was sent with. `buttons`: the texts that submit it."""

    action: str
    post: bool
    values: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    buttons: set[str] = field(default_factory=set)


@dataclass
class Page:
    """What came back: its address after redirects, its text and that of its open dialog, links,
    forms, and the numbers marked with data-count."""

    address: str
    text: str
    dialog: str
    links: dict[str, str]
    forms: list[Form]
    counts: dict[str, str]

    def link(self, text: str) -> str:
        """The address behind a link that shows this text."""
        if text not in self.links:
            raise CheckFailed(f"{self.address}：没有链接“{text}”。页面末尾：{self.text[-600:]}")
        return self.links[text]

    def form(self, button: str) -> Form:
        """The form that this button submits."""
        for form in self.forms:
            if button in form.buttons:
                return form
        raise CheckFailed(f"{self.address}：没有按钮“{button}”。页面末尾：{self.text[-600:]}")

    def expect(self, *texts: str) -> None:
        for text in texts:
            if text not in self.text:
                raise CheckFailed(f"{self.address}：没有“{text}”。页面末尾：{self.text[-600:]}")


class Browser:
    """Keeps the session. Any answer but 200 is a failure."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.opener = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, address: str) -> Page:
        url, body, _ = self._open(Request(urljoin(self.origin, address)))  # noqa: S310
        return read_page(url, body.decode())

    def download(self, address: str, target: Path) -> None:
        """Store a file; a page instead of one is a failure."""
        url, body, kind = self._open(Request(urljoin(self.origin, address)))  # noqa: S310
        if kind.startswith("text/html"):
            found = read_page(url, body.decode()).text[-600:]
            raise CheckFailed(f"{address}：应当是文件，却是网页：{found}")
        target.write_bytes(body)

    def submit(
        self,
        page: Page,
        button: str,
        values: dict[str, str] | None = None,
        file: Path | None = None,
    ) -> Page:
        """Press a button, with the form's own values and these."""
        form = page.form(button)
        address = urljoin(page.address, form.action)
        filled = {**form.values, **(values or {})}
        if not form.post:
            return self.get(f"{address}?{urlencode(filled)}")
        data, kind = encode(filled, form.files, file)
        request = Request(address, data, {"Content-Type": kind, "Origin": self.origin})  # noqa: S310
        url, body, _ = self._open(request)
        return read_page(url, body.decode())

    def _open(self, request: Request) -> tuple[str, bytes, str]:
        try:
            with self.opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return answer.url, answer.read(), answer.headers.get("Content-Type", "")
        except HTTPError as error:
            body = error.read().decode(errors="replace")
            found = read_page(request.full_url, body).text[-600:]
            path = urlsplit(request.full_url).path
            raise CheckFailed(
                f"{path}：应当回答 200，却回答 {error.code}。页面末尾：{found}"
            ) from None


def encode(values: dict[str, str], files: set[str], file: Path | None) -> tuple[bytes, str]:
    """The body of a form and its type."""
    if file is None:
        return urlencode(values).encode(), "application/x-www-form-urlencoded"
    (name,) = files
    boundary = uuid.uuid4().hex
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in values.items()
    )
    head += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def read_page(address: str, html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    text, dialog = one_line(reader.text), one_line(reader.dialog)
    return Page(address, text, dialog, reader.links, reader.forms, reader.counts)


def one_line(parts: list[str]) -> str:
    return " ".join("".join(parts).split())


class _Reader(HTMLParser):
    """Collects what a Page tells. `counts`: the texts of elements with data-count."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.dialog: list[str] = []
        self.in_dialog = False
        self.links: dict[str, str] = {}
        self.counts: dict[str, str] = {}
        self.forms: list[Form] = []
        self.ids: dict[str, Form] = {}
        self.form: Form | None = None
        self.open: list[tuple[str, dict[str, str], int]] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("a", "button") or "data-count" in found:
            self.open.append((tag, found, len(self.text)))
        if tag == "form":
            self.form = Form(found.get("action", ""), found.get("method", "").lower() == "post")
            self.forms.append(self.form)
            self.ids[found.get("id", "")] = self.form
        elif tag == "dialog":
            self.in_dialog = "open" in found
        elif tag == "input" and self.form:
            self._input(self.form, found)
        elif tag == "select":
            self.select = found.get("name", "")
        elif tag == "option" and self.form and self.select:
            self._option(self.form, found)

    def _input(self, form: Form, found: dict[str, str]) -> None:
        kind, name = found.get("type", "text"), found.get("name", "")
        if kind == "file":
            form.files.add(name)
        elif name and (kind not in ("checkbox", "radio") or "checked" in found):
            form.values[name] = found.get("value", "")

    def _option(self, form: Form, found: dict[str, str]) -> None:
        # The first one counts where none is selected, as browsers do.
        if "selected" in found or self.select not in form.values:
            form.values[self.select] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "dialog":
            self.in_dialog = False
        elif tag == "select":
            self.select = ""
        if self.open and self.open[-1][0] == tag:
            _, found, begin = self.open.pop()
            self._named(tag, found, "".join("".join(self.text[begin:]).split()))

    def _named(self, tag: str, found: dict[str, str], text: str) -> None:
        if "data-count" in found:
            self.counts[found["data-count"]] = text
        if tag == "a":
            self.links[text] = found.get("href", "")
        elif tag == "button":
            form = self.ids.get(found["form"]) if "form" in found else self.form
            if form:
                form.buttons.add(text)

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.in_dialog:
            self.dialog.append(data)
