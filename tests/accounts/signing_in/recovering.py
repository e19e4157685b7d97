"""忘记密码 through its pages, and the codes that were made for it."""

from typing import Any

from django.test import Client

from accounts.signing_in.models import SmsCode
from accounts.signing_in.queries import recovery_for
from tests.accounts.signing_in.signing import answer_to, key_on

NEW = "kzmw tqrb 2931"


def ask_for_code(client: Client, name: str, code: str | None = None, **extra: Any) -> Any:
    """Send the first step for a name."""
    key = key_on(client.get("/recover/", **extra))
    answer = answer_to(key) if code is None else code
    data = {"username": name, "captcha_0": key, "captcha_1": answer}
    return client.post("/recover/", data, **extra)


def newest_code(mobile: str, purpose: SmsCode.Purpose = SmsCode.Purpose.RECOVER) -> str:
    """Return the code that would go to a number; it is not sent in a test."""
    row = SmsCode.objects.filter(mobile=mobile, purpose=purpose).latest("pk")
    assert row.sealed
    return row.sealed


def code_for(name: str) -> str:
    """Return the newest code of whoever this name is of, or of nobody."""
    return newest_code(recovery_for(name).mobile)


def finish(client: Client, code: str = "", password: str = NEW, again: str | None = None) -> Any:
    """Send the second step."""
    data = {"new_password": password, "again": password if again is None else again}
    return client.post("/recover/password/", data | ({"sms_code": code} if code else {}))
