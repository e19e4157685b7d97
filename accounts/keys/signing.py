"""How a call proves that its sender has the SKey: two schemes, byte by byte.

The first is the guide's: SHA-256 over ak + timestamp + sk + param, where param is exactly the text
that is sent. The second signs method, path, time, a nonce and the body's hash by HMAC-SHA256.
"""

from __future__ import annotations

import hashlib
import hmac

# Hexadecimal characters of a SHA-256.
DIGEST_LENGTH = 64
# The lengths of the guide's table; its 1024 for param holds no rows and is not kept to.
LENGTHS = {"ak": 50, "timestamp": 30, "sign": 100}


def guide_text(ak: str, timestamp: str, sk: str, param: str) -> str:
    """What the guide's scheme hashes."""
    return ak + timestamp + sk + param


def guide_signature(ak: str, timestamp: str, sk: str, param: str) -> str:
    """The guide's `sign`: 64 lower-case hexadecimal characters. `param` has no lone surrogate."""
    return hashlib.sha256(guide_text(ak, timestamp, sk, param).encode()).hexdigest()


def hmac_text(method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """What the second scheme signs: five lines. `path` is the address with its query."""
    return "\n".join((method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()))


def webhook_text(timestamp: str, event_id: str, body: str) -> str:
    """What a message to a webhook signs: three parts with a line feed between them."""
    return "\n".join((timestamp, event_id, body))


def hmac_signature(sk: str, text: str) -> str:
    """The signature of the second scheme, and of messages to webhooks: 64 lower-case hexadecimal
    characters."""
    return hmac.new(sk.encode(), text.encode(), hashlib.sha256).hexdigest()


def same(given: str, expected: str) -> bool:
    """Whether two signatures are one, in a time that does not tell where they part; the letters of
    a given one may be of either case."""
    return hmac.compare_digest(given.lower().encode(), expected.encode())
