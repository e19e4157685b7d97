"""What is kept of what a program sent and was answered: the beginning, without what is secret.

Texts are masked as texts, not as JSON: what is refused because it is none is kept too, and no more
is looked at than is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from accounts.keys.models_calls import TEXT_LENGTH
from portal.lib.folding import folded_or_none

# Looked at beyond what is kept, so that nothing secret is cut in two and then not known.
BEYOND = 256
MASK = "*"
# What stands in the names of members that hold what belongs to a person.
_PERSONAL = re.compile(
    "cert|psn|person|patient|idcard|idno|name_of|insured|mobile|phone|tel|email|addr|birth|gend",
    re.IGNORECASE,
)
# The name of a member up to its value; in JSON within a text of JSON a quote has backslashes.
_NAME = re.compile(
    r'"([^"\\]{0,60}+(?:\\u[0-9A-Fa-f]{4}[^"\\]{0,60}+){0,60}+)\\{0,7}"\s{0,8}:\s{0,8}'
)
# The values: a text, to its quote or the end of what there is; one in a text, with its backslashes;
# anything without quotes.
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+', re.DOTALL)
# Not possessive: Python before 3.11.5 goes wrong where what is repeated looks around.
_TEXT_IN_TEXT = re.compile(r'(\\{1,7}")(?:(?!(?<!\\)\1).)*', re.DOTALL)
_BARE = re.compile(r'[^\s,"\[\]{}]*')
_PLAIN = frozenset(["null", "true", "false"])
# What an array or an object consists of, as far as its end is looked for.
_PART = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_INSIDE = re.compile(r'[^ \t\r\n,:"\[\]{}]')
# Letters and digits without anything between, escaped ones too: identity numbers, telephones,
# codes, words. Any other escape is none of them, nor is the letter at its end.
_SIMPLE = r"[0-9A-Za-z\uff10-\uff19]"
_UNIT = re.compile(
    rf"{_SIMPLE}"
    r"|\\u(?:003[0-9]|004[1-9A-Fa-f]|005[0-9Aa]|006[1-9A-Fa-f]|007[0-9Aa]|[Ff][Ff]1[0-9])"
)
_RUN = re.compile(rf'((?:{_UNIT.pattern}){{11,}})|\\(?:u[0-9A-Fa-f]{{4}}|[bfnrt"/\\])')
# The same where nothing is escaped, which is found sooner.
_SIMPLE_RUN = re.compile(f"({_SIMPLE}{{11,}})")
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")
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
    runs = _RUN if "\\" in kept else _SIMPLE_RUN
    return runs.sub(_run, _without_personal(kept))[:TEXT_LENGTH]


def _without_personal(text: str) -> str:
    """A text with marks for the values of members whose names are personal, and for all below."""
    pieces: list[str] = []
    done = 0
    for found in _NAME.finditer(text):
        start = found.end()
        if start > done and _is_personal(found[1]):
            end = _end_of_value(text, start)
            pieces += text[done:start], _marks(text[start:end])
            done = end
    return "".join((*pieces, text[done:]))


def _end_of_value(text: str, start: int) -> int:
    """Where the value that starts at a place ends, without its last quote."""
    if text[start : start + 1] in ("[", "{"):
        depth = 0
        for part in _PART.finditer(text, start):
            depth += (part[0] in ("[", "{")) - (part[0] in ("]", "}"))
            if depth == 0:
                return part.end()
        return len(text)
    for value in (_TEXT, _TEXT_IN_TEXT, _BARE):
        if found := value.match(text, start):
            return found.end()
    return start


def _marks(value: str) -> str:
    """As many marks as a value has characters, its quotes and brackets left."""
    if value in _PLAIN:
        return value
    if value.startswith(("[", "{")):
        return _INSIDE.sub(MASK, value)
    opening = value.partition('"')[0] + '"' if value.startswith(('"', "\\")) else ""
    return opening + MASK * (len(value) - len(opening))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


@lru_cache(maxsize=1_000)
def _is_personal(name: str) -> bool:
    return _PERSONAL.search(_unescaped(name)) is not None


def _all(found: re.Match[str]) -> str:
    return MASK * len(found[0])


def _run(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    text = _unescaped(found[1])
    run = folded_or_none(text, TEXT_LENGTH + BEYOND) or text
    if _IDENTITY.fullmatch(run):
        return MASK * len(run)
    is_code = len(run) >= LONG and not run.isalpha()
    if is_code or _MOBILE.search(run):
        return _middle(_UNIT.findall(found[1]))
    return found[0]


def _middle(units: list[str]) -> str:
    ends = ENDS if len(units) > 3 * ENDS else 3
    return "".join((*units[:ends], MASK * (len(units) - 2 * ends), *units[-ends:]))
