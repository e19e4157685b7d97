"""The picture code's challenge."""

from captcha.helpers import random_char_challenge
from django.conf import settings


def challenge() -> tuple[str, str]:
    """What the picture shows, and the answer in small letters.

    PORTAL_TEST_CAPTCHA makes its word the answer to every picture; the settings refuse it on
    servers other than the embedded ones.
    """
    word: str = settings.PORTAL_TEST_CAPTCHA
    if word:
        return word.upper(), word.lower()
    shown, answer = random_char_challenge()
    return str(shown), str(answer)
