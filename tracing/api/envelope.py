"""The message around a call: who calls, by which signature, and what is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from accounts.keys import signing
from portal.lib.refused import Refused
from portal.lib.strict_json import NotStrict, decoded, parsed
from tracing.uploads.arrays import kind_word

AK, TIMESTAMP, SIGN, PARAM = "ak", "timestamp", "sign", "param"
# The lengths of the guide's table; its 1024 for param holds no rows and is not kept to.
LENGTHS = {AK: 50, TIMESTAMP: 30, SIGN: 100}


class Envelope(NamedTuple):
    """What a call says of itself. `expected` gives the right signature for an SKey; `once` is what
    no other call of the key may bring. `param` is the text that was signed."""

    ak: str
    timestamp: str
    sign: str
    param: str
    once: str
    expected: Callable[[str], str]


def guide_envelope(body: bytes) -> Envelope:
    """The guide's message: a JSON object of four texts. Raises Refused."""
    try:
        message = parsed(decoded(body))
    except NotStrict as error:
        raise Refused("body_not_json", why=error.why) from None
    if not isinstance(message, dict):
        raise Refused("body_not_object", found=kind_word(message))
    ak, timestamp, sign = (_text(message, field) for field in (AK, TIMESTAMP, SIGN))
    param = _param(message)

    def expected(sk: str) -> str:
        return signing.guide_signature(ak, timestamp, sk, param)

    return Envelope(ak, timestamp, sign, param, sign.lower(), expected)


def _text(message: dict[str, Any], field: str) -> str:
    if field not in message:
        raise Refused("field_missing", field=field)
    text = message[field]
    if not isinstance(text, str):
        raise Refused("field_not_text", field=field, found=kind_word(text))
    if len(text) > LENGTHS[field]:
        raise Refused(
            "field_too_long", field=field, found=str(len(text)), limit=str(LENGTHS[field])
        )
    return text


def _param(message: dict[str, Any]) -> str:
    if PARAM not in message:
        raise Refused("field_missing", field=PARAM)
    param = message[PARAM]
    if not isinstance(param, str):
        raise Refused("param_is_object", found=kind_word(param))
    return param


def asked(param: str) -> dict[str, Any]:
    """What a call asks, by name. Raises Refused for a text that is no JSON object."""
    try:
        found = parsed(param)
    except NotStrict as error:
        raise Refused("param_not_json", why=error.why) from None
    if not isinstance(found, dict):
        raise Refused("param_not_object", found=kind_word(found))
    return found
