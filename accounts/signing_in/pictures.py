"""Picture codes (图形验证码): each picture answers for one try, right or wrong.

A picture counts only in the browser that asked for it, known by the secret of its CSRF cookie, and
one address gets only so many.
"""

from typing import NamedTuple

from captcha.models import CaptchaStore
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.core.limits import HOUR, MINUTE, Limit, counted_address, take
from accounts.core.origin import client_address
from portal.lib.clock import wait_words
from portal.lib.folding import folded_or_none
from portal.lib.refused import refusal

# A whole office may stand behind one address.
PER_MINUTE, PER_HOUR = 60, 1200
MARK_LENGTH = 16
# What a picture's two fields hold at most: its key with the mark, and what was read in it.
KEY_LENGTH, TYPED_LENGTH = 64, 32


class Picture(NamedTuple):
    """A fresh picture: the key to send back, where the image is, or why there is none."""

    key: str
    address: str
    problem: str = ""


def new_picture(request: HttpRequest) -> Picture:
    """Make a picture code for this browser and clear away the expired ones."""
    address = counted_address(client_address(request))
    wait = take(
        Limit("picture-minute", address, PER_MINUTE, MINUTE),
        Limit("picture-hour", address, PER_HOUR, HOUR),
    )
    if wait:
        why = refusal("pictures_too_often", times=str(PER_MINUTE), wait=wait_words(wait))
        return Picture("", "", why.message)
    CaptchaStore.remove_expired()
    key: str = CaptchaStore.generate_key()
    return Picture(f"{key}-{_mark(request, key)}", reverse("accounts:picture-image", args=[key]))


def redeem(request: HttpRequest, key: str, answer: str) -> bool:
    """Say whether `answer` solves the picture, and use the picture up either way.

    Of two tries with one picture at the same instant only one can be right: the one whose
    deletion found the row. A key that is too long is no picture's, and an answer that is too
    long or too wild to be folded is wrong.
    """
    if len(key) > KEY_LENGTH:
        return False
    key, _, mark = key.partition("-")
    store = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now()).first()
    deleted, _ = CaptchaStore.objects.filter(hashkey=key).delete()
    if store is None or deleted == 0:
        return False
    given = (folded_or_none(answer, TYPED_LENGTH) or "").strip().lower()
    solved = constant_time_compare(store.response, given)
    return constant_time_compare(mark, _mark(request, key)) and solved


def _mark(request: HttpRequest, key: str) -> str:
    """What ties a picture to the browser; the token is masked anew each time, its secret is not."""
    get_token(request)
    secret: str = request.META["CSRF_COOKIE"]
    return salted_hmac("accounts.pictures", f"{key}/{secret}").hexdigest()[:MARK_LENGTH]
