"""The message around a call: who calls, by which signature, and what is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from accounts.keys import signing
from accounts.keys.authentication import check_nonce
from accounts.keys.signing import LENGTHS
from portal.lib.refused import Refused
from portal.lib.strict_json import NotStrict, TooManyValues, decoded, parsed
from tracing.uploads.arrays import kind_word

AK, TIMESTAMP, SIGN, PARAM = "ak", "timestamp", "sign", "param"
# Values of a message, of which four are wanted; those of small objects too, so that they are told
# what they are.
MOST_FIELDS = 1_000
_NESTED_PARAM = re.compile(rf'"{PARAM}"[ \t\r\n]{{0,8}}:[ \t\r\n]{{0,8}}([{{\[])')
# The headers of the second scheme, each with the field of the first that it stands for.
KEY_HEADER, TIMESTAMP_HEADER = "Portal-Key", "Portal-Timestamp"
NONCE_HEADER, SIGNATURE_HEADER = "Portal-Nonce", "Portal-Signature"
HEADERS = (KEY_HEADER, TIMESTAMP_HEADER, NONCE_HEADER, SIGNATURE_HEADER)


class Envelope(NamedTuple):
    """What a call says of itself. `expected` gives the right signature for an SKey; `once` is what
    no other call of the key may bring. `param` is the text that was signed, `by_headers` says
    that it was by the second scheme."""

    ak: str
    timestamp: str
    sign: str
    param: str
    once: str
    expected: Callable[[str], str]
    by_headers: bool


def guide_envelope(body: bytes) -> Envelope:
    """The guide's message: a JSON object of four texts. Raises Refused."""
    text = _text_of(body)
    try:
        message = parsed(text, MOST_FIELDS)
    except TooManyValues as error:
        raise _too_much(text, error) from None
    except NotStrict as error:
        raise Refused("body_not_json", why=error.why) from None
    if not isinstance(message, dict):
        raise Refused("body_not_object", found=kind_word(message))
    ak, timestamp, sign = (_text(message, field) for field in (AK, TIMESTAMP, SIGN))
    param = _param(message)

    def expected(sk: str) -> str:
        return signing.guide_signature(ak, timestamp, sk, param)

    return Envelope(ak, timestamp, sign, param, sign.lower(), expected, by_headers=False)


def _too_much(text: str, error: TooManyValues) -> Refused:
    """Why a message of more than a few texts is refused. It is not read: whoever sends it has not
    proven anything yet."""
    if nested := _NESTED_PARAM.search(text):
        return Refused("param_is_object", found=kind_word({} if nested[1] == "{" else []))
    return Refused("body_not_json", why=error.why)


def is_by_headers(headers: Mapping[str, str]) -> bool:
    """Whether a call is signed by the second scheme, or is meant to be."""
    return any(name in headers for name in HEADERS)


def header_envelope(headers: Mapping[str, str], method: str, path: str, body: bytes) -> Envelope:
    """The second scheme: the body is the param itself, `path` the address with its query. Raises
    Refused."""
    ak, timestamp, nonce, sign = (_header(headers, name) for name in HEADERS)
    check_nonce(nonce)
    param = _text_of(body)
    text = signing.hmac_text(method, path, timestamp, nonce, body)

    def expected(sk: str) -> str:
        return signing.hmac_signature(sk, text)

    once = f"nonce:{nonce}"
    return Envelope(ak, timestamp, sign, param, once, expected, by_headers=True)


def _header(headers: Mapping[str, str], name: str) -> str:
    text = headers.get(name)
    if not text:
        raise Refused("header_missing", field=name)
    return _short(name, text, LENGTHS[SIGN])


def _text_of(body: bytes) -> str:
    try:
        return decoded(body)
    except NotStrict as error:
        raise Refused("body_not_json", why=error.why) from None


def _short(field: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise Refused("field_too_long", field=field, found=str(len(text)), limit=str(limit))
    return text


def _text(message: dict[str, Any], field: str) -> str:
    if field not in message:
        raise Refused("field_missing", field=field)
    text = message[field]
    if not isinstance(text, str):
        raise Refused("field_not_text", field=field, found=kind_word(text))
    return _short(field, text, LENGTHS[field])


def _param(message: dict[str, Any]) -> str:
    if PARAM not in message:
        raise Refused("field_missing", field=PARAM)
    param = message[PARAM]
    if not isinstance(param, str):
        raise Refused("param_is_object", found=kind_word(param))
    return param


def asked(param: str) -> dict[str, Any]:
    """What a call asks, by name. Raises Refused for a text that is no JSON object, and for one that
    is signed once more inside: no interface has parameters of these names."""
    try:
        found = parsed(param)
    except NotStrict as error:
        raise Refused("param_not_json", why=error.why) from None
    if not isinstance(found, dict):
        raise Refused("param_not_object", found=kind_word(found))
    if {AK, SIGN} <= found.keys():
        raise Refused("schemes_mixed")
    return found
