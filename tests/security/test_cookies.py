"""Cookies and keys: what is in them, and how they are named under HTTPS."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.accounts.signing_in.signing import try_sign_in
from tests.people import Side

NAMES = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME"
PRINTED = f"""
from django.conf import settings
from accounts.signing_in.devices import COOKIE
print(*(getattr(settings, name) for name in {NAMES.split()}), COOKIE)
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
"""


@pytest.mark.parametrize("https", ["on", "off"])
def test_under_https_cookies_are_bound_to_the_host(tmp_path: Path, https: str) -> None:
    environment = {
        **os.environ,
        "PORTAL_HTTPS": https,
        "PORTAL_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    ended = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{PRINTED}"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    prefix, secure = ("__Host-", "True True") if https == "on" else ("", "False False")
    names = " ".join(prefix + name for name in ("sessionid", "csrftoken", "device"))
    assert ended.stdout.splitlines() == [names, secure]


def test_the_prefix_is_allowed(client: Client, maker: Side) -> None:
    """Browsers refuse it with another path, or with a domain."""
    answer = try_sign_in(client, maker.agent.mobile)
    assert len(answer.cookies) >= 2
    for cookie in answer.cookies.values():
        assert cookie["path"] == "/"
        assert cookie["domain"] == ""
        assert cookie["httponly"]


def test_a_session_is_a_random_key_and_nothing_else(maker: Side) -> None:
    """32 of 36 characters from the system's own randomness: 165 bits."""
    keys = set()
    for _ in range(3):
        client = Client()
        try_sign_in(client, maker.agent.mobile)
        keys.add(client.cookies["sessionid"].value)
    assert len(keys) == 3
    assert all(re.fullmatch("[a-z0-9]{32}", key) for key in keys)
