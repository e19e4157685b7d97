"""The database and Redis: embedded ones, or the ones that DATABASE_URL and REDIS_URL name.

`hold()` is the one thing a command needs; docs/adr/0001-embedded-servers.md says how it works.
"""

from portal.servers.addresses import (
    data_key,
    database_settings,
    database_url,
    embedded_database,
    secret_key,
)
from portal.servers.errors import ServerError
from portal.servers.holding import Held, hold, keeper_lives, remove
from portal.servers.homes import homes
from portal.servers.redis_address import broker_url, embedded_redis, redis_url

__all__ = [
    "Held",
    "ServerError",
    "broker_url",
    "database_settings",
    "database_url",
    "embedded_database",
    "embedded_redis",
    "hold",
    "keeper_lives",
    "places",
    "redis_url",
    "remove",
    "data_key",
    "secret_key",
]
