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

# KEYS: one hash for each limit, of amounts by slice of its window. ARGV: now in ms, then (times,
# window in ms, amount) for each limit. Returns the ms to wait, 0 when the amounts were counted,
# then for each limit what is left of it and the ms until its oldest amount counts no more.
DRAW = """
local now, wait, sums, oldest, found = tonumber(ARGV[1]), 0, {}, {}, {}
local SLICES = 60
for i, key in ipairs(KEYS) do
  local times, window = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local amount, slice = tonumber(ARGV[3 * i + 1]), window / SLICES
  local held, sum = {}, 0
  local all = redis.call('HGETALL', key)
  for at = 1, #all, 2 do
    local index = tonumber(all[at])
    local ends = (index + 1) * slice + window
    if ends <= now then
      redis.call('HDEL', key, all[at])
    else
      table.insert(held, {ends, tonumber(all[at + 1])})
      sum = sum + tonumber(all[at + 1])
    end
  end
  table.sort(held, function(a, b) return a[1] < b[1] end)
  sums[i], oldest[i] = sum, held[1] and held[1][1] - now or 0
  if sum + amount > times then
    local free, need = window, sum + amount - times
    for _, one in ipairs(held) do
      need = need - one[2]
      if need <= 0 then free = one[1] - now; break end
    end
    wait = math.max(wait, free)
  end
end
local answer = {math.ceil(wait)}
for i, key in ipairs(KEYS) do
  local times, window = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local amount = tonumber(ARGV[3 * i + 1])
  if wait == 0 and amount > 0 then
    redis.call('HINCRBY', key, math.floor(now / (window / SLICES)), amount)
    redis.call('PEXPIRE', key, 2 * window)
    sums[i] = sums[i] + amount
    if oldest[i] == 0 then oldest[i] = window end
  end
  table.insert(answer, math.max(0, times - sums[i]))
  table.insert(answer, math.ceil(oldest[i]))
end
return answer
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


class Left(NamedTuple):
    """What is left of a limit, and the whole seconds until some of it comes back."""

    limit: Limit
    left: int
    seconds: int


class Drawn(NamedTuple):
    """`wait`: 0, or the whole seconds until there is room; then nothing was counted."""

    wait: int
    left: tuple[Left, ...]


def draw(*amounts: tuple[Limit, int]) -> Drawn:
    """Count an amount of each limit, of all or of none.

    A window moves on by sixtieths of itself: what was counted holds until all of its sixtieth is
    long enough ago, so that never more than `times` fall within `seconds`. An amount costs the same
    however large it is, and a limit no more than sixty numbers.
    """
    now = time.time_ns() // 1_000_000
    numbers = [n for one, amount in amounts for n in (one.times, one.seconds * 1000, amount)]
    keys = [limit.key for limit, _ in amounts]
    wait, *found = _client().eval(DRAW, len(keys), *keys, now, *numbers)
    left = zip((limit for limit, _ in amounts), found[::2], found[1::2], strict=True)
    return Drawn(
        -(-int(wait) // 1000),
        tuple(Left(limit, int(rest), -(-int(until) // 1000)) for limit, rest, until in left),
    )


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


class TooSoon(Refused):
    """Refused until `seconds` have passed."""

    seconds: int = 0


def too_soon(code: str, seconds: int, **detail: str) -> TooSoon:
    """A refusal whose sentence says {wait}."""
    error = TooSoon(code, wait=wait_words(seconds), **detail)
    error.seconds = seconds
    return error


def spend(code: str, *limits: Limit, **detail: str) -> None:
    """Count one try. Where a limit is full raises Refused: `code`, whose sentence says {wait}."""
    if wait := take(*limits):
        raise too_soon(code, wait, **detail)
