"""Picture codes (图形验证码): each picture answers for one try, right or wrong."""

import unicodedata
from typing import NamedTuple

from captcha.models import CaptchaStore
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare


class Picture(NamedTuple):
    """A fresh picture: the key to send back, and where the image is."""

    key: str
    address: str


def new_picture() -> Picture:
    """Make a picture code and clear away the expired ones."""
    CaptchaStore.remove_expired()
    key: str = CaptchaStore.generate_key()
    return Picture(key, reverse("accounts:picture-image", args=[key]))


def redeem(key: str, answer: str) -> bool:
    """Say whether `answer` solves the picture, and use the picture up either way.

    Of two tries with one picture at the same instant only one can be right: the one whose
    deletion found the row.
    """
    store = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now()).first()
    deleted, _ = CaptchaStore.objects.filter(hashkey=key).delete()
    if store is None or deleted == 0:
        return False
    given = unicodedata.normalize("NFKC", answer).strip().lower()
    return constant_time_compare(store.response, given)
