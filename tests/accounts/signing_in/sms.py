"""Asking for a code by SMS through a page, and reading it before it is sent."""

from typing import Any

from django.test import Client

from accounts.signing_in.models import SmsCode
from tests.accounts.signing_in.signing import answer_to, key_on


def ask_for_code(client: Client, address: str, mobile: str = "", **more: Any) -> Any:
    """Open the page at `address` and press 发送验证码 with the picture read rightly.

    `more`: other fields of its form, `captcha_1` for another answer, or request headers.
    """
    key = key_on(client.get(address))
    data = {"mobile": mobile, "captcha_0": key, "captcha_1": answer_to(key), "send": "1"}
    headers = {name: more.pop(name) for name in list(more) if name.isupper()}
    return client.post(address, {**data, **more}, **headers)


def code_for(purpose: SmsCode.Purpose, mobile: str) -> str:
    """Return the newest code for this purpose and number, which no worker has sent yet."""
    row = SmsCode.objects.filter(purpose=purpose, mobile=mobile).latest("pk")
    assert row.sealed, "the code was sent already, and is known to nobody but its receiver"
    return row.sealed
