"""Settings from the environment.

A wrong value stops the start with `ImproperlyConfigured`: which variable, what it holds, what was
expected, and how to mend it.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.lib.sealing import is_key

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")


def _wrong(name: str, value: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{name}={value!r} is not usable: expected {expected}. "
        f"Change the environment variable {name}, or unset it to use the default."
    )


def env_str(name: str, default: str = "") -> str:
    """The value without surrounding blanks; an empty variable counts as not set."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool) -> bool:
    value = env_str(name).lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise _wrong(name, value, f"one of {', '.join(TRUE + FALSE)}")


def env_int(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    value = env_str(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise _wrong(name, value, f"a whole number from {least} to {most}")
    return int(value)


def workers_for_this_machine() -> int:
    """How many processes may import at once: as many as there are processors, two at least, so
    that a small file finds one free, and eight at most, because the database has to keep up.
    """
    return min(max(2, len(os.sched_getaffinity(0))), 8)


def env_choice(name: str, choices: Sequence[str], default: str) -> str:
    value = env_str(name, default)
    if value not in choices:
        raise _wrong(name, value, f"one of {', '.join(choices)}")
    return value


def env_list(name: str, default: Sequence[str] = ()) -> list[str]:
    """Values separated by commas."""
    parts = [part.strip() for part in env_str(name).split(",")]
    return [part for part in parts if part] or list(default)


def env_pairs(name: str) -> dict[str, str]:
    """`key=value` pairs separated by commas."""
    pairs: dict[str, str] = {}
    for part in env_list(name):
        key, sign, value = part.partition("=")
        if not (key.strip() and sign and value.strip()):
            raise _wrong(name, part, "key=value pairs separated by commas")
        pairs[key.strip()] = value.strip()
    return pairs


def env_path(name: str, default: Path) -> Path:
    """An absolute path; a relative one is refused, since it would depend on where one stands."""
    value = env_str(name)
    if not value:
        return default
    path = Path(value).expanduser()
    if not path.is_absolute():
        raise _wrong(name, value, "an absolute path, such as /srv/portal")
    return path


def env_secret(name: str, *, least: int = 40) -> str:
    """A secret that must be given; its value is never part of the message."""
    value = env_str(name)
    if len(value) >= least:
        return value
    found = f"holds only {len(value)} characters" if value else "is not set"
    raise ImproperlyConfigured(
        f"{name} {found}: at least {least} random characters are expected. Make one with "
        f"python -c 'import secrets; print(secrets.token_urlsafe(48))' and set {name} to it."
    )


def env_keys(name: str) -> list[str]:
    """Sealing keys, separated by commas, the newest first; their values are never shown."""
    keys = env_list(name)
    if keys and all(is_key(key) for key in keys):
        return keys
    found = "holds something that is no key" if keys else "is not set"
    raise ImproperlyConfigured(
        f"{name} {found}: one key or several separated by commas are expected, the newest first. "
        "Make one with python -c 'from cryptography.fernet import Fernet; "
        f"print(Fernet.generate_key().decode())' and set {name} to it."
    )
