"""What is kept of what a program sent and was answered: the beginning, without what is secret.

Texts are masked as texts, not as JSON: what is refused because it is none is kept too, and no more
is looked at than is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from accounts.keys.models_calls import TEXT_LENGTH

# Looked at beyond what is kept, so that nothing secret is cut in two and then not known.
BEYOND = 256
MASK = "*"
# What stands in the names of members that hold what belongs to a person.
_PERSONAL = re.compile(
    "cert|psn|person|patient|idcard|idno|name_of|insured|mobile|phone|tel|email|addr|birth|gend",
    re.IGNORECASE,
)
_MEMBER = re.compile(r'"([A-Za-z0-9_]{1,60})"\s{0,8}:\s{0,8}"([^"\\]{1,200})')
# Letters and digits without anything between: identity numbers, telephones, codes, words.
_RUN = re.compile(r"[0-9A-Za-z]{11,}")
# 17 digits with a date of birth in them, and a check digit.
_IDENTITY = re.compile(
    r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx]"
)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Trace codes and whatever else is so long and has digits: both ends stay.
LONG = 14
ENDS = 4


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The beginning of a text, each secret and each personal value in it replaced by as many marks,
    and long codes masked in their middle."""
    kept = text[: TEXT_LENGTH + BEYOND].replace("\x00", "")
    folded = kept.lower()
    for secret in secrets:
        if secret and secret.lower() in folded:
            kept = re.sub(re.escape(secret), _all, kept, flags=re.IGNORECASE)
    kept = _RUN.sub(_run, _MEMBER.sub(_value, kept))
    return kept[:TEXT_LENGTH]


@lru_cache(maxsize=1_000)
def _is_personal(name: str) -> bool:
    return _PERSONAL.search(name) is not None


def _all(found: re.Match[str]) -> str:
    return MASK * len(found[0])


def _value(found: re.Match[str]) -> str:
    if not _is_personal(found[1]):
        return found[0]
    return found[0][: -len(found[2])] + MASK * len(found[2])


def _run(found: re.Match[str]) -> str:
    run = found[0]
    if _IDENTITY.fullmatch(run):
        return MASK * len(run)
    is_code = len(run) >= LONG and not run.isalpha()
    return _middle(run) if is_code or _MOBILE.fullmatch(run) else run


def _middle(run: str) -> str:
    ends = ENDS if len(run) > 3 * ENDS else 3
    return run[:ends] + MASK * (len(run) - 2 * ends) + run[-ends:]
