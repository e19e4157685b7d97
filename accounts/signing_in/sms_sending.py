"""The ways an SMS can go: into a file, to standard error, to a provider by HTTP."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from accounts.core.names import mask_mobile

SECONDS = 10


class Sms(NamedTuple):
    """What is sent. `key` is the same for every try, so that a provider sends it once."""

    mobile: str
    text: str
    code: str
    key: str


class SmsNotSent(Exception):
    """The provider did not take an SMS; trying again may help."""


def send(sms: Sms) -> None:
    """Send one SMS. Raises SmsNotSent."""
    WAYS[settings.PORTAL_SMS](sms)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is a failure: it would carry the token to another place, and the SMS to none."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        """Follow none."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def _to_file(sms: Sms) -> None:
    """Append a line of JSON to PORTAL_DATA/sms.jsonl, which its owner alone may read."""
    line = {
        "to": sms.mobile,
        "text": sms.text,
        "code": sms.code,
        "at": timezone.localtime().isoformat(timespec="seconds"),
    }
    file = settings.PORTAL_DATA / "sms.jsonl"
    opened = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(opened, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def _to_console(sms: Sms) -> None:
    print(f"SMS to {mask_mobile(sms.mobile)}: {sms.text}", file=sys.stderr, flush=True)  # noqa: T201


def _by_http(sms: Sms) -> None:
    """POST {"to", "text"} as JSON; an answer of 2xx means that it was taken."""
    request = urllib.request.Request(  # noqa: S310
        settings.PORTAL_SMS_URL,
        data=json.dumps({"to": sms.mobile, "text": sms.text}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.PORTAL_SMS_TOKEN}",
            "Idempotency-Key": sms.key,
        },
    )
    try:
        with _OPENER.open(request, timeout=SECONDS):
            pass
    except (OSError, HTTPException) as error:
        # Its own words could repeat what was sent; the worker writes this into its log.
        status = f" {error.code}" if isinstance(error, urllib.error.HTTPError) else ""
        name = type(error).__name__
        raise SmsNotSent(f"the SMS provider did not take it: {name}{status}") from None


WAYS: dict[str, Callable[[Sms], None]] = {
    "file": _to_file,
    "console": _to_console,
    "http": _by_http,
}
