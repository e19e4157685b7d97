"""How often something may happen: counted in Redis, exactly, also for many tries at once."""

import hashlib
import time
import uuid
from functools import cache
from ipaddress import ip_address, ip_network
from typing import NamedTuple

import redis
from django.conf import settings

from portal.lib.clock import wait_words
from portal.lib.refused import Refused

MINUTE, HOUR, DAY = 60, 3600, 86400

# KEYS: one sorted set of times for each limit. ARGV: now in ms, a name for this try, then
# (times, window in ms) for each limit. Returns the ms to wait, 0 when the try was counted.
TAKE = """
local now, name, wait = tonumber(ARGV[1]), ARGV[2], 0
for i, key in ipairs(KEYS) do
  local times, window = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  if redis.call('ZCARD', key) >= times then
    local free = redis.call('ZRANGE', key, -times, -times, 'WITHSCORES')
    wait = math.max(wait, tonumber(free[2]) + window - now)
  end
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, name)
  redis.call('PEXPIRE', key, tonumber(ARGV[2 + 2 * i]))
end
return 0
"""

# Before every key in Redis; tests give each test its own.
PREFIX = "limit"


class Limit(NamedTuple):
    """`times` within any `seconds` for this `subject`; `name` says what is counted."""

    name: str
    subject: str
    times: int
    seconds: int

    @property
    def key(self) -> str:
        """Its key in Redis, which shows no mobile number and no name."""
        digest = hashlib.blake2b(
            self.subject.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16
        )
        return f"{PREFIX}:{self.name}:{digest.hexdigest()}"


def counted_address(address: str | None) -> str:
    """Return what stands for an address where tries are counted: of IPv6 the first half, because
    one connection has all of the second to itself. No address means this machine."""
    if address is None:
        return "local"
    found = ip_address(address)
    if found.version == 4:
        return address
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def take(*limits: Limit) -> int:
    """Count one try. Returns 0, or the whole seconds until there is room; then nothing counts."""
    now = time.time_ns() // 1_000_000
    pairs = [number for limit in limits for number in (limit.times, limit.seconds * 1000)]
    keys = [limit.key for limit in limits]
    wait = int(_client().eval(TAKE, len(keys), *keys, now, uuid.uuid4().hex, *pairs))
    return -(-wait // 1000)


def forget(*limits: Limit) -> None:
    """Begin counting anew, for what came to a good end."""
    _client().delete(*(limit.key for limit in limits))


def give_back(*limits: Limit) -> None:
    """Let the newest try of each count no more, for one that did no harm."""
    for limit in limits:
        _client().zpopmax(limit.key)


@cache
def _client() -> "redis.Redis":
    """Redis, in the database of the cache."""
    address = str(settings.CACHES["default"]["LOCATION"])
    return redis.Redis.from_url(address, socket_timeout=5, socket_connect_timeout=5)


def spend(code: str, *limits: Limit, **detail: str) -> None:
    """Count one try. Where a limit is full raises Refused: `code`, whose sentence says {wait}."""
    if wait := take(*limits):
        raise Refused(code, wait=wait_words(wait), **detail)
