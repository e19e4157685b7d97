"""签名调试: what a call should have signed, and where what it signed parts from that.

What is returned never holds an SKey: in its place stands a mark.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from accounts.keys.authentication import MILLISECONDS_DIGITS, SECONDS_DIGITS, WINDOW
from accounts.keys.mistakes import Mistake, Parts, mistake_of
from accounts.keys.signing import DIGEST_LENGTH, guide_signature, same
from portal.lib.strict_json import NotStrict, parsed

SECRET_MARK, OTHER_CASE_MARK = "***SKey***", "***SKey（大小写不同）***"
# Characters shown of the text to sign at either end, and around a difference.
SHOWN, AROUND = 1_000, 24
# Characters that nobody sees, as they are shown.
UNSEEN = {
    "\n": "<LF>", "\r": "<CR>", "\t": "<TAB>", " ": "·", "\ufeff": "<BOM>",
    "\u00a0": "<NBSP>", "\u200b": "<ZWSP>", "\u3000": "<全角空格>",
}  # fmt: skip


class Check(NamedTuple):
    """One thing that was looked at. `good` is None where nothing can be said."""

    title: str
    good: bool | None
    text: str


class Difference(NamedTuple):
    """Where two texts part: the number of the character, and what stands there in each."""

    place: int
    wanted: str
    found: str


class Diagnosis(NamedTuple):
    """What is said of a call. `expected` is empty while the signature could still be used."""

    right: bool
    checks: list[Check]
    to_sign: str
    characters: int
    mistake: str
    difference: Difference | None
    expected: str


def diagnose(
    sent: Parts, sign: str, others: Mapping[str, str], signed: str = "", now: float | None = None
) -> Diagnosis:
    """Say what is wrong with a call by a key. `sent.sk` is the key's; `signed` the text that the
    sender says it signed, if it says so, with its SKey or the mark in it.

    The signature that is expected is told only when no call can use it any more, for whoever may
    look at this page need not have the SKey.
    """
    now = time.time() if now is None else now
    expected = guide_signature(*sent)
    right = same(sign, expected)
    found = None if right else mistake_of(sent, sign, others)
    secrets = (sent.sk, *others.values())
    # An SKey may also have been written where another part belongs.
    wanted = hidden("".join(sent._replace(sk=SECRET_MARK)), secrets)
    theirs = _theirs(found, sent.sk, others) or hidden(signed, secrets)
    timestamp = hidden(sent.timestamp, secrets)
    return Diagnosis(
        right=right,
        checks=[
            _time_check(timestamp, now),
            _param_check(sent.param, secrets),
            _sign_check(sign),
        ],
        to_sign=_shortened(wanted),
        characters=len("".join(sent)),
        mistake=found.words if found else "",
        difference=difference(wanted, theirs) if theirs and not right else None,
        expected=expected if _is_past(sent.timestamp, now) else "",
    )


def hidden(text: str, secrets: Iterable[str]) -> str:
    """A text with a mark in the place of each SKey."""
    for secret in filter(None, secrets):
        text = text.replace(secret, SECRET_MARK)
        text = re.sub(re.escape(secret), OTHER_CASE_MARK, text, flags=re.IGNORECASE)
    return text


def parsed_hidden(text: str, secrets: Iterable[str]) -> Any:
    """The value of a text of JSON with a mark in the place of each SKey. Raises NotStrict, which
    tells none: it repeats the beginning of a name, and in that no SKey would be found any more."""
    return parsed(hidden(text, secrets))


def difference(wanted: str, found: str) -> Difference | None:
    """The first place where two texts part; None for the same text."""
    if wanted == found:
        return None
    least = min(len(wanted), len(found))
    place = next((n for n in range(least) if wanted[n] != found[n]), least)
    return Difference(place + 1, _around(wanted, place), _around(found, place))


def seen(text: str) -> str:
    """A text in which blanks, breaks and what nobody sees can be seen."""
    return "".join(UNSEEN.get(character, character) for character in text)


def _around(text: str, place: int) -> str:
    first = max(0, place - AROUND)
    start, end = ("…" if first else ""), ("…" if len(text) > place + AROUND else "")
    before, after = text[first:place], text[place : place + AROUND]
    return f"{start}{seen(before)}【{seen(after[:1]) or '到此为止'}】{seen(after[1:])}{end}"


def _shortened(text: str) -> str:
    if len(text) <= 2 * SHOWN:
        return seen(text)
    return f"{seen(text[:SHOWN])}……{seen(text[-SHOWN:])}"


def _theirs(mistake: Mistake | None, sk: str, others: Mapping[str, str]) -> str:
    """What a known mistake signed, with a mark in the place of the SKey; empty for none."""
    if mistake is None:
        return ""
    secrets = (sk, *others.values())
    pieces = []
    for name, text in mistake.pieces:
        # Another key's SKey is not the one that was wanted, and must be told from it.
        other = name == "sk" and text in others.values()
        pieces.append("***另一把密钥的 SKey***" if other else hidden(text, secrets))
    return "".join(pieces)


def _is_past(timestamp: str, now: float) -> bool:
    """Whether no call with this time is taken any more."""
    seconds = _seconds(timestamp)
    return seconds is not None and now - seconds > WINDOW + 1


def _seconds(timestamp: str) -> int | None:
    digits = timestamp.isascii() and timestamp.isdigit()
    if not digits or len(timestamp) not in (SECONDS_DIGITS, MILLISECONDS_DIGITS):
        return None
    return int(timestamp[:SECONDS_DIGITS])


def _time_check(timestamp: str, now: float) -> Check:
    seconds = _seconds(timestamp)
    if seconds is None:
        text = f"“{seen(timestamp)}”不是 {SECONDS_DIGITS} 位秒或 {MILLISECONDS_DIGITS} 位毫秒。"
        return Check("timestamp", False, text)
    away = seconds - int(now)
    side = "晚" if away > 0 else "早"
    text = f"与服务器时间 {int(now)} 相差 {abs(away)} 秒（{side}），允许 {WINDOW} 秒。"
    return Check("timestamp", abs(away) <= WINDOW, text)


def _param_check(param: str, secrets: Iterable[str]) -> Check:
    try:
        value = parsed_hidden(param, secrets)
    except NotStrict as error:
        return Check("param", False, f"不是有效的 JSON：{error.why}。")
    if not isinstance(value, dict):
        return Check("param", False, "是 JSON，但不是一个对象（{…}）。")
    return Check("param", True, f"是有效的 JSON 对象，{len(param)} 个字符。")


def _sign_check(sign: str) -> Check:
    if sign != sign.strip():
        return Check("sign", False, "首尾有空白或换行。")
    if len(sign) != DIGEST_LENGTH or not re.fullmatch(r"[0-9A-Fa-f]+", sign):
        text = f"有 {len(sign)} 个字符，应为 {DIGEST_LENGTH} 个十六进制字符。"
        return Check("sign", False, text)
    return Check("sign", True, f"是 {DIGEST_LENGTH} 个十六进制字符。")
