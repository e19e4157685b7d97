"""Signing in through the page, as a browser does."""

import re
from typing import Any

from captcha.models import CaptchaStore
from django.test import Client

from tests.factories import PASSWORD


def key_on(page: Any) -> str:
    """Return the key of the picture on a sign-in page."""
    found = re.search(r'name="captcha_0" value="([0-9a-f-]+)"', page.content.decode())
    assert found, "no picture code on the page"
    return found[1]


def image_on(page: Any) -> str:
    """Return the address of the picture's image."""
    found = re.search(r'<img src="([^"]+)" alt="图形验证码图片"', page.content.decode())
    assert found, "no picture on the page"
    return found[1]


def answer_to(key: str) -> str:
    """Return what the picture shows."""
    response: str = CaptchaStore.objects.get(hashkey=key.partition("-")[0]).response
    return response


def try_sign_in(
    client: Client, name: str, password: str = PASSWORD, code: str | None = None, **extra: Any
) -> Any:
    """Open the sign-in page, fill it in and send it. `extra`: `next`, or request headers."""
    key = key_on(client.get("/login/"))
    data = {
        "username": name,
        "password": password,
        "captcha_0": key,
        "captcha_1": answer_to(key) if code is None else code,
        "next": extra.pop("next", ""),
    }
    return client.post("/login/", data, **extra)
