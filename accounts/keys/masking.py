"""What is kept of what a program sent and was answered: the beginning, without what is secret.

Texts are masked as texts, not as JSON: what is refused because it is none is kept too, and no more
is looked at than is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from accounts.keys.models_calls import TEXT_LENGTH

# Looked at beyond what is kept, so that nothing secret is cut in two and then not known.
BEYOND = 256
MASK = "*"
# The names of members that hold what belongs to a person, wherever they stand in a name.
_PERSONAL = (
    "cert|psn|person|patient|idcard|idno|name_of|insured|mobile|phone|tel|email|addr|birth|gend"
)
_MEMBER = re.compile(
    rf'"(?=[A-Za-z_]{{0,40}}(?:{_PERSONAL}))[A-Za-z0-9_]{{1,60}}"\s{{0,8}}:\s{{0,8}}"([^"\\]{{1,200}})',
    re.IGNORECASE,
)
# An identity number: 17 digits with a date of birth in them, and a check digit.
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
# Trace codes, numbers of batches and whatever else is long and has digits: both ends stay.
_LONG = re.compile(r"(?<![0-9A-Za-z])(?=[A-Za-z]{0,200}\d)[0-9A-Za-z]{14,}(?![0-9A-Za-z])")
ENDS = 4


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The beginning of a text, each secret and each personal value in it replaced by as many marks,
    and long codes masked in their middle."""
    kept = text[: TEXT_LENGTH + BEYOND].replace("\x00", "")
    for secret in secrets:
        if secret:
            kept = re.sub(re.escape(secret), _all, kept, flags=re.IGNORECASE)
    kept = _MEMBER.sub(_value, kept)
    kept = _IDENTITY.sub(_all, kept)
    kept = _MOBILE.sub(_middle, kept)
    kept = _LONG.sub(_middle, kept)
    return kept[:TEXT_LENGTH]


def _all(found: re.Match[str]) -> str:
    return MASK * len(found[0])


def _value(found: re.Match[str]) -> str:
    start = found.start(1) - found.start()
    return found[0][:start] + MASK * len(found[1])


def _middle(found: re.Match[str]) -> str:
    whole = found[0]
    ends = ENDS if len(whole) > 3 * ENDS else 3
    return whole[:ends] + MASK * (len(whole) - 2 * ends) + whole[-ends:]
