"""The second step of a sign-in through its page."""

from typing import Any

import pytest
from django.test import Client

from accounts.core import limits
from accounts.signing_in.models import SmsCode
from accounts.signing_in.second_step import KEY
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.signing_in.sms import code_for

CODE_PAGE = "/login/code/"
PURPOSE = SmsCode.Purpose.SIGN_IN


def text_of(page: Any) -> str:
    """What a page says."""
    text: str = page.content.decode()
    return text


def give(client: Client, code: str) -> Any:
    """Send the page with this code."""
    return client.post(CODE_PAGE, {"sms_code": code})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def asked(client: Client, name: str, **more: Any) -> None:
    """Send the first step, and be asked for a code."""
    assert try_sign_in(client, name, **more)["Location"] == CODE_PAGE
    assert not signed_in(client)


def by_both_steps(client: Client, mobile: str, **more: Any) -> Any:
    """Sign an agent in in a browser that is new to it."""
    asked(client, mobile, **more)
    answer = give(client, code_for(PURPOSE, mobile))
    assert signed_in(client)
    return answer


def codes() -> int:
    """How many codes were asked for."""
    return SmsCode.objects.filter(purpose=PURPOSE).count()


def change_waiting(client: Client, **values: Any) -> None:
    """Change what the session remembers between the steps."""
    session = client.session
    session[KEY] = {**session[KEY], **values}
    session.save()


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what was counted be long ago."""
    monkeypatch.setattr(limits, "PREFIX", f"{limits.PREFIX}-later")
