"""The browser a sign-in comes from: known again by a random number in a cookie, and what it is.

The cookie is signed and lives longer than any session; the database keeps only the number's digest.
"""

import hashlib
import re
import secrets
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE, SALT = f"{settings.PORTAL_COOKIE_PREFIX}device", "accounts.device"
# Browsers keep no cookie for longer.
LIFE_SECONDS = 400 * 24 * 60 * 60

UNKNOWN = "未知设备"
# The first that is found counts: every browser also names the ones it descends from.
SYSTEMS: tuple[tuple[str, str], ...] = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
BROWSERS: tuple[tuple[str, str], ...] = (
    ("MicroMessenger", "微信"),
    ("QQBrowser", "QQ浏览器"),
    ("360SE|360EE|QihooBrowser", "360浏览器"),
    ("UCBrowser|UBrowser", "UC浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("Edg(?:e|A|iOS)?/", "Edge"),
    ("OPR/|Opera", "Opera"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("Chrome/|CriOS/", "Chrome"),
    ("Safari/", "Safari"),
    ("MSIE |Trident/", "Internet Explorer"),
)


class Browser(NamedTuple):
    """`number`: the cookie's random number. `label`: what it is, in words of ours only."""

    number: str
    label: str

    @property
    def digest(self) -> str:
        """What the database keeps of the number: SHA-256, in hex."""
        return hashlib.sha256(self.number.encode()).hexdigest()


def label(user_agent: str) -> str:
    """Say what a User-Agent header stands for: Windows · Chrome. Nothing of it is repeated."""
    found = [_first(SYSTEMS, user_agent), _first(BROWSERS, user_agent)]
    return " · ".join(word for word in found if word) or UNKNOWN


def browser_of(request: HttpRequest) -> Browser:
    """Return the request's browser; one without a good cookie gets a new number."""
    number = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=LIFE_SECONDS)
    return Browser(
        number or secrets.token_urlsafe(32), label(request.headers.get("User-Agent", ""))
    )


def keep(response: HttpResponse, browser: Browser) -> None:
    """Give the browser its number, or lengthen the life of the one it has."""
    response.set_signed_cookie(
        COOKIE,
        browser.number,
        salt=SALT,
        max_age=LIFE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _first(words: tuple[tuple[str, str], ...], text: str) -> str:
    return next((word for pattern, word in words if re.search(pattern, text)), "")
