"""How old a PostgreSQL may be."""

from django.db import OperationalError

from portal.servers.errors import ServerError

OLDEST = 16
# What the server says of itself: 160013 is 16.13.
PART = 10_000


class OldServer(ServerError, OperationalError):
    """The server is too old to be used; to whoever asks for the database, it does not answer."""


def refuse_old(version: int) -> None:
    """Raise OldServer for a server older than OLDEST; `version` as the server reports it."""
    if version < OLDEST * PART:
        found = f"{version // PART}.{version % PART}"
        raise OldServer(
            f"DATABASE_URL leads to PostgreSQL {found}: PostgreSQL {OLDEST} or newer is expected. "
            f"Upgrade that server (pg_upgrade, or dump and restore), or set DATABASE_URL to one of "
            f"version {OLDEST} or newer."
        )
