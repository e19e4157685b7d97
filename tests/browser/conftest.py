"""A demo of its own with all its processes, and Chromium pages that look at nothing else."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal.demo.data.people import DEMO_WORD
from tests.seeded import seed

ROOT = Path(__file__).parents[2]
PICTURE_WORD = "browser"
STARTED = re.compile(r"演示已启动：(http://[0-9.:]+)/")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000
STOP_SECONDS = 60


class Demo(NamedTuple):
    """Where the demo answers, the password of all its people, and the folder of its data."""

    address: str
    password: str
    data: Path


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium. Without one the tests are skipped, but fail in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        why = "there is no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found


@pytest.fixture(scope="session")
def demo(chromium: str) -> Iterator[Demo]:
    """`manage.py demo` on a free port and a folder of its own, ended by SIGTERM."""
    folder = tempfile.mkdtemp(prefix="portal-browser-")
    seed(Path(folder))
    passed_on = {k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "DJANGO_"))}
    child = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", "0"],
        cwd=ROOT,
        env={
            **passed_on,
            "PORTAL_DATA": folder,
            "PORTAL_TEST_CAPTCHA": PICTURE_WORD,
            "PORTAL_POSTGRES_FSYNC": "off",
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert child.stdout is not None
    said = []
    try:
        for line in child.stdout:
            said.append(line)
            if match := STARTED.search(line):
                yield Demo(match[1], DEMO_WORD, Path(folder))
                break
        else:
            pytest.fail(f"the demo ended before it was ready:\n{''.join(said)}")
    finally:
        child.terminate()
        child.communicate(timeout=STOP_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)
    assert child.returncode == 0


class Chromium:
    """The Chromium of browser tests that follow each other in a worker, started by the first."""

    def __init__(self) -> None:
        self.ends = ExitStack()
        self.launched: Browser | None = None

    def browser(self, program: str) -> Browser:
        """Return the one that runs, or start one where none does."""
        if self.launched is None or not self.launched.is_connected():
            self.end()
            playwright = self.ends.enter_context(sync_playwright())
            self.launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
            self.ends.callback(self.launched.close)
        return self.launched

    def end(self) -> None:
        self.launched = None
        self.ends.close()


running = Chromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None]:
    """End Chromium when the next test is of another kind: the event loop that drives it must be
    gone before a test with a database runs in the same process, or Django refuses to work there.
    """
    try:
        yield
    finally:
        if nextitem is None or nextitem.get_closest_marker("browser") is None:
            running.end()


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium that knows nobody and asks nobody for anything: each session in it, a context, has
    a profile of its own that begins empty, and ends with the test."""
    expect.set_options(timeout=PATIENCE_MS)
    launched = running.browser(chromium)
    yield launched
    for opened in launched.contexts:
        opened.close()


@pytest.fixture
def context(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """A visitor's session. At its end: no request left the demo, no script failed."""
    opened = browser.new_context(
        base_url=demo.address, locale="zh-CN", viewport={"width": 1366, "height": 768}
    )
    opened.set_default_timeout(PATIENCE_MS)
    elsewhere: list[str] = []
    failed: list[str] = []
    opened.on(
        "request",
        lambda request: (
            elsewhere.append(request.url) if not request.url.startswith(demo.address) else None
        ),
    )
    opened.on("weberror", lambda error: failed.append(str(error.error)))
    opened.on(
        "console",
        lambda message: (
            failed.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield opened
    opened.close()
    assert not elsewhere
    assert not failed


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of that session."""
    return context.new_page()
