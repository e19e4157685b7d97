"""Where Redis is, in the two spellings that its clients understand."""

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured

from portal.env import env_int, env_str
from portal.servers.homes import homes

SCHEMES = ("redis", "rediss", "unix")
# What may follow the `?`; both clients know each by this name.
TLS_OPTIONS = (
    "ssl_cert_reqs",
    "ssl_check_hostname",
    "ssl_ca_certs",
    "ssl_certfile",
    "ssl_keyfile",
)
EXPECTED = (
    "expected redis://user:password@host:port/0, rediss://… alike (then with options such as "
    "?ssl_ca_certs=/path/to/ca.pem), or unix:///path/to/socket, user and password only where the "
    "server asks for them. Mend it, or unset it to use the embedded Redis."
)


class _Address(NamedTuple):
    """A Redis server. `login` is empty or `user:password@`, still quoted as it was given.

    `place` is host and port, or the path of a socket; `database` the first number for us.
    """

    scheme: str
    login: str
    place: str
    database: int
    options: dict[str, str]


def embedded_redis() -> bool:
    return not env_str("REDIS_URL")


def redis_url(number: int = 0) -> str:
    """The address for redis-py: database 0 carries the tasks, 1 the cache.

    Both are counted from PORTAL_REDIS_DATABASE, else from the number in REDIS_URL.
    """
    found = _address()
    query = urlencode({**found.options, "db": str(found.database + number)})
    return f"{found.scheme}://{found.login}{found.place}?{query}"


def broker_url() -> str:
    """The address for Celery, which takes no `?db=`, and spells a socket differently."""
    found = _address()
    if found.scheme == "unix":
        query = urlencode({"virtual_host": str(found.database)})
        return f"redis+socket://{found.login}{found.place}?{query}"
    address = f"{found.scheme}://{found.login}{found.place}/{found.database}"
    if found.scheme == "redis":
        return address
    # Celery would take any certificate where this is not said; redis-py would not.
    options = {"ssl_cert_reqs": "required", **found.options}
    return f"{address}?{urlencode(options)}"


def _address() -> _Address:
    given = env_str("REDIS_URL")
    found = _parsed(given) if given else _Address("unix", "", str(homes().redis_socket), 0, {})
    return found._replace(database=env_int("PORTAL_REDIS_DATABASE", found.database))


def _parsed(given: str) -> _Address:
    try:
        parts = urlsplit(given)
        parts.port  # noqa: B018 - Read for its check.
    except ValueError:
        raise _unusable("its port is no number") from None
    if parts.scheme not in SCHEMES:
        raise _unusable("its scheme is not known")
    login, at, host = parts.netloc.rpartition("@")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme == "unix":
        database = options.pop("db", "0")
        place = parts.path
    else:
        database = options.pop("db", parts.path.strip("/") or "0")
        place = host
    if not place.strip("/"):
        raise _unusable("it names no server")
    if not (database.isascii() and database.isdigit()):
        raise _unusable("its database is no number")
    allowed = TLS_OPTIONS if parts.scheme == "rediss" else ()
    if unknown := [name for name in options if name not in allowed]:
        raise _unusable(f"it has the unknown option {unknown[0]}")
    return _Address(parts.scheme, f"{login}{at}", place, int(database), options)


def _unusable(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"REDIS_URL is not usable: {why}; {EXPECTED}")
