"""One attempt to deliver: no table is read or written here, so that many run side by side."""

import ssl
import time
import uuid
from http.client import HTTPException
from typing import NamedTuple
from unicodedata import category

from django.conf import settings

from accounts.keys.masking import masked
from accounts.keys.models_webhooks import ANSWER_LENGTH
from accounts.keys.signing import hmac_signature, webhook_text
from portal.lib.outside import NotPublic, NotSpelled, Target, addresses_of, target_of
from portal.lib.posting import WHOLE_SECONDS, Answer, TooSlow, post
from portal.lib.refused import Refusal, Refused, refusal


class Message(NamedTuple):
    """What is sent where."""

    url: str
    secret: str
    event_id: uuid.UUID
    body: str


class Outcome(NamedTuple):
    """What came of an attempt: the status and the masked beginning of the answer, if there was
    one, and why the attempt failed, if it did.
    """

    status: int | None
    answer: str
    failure: Refusal | None


def judged(url: str) -> tuple[Target, list[str]]:
    """Take an address apart and look its name up, once.

    Raises Refused: webhook_address, webhook_name_unknown, webhook_not_public.
    """
    private = settings.PORTAL_WEBHOOK_PRIVATE
    try:
        target = target_of(url, private=private)
    except NotSpelled:
        raise Refused("webhook_address") from None
    try:
        return target, addresses_of(target, private=private)
    except NotPublic as found:
        raise Refused("webhook_not_public", host=target.host, found=str(found)) from None
    except (OSError, UnicodeError):
        raise Refused("webhook_name_unknown", host=target.host) from None


def send(message: Message) -> Outcome:
    """Make one attempt. An answer of 2xx is success; nothing is followed."""
    try:
        target, addresses = judged(message.url)
        answer = post(target, addresses, headers_of(message), message.body.encode())
    except Refused as refused:
        return Outcome(None, "", refused.first)
    except TooSlow:
        seconds = f"{WHOLE_SECONDS:.0f}"
        return Outcome(None, "", refusal("webhook_too_slow", seconds=seconds))
    except ssl.SSLError as error:
        # Of a certificate OpenSSL says more than that it failed.
        why = getattr(error, "verify_message", "") or getattr(error, "reason", "") or ""
        return Outcome(None, "", refusal("webhook_not_encrypted", why=str(why)[:100]))
    except (OSError, ValueError, HTTPException) as error:
        return Outcome(None, "", refusal("webhook_unreachable", why=type(error).__name__))
    shown = shown_answer(answer.body, message.secret)
    return Outcome(answer.status, shown, _refused_by(answer))


def headers_of(message: Message) -> dict[str, str]:
    """The headers of an attempt that is made now."""
    timestamp, event_id = str(int(time.time())), str(message.event_id)
    text = webhook_text(timestamp, event_id, message.body)
    return {
        "Connection": "close",
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "portal-webhook/1",
        "Portal-Webhook-Id": event_id,
        "Portal-Timestamp": timestamp,
        "Portal-Signature": hmac_signature(message.secret, text),
    }


def _refused_by(answer: Answer) -> Refusal | None:
    if 200 <= answer.status < 300:
        return None
    if 300 <= answer.status < 400:
        return refusal("webhook_redirects", status=str(answer.status))
    return refusal("webhook_answered", status=str(answer.status))


def shown_answer(body: bytes, secret: str) -> str:
    """The beginning of an answer as it may be shown: one line, masked as calls are."""
    text = body[: 8 * ANSWER_LENGTH].decode(errors="replace")
    # Categories Z and C hold blanks, controls, and what turns the direction of a line.
    shown = "".join(" " if category(c)[0] in "ZC" else c for c in text)
    return masked(shown, [secret])[:ANSWER_LENGTH]
