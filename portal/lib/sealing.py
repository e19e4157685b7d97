"""Encryption of what must not be readable in the database: identity numbers, secrets.

Fernet of the `cryptography` package: AES-128-CBC with HMAC-SHA256. Several keys allow rotation:
the first seals, every one opens.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unsealable(ValueError):
    """A sealed text that none of the keys opens: it was altered, or its key is gone."""

    def __init__(self) -> None:
        super().__init__("A sealed value fits none of the keys in PORTAL_DATA_KEYS")


def new_key() -> str:
    """Return a fresh key: 44 characters, URL-safe base64 of 32 random bytes."""
    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    """Say whether `text` is a key."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def seal(text: str, keys: Sequence[str]) -> str:
    """Encrypt `text` with the first of `keys`; ASCII, about 100 characters for a short text."""
    return _box(keys).encrypt(text.encode()).decode()


def unseal(sealed: str, keys: Sequence[str]) -> str:
    """Decrypt what `seal` returned. Raises Unsealable."""
    try:
        return _box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable from None


def resealed(sealed: str, keys: Sequence[str]) -> str | None:
    """Return the same text sealed with the first of `keys`; None where it is so already.

    Raises Unsealable.
    """
    try:
        unseal(sealed, keys[:1])
    except Unsealable:
        return seal(unseal(sealed, keys), keys)
    return None


def _box(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
