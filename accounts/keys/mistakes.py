"""Why a signature is not the right one: the usual mistakes are tried, and the one that gives the
signature that was sent is named.

It knows the SKey and tells nothing of it: the texts that it returns have a mark in its place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, permutations
from typing import Any, NamedTuple
from urllib.parse import quote

from accounts.keys.signing import same
from portal.lib.strict_json import MOST_DEPTH, deeper

BOM = "\ufeff"
# Separators that people put between what is joined without any.
SEPARATORS = ("&", "|", ",", ":", "\n", " ", "+")
# The work of one look: so many digests, each of a param that grew no more than so many times. Of a
# short one, which indenting makes longer, so many bytes.
MOST_DIGESTS = 1_000
MOST_TIMES, MOST_SMALL = 2, 4_000
NAMES = {"ak": "ak", "timestamp": "timestamp", "sk": "SKey", "param": "param"}


class Parts(NamedTuple):
    """What the guide's scheme joins, in its order."""

    ak: str
    timestamp: str
    sk: str
    param: str


class Mistake(NamedTuple):
    """What a sender did. `text` is what it signed, its pieces in their order, where it was a text
    joined of the parts; `pieces` name which of them is the SKey."""

    words: str
    pieces: tuple[tuple[str, str], ...] = ()


def mistake_of(parts: Parts, sign: str, others: Mapping[str, str]) -> Mistake | None:
    """The mistake that explains a signature, None where none of ours does. `others`: the SKeys of
    the unit's further keys by their AKeys."""
    given = sign.strip().lower()
    for words, changed in islice(_changed(parts, others), MOST_DIGESTS):
        if same(given, _sha256(_bytes("".join(changed)))):
            return Mistake(words, _pieces(changed))
    for words, pieces in _joined(parts):
        if same(given, _sha256(_bytes("".join(text for _, text in pieces)))):
            return Mistake(words, pieces)
    for words, digest in _hashed(parts):
        if sign.strip() == digest or same(given, digest.lower()):
            return Mistake(words)
    return None


def _changed(parts: Parts, others: Mapping[str, str]) -> Iterator[tuple[str, Parts]]:
    """One part that is another; then two, of which one is the param and none another key's."""
    params = list(_params(parts))
    yield from params
    yield from _times(parts)
    yield from _keys(parts, others)
    rest = [*_times(parts), *_keys(parts, {})]
    for words, changed in params:
        for more, other in rest:
            yield f"{words}；{more}", other._replace(param=changed.param)


def _params(parts: Parts) -> Iterator[tuple[str, Parts]]:
    """The param otherwise written than it was sent, where that is not much longer."""
    most = most_bytes(parts.param)
    for words, param in _rewritten(parts.param):
        if param != parts.param and len(_bytes(param)) <= most:
            yield words, parts._replace(param=param)


def most_bytes(param: str) -> int:
    """How long a param may be in UTF-8 when it is written otherwise."""
    return max(MOST_TIMES * len(_bytes(param)), MOST_SMALL)


def _rewritten(param: str) -> Iterator[tuple[str, str]]:
    yield "签名的 param 末尾多一个换行（\\n）", param + "\n"
    yield "签名的 param 末尾多一个换行（\\r\\n）", param + "\r\n"
    yield "发送的 param 首尾多了空白或换行，签名时没有", param.strip()
    yield "签名的 param 开头有 BOM（\\uFEFF），发送时没有", BOM + param
    yield "发送的 param 开头有 BOM（\\uFEFF），签名时没有", param.removeprefix(BOM)
    yield "签名的 param 用 \\r\\n 换行，发送的用 \\n", param.replace("\n", "\r\n")
    yield "签名时 param 是空的", ""
    yield "签名的 param 写成了带引号的 JSON 字符串", json.dumps(param, ensure_ascii=False)
    yield "签名的 param 做了网址编码", quote(param, safe="")
    yield "签名的 param 把“/”写成“\\/”", param.replace("/", "\\/")
    yield "签名的 param 用了 \\u 转义的中文", _ascii(param)
    yield from _serialised(param)


def _ascii(text: str) -> str:
    return "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)


def _serialised(param: str) -> Iterator[tuple[str, str]]:
    """The same JSON as libraries write it."""
    try:
        value = json.loads(param)
    except (ValueError, RecursionError):
        return
    if deeper(value, MOST_DEPTH):
        return
    most = most_bytes(param)
    blanks: dict[str, dict[str, Any]] = {
        "没有空格": {"separators": (",", ":")},
        "冒号和逗号后有空格": {"separators": (", ", ": ")},
        "只在冒号后有空格": {"separators": (",", ": ")},
        "只在逗号后有空格": {"separators": (", ", ":")},
        "缩进 2 格": {"indent": 2},
        "缩进 4 格": {"indent": 4},
    }
    for words, form in blanks.items():
        for ordered in (False, True):
            for ascii_only in (False, True):
                said = [words]
                said += ["名称按字母排序"] if ordered else []
                said += ["中文用 \\u 转义"] if ascii_only else []
                encoder = json.JSONEncoder(ensure_ascii=ascii_only, sort_keys=ordered, **form)
                if text := _written(encoder, value, most):
                    yield f"签名的 param 是重新生成的 JSON（{'，'.join(said)}），与发送的不同", text


def _written(encoder: json.JSONEncoder, value: Any, most: int) -> str:
    """A value as JSON; empty where that has more characters, of which no more are then written."""
    pieces: list[str] = []
    for piece in encoder.iterencode(value):
        most -= len(piece)
        if most < 0:
            return ""
        pieces.append(piece)
    return "".join(pieces)


def _times(parts: Parts) -> Iterator[tuple[str, Parts]]:
    time = parts.timestamp
    if len(time) > 10:
        yield "签名用的是秒，发送的是毫秒", parts._replace(timestamp=time[:10])
    else:
        yield "签名用的是毫秒（秒加 000），发送的是秒", parts._replace(timestamp=time + "000")
    yield "签名的 timestamp 带了空白", parts._replace(timestamp=time + " ")
    yield "签名时没有 timestamp", parts._replace(timestamp="")
    for step in (1, -1, 2, -2):
        if time.isascii() and time.isdigit():
            shifted = str(int(time) + step)
            yield f"签名和发送时各取了一次时间，相差 {abs(step)}", parts._replace(timestamp=shifted)


def _keys(parts: Parts, others: Mapping[str, str]) -> Iterator[tuple[str, Parts]]:
    ak, sk = parts.ak, parts.sk
    for other, secret in others.items():
        yield f"签名用的是另一把密钥（AKey {other}）的 SKey", parts._replace(sk=secret)
        yield (
            f"签名用的 AKey 和 SKey 都是另一把密钥 {other} 的",
            parts._replace(ak=other, sk=secret),
        )
    for words, blank in (("空格", " "), ("换行", "\n"), ("换行（\\r\\n）", "\r\n")):
        yield f"SKey 末尾多了一个{words}", parts._replace(sk=sk + blank)
        yield f"AKey 末尾多了一个{words}", parts._replace(ak=ak + blank)
    yield "SKey 开头多了一个空格", parts._replace(sk=" " + sk)
    yield "SKey 写成了大写", parts._replace(sk=sk.upper())
    yield "AKey 写成了大写", parts._replace(ak=ak.upper())
    yield "AKey 和 SKey 用反了", parts._replace(ak=sk, sk=ak)
    yield "签名时没有 SKey", parts._replace(sk="")
    yield "签名时没有 AKey", parts._replace(ak="")


def _joined(parts: Parts) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """The parts in another order, or with something between them."""
    right = _pieces(parts)
    for order in permutations(right):
        if order != right:
            names = " + ".join(NAMES[name] for name, _ in order)
            yield f"拼接的顺序不对：您按 {names} 拼接", order
    for separator in SEPARATORS:
        shown = "换行" if separator == "\n" else f"“{separator}”"
        yield f"各部分之间多了{shown}", _between(right, separator)
    named = tuple((name, f"{name}={text}") for name, text in right)
    yield "各部分写成了“名称=值”并用“&”连接", _between(named, "&")


def _between(pieces: tuple[tuple[str, str], ...], separator: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for piece in pieces:
        found += [("", separator), piece] if found else [piece]
    return tuple(found)


def _hashed(parts: Parts) -> Iterator[tuple[str, str]]:
    """The right text in another encoding, or by another algorithm, or otherwise written."""
    text = "".join(parts)
    content, sk = _bytes(text), _bytes(parts.sk)
    raw = hashlib.sha256(content).digest()
    yield "签名用的是 Base64，应为十六进制", b64encode(raw).decode()
    yield "签名做了两次 SHA-256", _sha256(raw.hex().encode())
    for name in ("md5", "sha1", "sha512", "sm3"):
        if digest := _digest(name, content):
            yield f"签名用的是 {name.upper()}，应为 SHA-256", digest
    for words, signed in (
        ("对 ak + timestamp + param", parts.ak + parts.timestamp + parts.param),
        ("对整段文字", text),
        ("只对 param", parts.param),
    ):
        digest = hmac.new(sk, _bytes(signed), hashlib.sha256).hexdigest()
        yield f"签名用的是 HMAC-SHA256（{words}），应为把 SKey 拼入文字后的 SHA-256", digest
    yield "签名的文字开头有 BOM（\\uFEFF）", _sha256(_bytes(BOM + text))
    yield "签名的文字末尾多一个换行", _sha256(content + b"\n")
    for name in ("gbk", "gb18030", "utf-16-le", "utf-16-be", "utf-16"):
        yield f"文字按 {name.upper()} 编码后签名，应为 UTF-8", _sha256(text.encode(name, "replace"))
    yield (
        "中文在签名前已变成“?”：程序用了不含中文的编码",
        _sha256(text.encode("latin-1", "replace")),
    )


def _digest(name: str, content: bytes) -> str:
    make: Callable[..., Any] | None = getattr(hashlib, name, None)
    if make is not None:
        return str(make(content, usedforsecurity=False).hexdigest())
    return hashlib.new(name, content).hexdigest() if name in hashlib.algorithms_available else ""


def _pieces(parts: Parts) -> tuple[tuple[str, str], ...]:
    return tuple(zip(NAMES, parts, strict=True))


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
