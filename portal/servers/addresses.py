"""Where the database is, and the secrets beside it, for the settings. Nothing is started here."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from portal.env import env_str
from portal.lib.sealing import new_key
from portal.servers.data_folder import trouble
from portal.servers.errors import ServerError
from portal.servers.homes import homes

# How long a statement may take, where nobody says otherwise.
STATEMENT_SECONDS = 60


def embedded_database() -> bool:
    """Whether the database is ours: only then may it be migrated or filled unasked."""
    return not env_str("DATABASE_URL")


def database_url() -> str:
    return env_str("DATABASE_URL") or homes().database_url


def database_settings() -> dict[str, Any]:
    """Django's settings for the one database, read from its address by libpq's own rules."""
    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(database_url()))
    except ProgrammingError as error:
        raise ImproperlyConfigured(
            "DATABASE_URL is not usable: expected postgresql://user:password@host:port/name. "
            f"Mend it, or unset it to use the embedded PostgreSQL. ({error})"
        ) from None
    # A server that does not answer is an error, not a page that never comes.
    parts.setdefault("connect_timeout", "5")
    # Nor is one whose statement never ends: a limit for all, which an address may set otherwise.
    # Those who may take longer say so: grep for statement_timeout and limit_statements.
    options = str(parts.get("options", ""))
    if "statement_timeout" not in options:
        parts["options"] = f"{options} -c statement_timeout={STATEMENT_SECONDS}s".strip()
    return {
        "ENGINE": "portal.database",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def secret_key() -> str:
    """Django's secret key beside the embedded data."""
    return _kept("secret-key", lambda: secrets.token_urlsafe(48))


def data_key() -> str:
    """The key that seals identity numbers and secrets, beside the embedded data."""
    return _kept("data-key", new_key)


def _kept(name: str, make: Callable[[], str]) -> str:
    """A secret made once, readable by its owner only."""
    file = homes().data / name
    if not file.exists():
        try:
            _keep(file, make())
        except OSError as error:
            raise ServerError(trouble(file.parent, error)) from error
    return file.read_text()


def _keep(file: Path, secret: str) -> None:
    """Put a secret in place whole. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    try:
        draft.write_text(secret)
        os.link(draft, file)  # Fails where another process was first: then its key counts.
    except FileExistsError:
        pass
    finally:
        draft.unlink()
