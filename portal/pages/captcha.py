"""The picture code's challenge."""

import secrets
from string import ascii_lowercase

from captcha.conf import settings as captcha_settings
from django.conf import settings

# Beside each other they cannot be told apart by everyone, also when they are turned.
LETTERS = "".join(sorted(set(ascii_lowercase) - set("ijlo")))


def challenge() -> tuple[str, str]:
    """What the picture shows, and the answer in small letters.

    The letters come from `secrets`: the package takes its own from Python's `random`, whose next
    numbers can be worked out from those before.
    PORTAL_TEST_CAPTCHA makes its word the answer to every picture; the settings refuse it on
    servers other than the embedded ones.
    """
    word: str = settings.PORTAL_TEST_CAPTCHA
    if word:
        return word.upper(), word.lower()
    answer = "".join(secrets.choice(LETTERS) for _ in range(captcha_settings.CAPTCHA_LENGTH))
    return answer.upper(), answer
