"""Where the portal may send something because somebody outside asked for it: addresses of others.

An address is judged twice: its spelling (`target_of`), and every network address that its name has
at this moment (`lookup`). Whoever sends connects to one of these very addresses and looks nothing
up again (portal/lib/posting.py), so a name that changes in between changes nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

Address = IPv4Address | IPv6Address
# What a name has now: asked as `socket.getaddrinfo` is asked. Raises OSError.
Lookup = Callable[[str, int], list[str]]

URL_LENGTH = 500
NAME_LENGTH = 253
PORTS = {"https": 443, "http": 80}
# Below these stand services of machines, such as mail, that are none of ours to talk to.
FREE_PORTS = range(1024, 65536)

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>[/?][!-\"$-\[\]-~]*)?"
)
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The last label of a public name begins with a letter: 127.1, 0x7f.1 and 2130706433 are no names.
_NAME = re.compile(rf"({_LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?")
_BARE_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
# Ends of names that no public name has (RFC 6761, 6762, 7686, 8375, 9476, and ICANN's .internal).
_INNER_ENDS = frozenset(
    ["local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "private"]
    + ["workgroup", "test", "example", "invalid", "onion", "arpa", "alt"]
)

# Every block that IANA keeps for a purpose: nothing in it is a machine of the public network.
_SPECIAL_4 = [
    IPv4Network("0.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("127.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.0.2.0/24"),
    IPv4Network("192.31.196.0/24"),
    IPv4Network("192.52.193.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("192.175.48.0/24"),
    IPv4Network("198.18.0.0/15"),
    IPv4Network("198.51.100.0/24"),
    IPv4Network("203.0.113.0/24"),
    IPv4Network("224.0.0.0/4"),
    IPv4Network("240.0.0.0/4"),
]
_UNICAST_6 = IPv6Network("2000::/3")
_SPECIAL_6 = [
    IPv6Network("2001::/23"),  # protocols of the IETF, Teredo among them
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("2620:4f:8000::/48"),
    IPv6Network("3ffe::/16"),
    IPv6Network("3fff::/20"),
]
# An IPv4 address in the clothes of IPv6: it leads where the IPv4 address does.
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
# What a setting may allow: this machine and networks of firms. Never where a cloud answers its own
# machines (169.254.169.254), nor what is no single machine.
_PRIVATE_4 = [
    IPv4Network("127.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
]
_PRIVATE_6 = [IPv6Network("::1/128"), IPv6Network("fc00::/7")]
# Where clouds answer their own machines over IPv6, with passwords of these among it.
_CLOUDS_6 = [
    IPv6Network("fd00:ec2::/32"),
    IPv6Network("fd20:ce::254/128"),
    IPv6Network("fd00:c1::a9fe:a9fe/128"),
]


class Target(NamedTuple):
    """A spelled address, taken apart. `path` begins with / and holds the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown_host(self) -> str:
        """The host as the header Host says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


class NotSpelled(Exception):
    """An address that is none of those we send to, by its spelling alone."""


class NotPublic(Exception):
    """A network address that we do not send to; it is the text."""


def target_of(url: str, *, private: bool) -> Target:
    """Take an address apart. Raises NotSpelled.

    Of https, with a public name or network address and port 443 or one from 1024. With `private`
    also of http, with a name of an intranet, and with port 80.
    """
    found = _URL.fullmatch(url) if len(url) <= URL_LENGTH else None
    if found is None or (found["scheme"] == "http" and not private):
        raise NotSpelled
    scheme, path = found["scheme"], found["path"] or "/"
    port = int(found["port"] or PORTS[scheme])
    if port != PORTS[scheme] and port not in FREE_PORTS:
        raise NotSpelled
    host = _host(found["host"], private=private)
    return Target(scheme, host, port, path if path.startswith("/") else f"/{path}")


def _host(host: str, *, private: bool) -> str:
    """The host without brackets, in lower case. Raises NotSpelled."""
    bare = host.strip("[]").lower()
    own, bracketed = literal(bare), host.startswith("[")
    if own is not None and bracketed == (own.version == 6):
        return bare
    if own is not None or bracketed or len(bare) > NAME_LENGTH:
        raise NotSpelled
    public = _NAME.fullmatch(bare) and bare.rpartition(".")[2] not in _INNER_ENDS
    inner = private and (_NAME.fullmatch(bare) or _BARE_NAME.fullmatch(bare))
    if not (public or inner):
        raise NotSpelled
    return bare


def literal(host: str) -> Address | None:
    """The network address that a host is, in its one usual spelling; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether it is one machine of the public network."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _SPECIAL_4)
    if address in _MAPPED or address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _UNICAST_6 and not any(address in block for block in _SPECIAL_6)


def is_private(address: Address) -> bool:
    """Whether it is this machine or one of a firm's own network."""
    if isinstance(address, IPv4Address):
        return any(address in block for block in _PRIVATE_4)
    if any(address in block for block in _CLOUDS_6):
        return False
    return any(address in block for block in _PRIVATE_6)


def addresses_of(target: Target, *, private: bool, lookup: Lookup | None = None) -> list[str]:
    """Look a target's name up, once. Raises OSError where it has no address, and NotPublic where
    one of them is not ours to send to: all must be fine, else whoever chooses among them decides.
    """
    own = literal(target.host)
    names = [str(own)] if own is not None else (lookup or looked_up)(target.host, target.port)
    if not names:
        raise OSError(f"{target.host} has no address")
    for name in names:
        # The scope of a link-local address is no part of it.
        found = literal(name.partition("%")[0])
        if found is None or not (is_public(found) or (private and is_private(found))):
            raise NotPublic(name)
    return names


def looked_up(host: str, port: int) -> list[str]:
    """The network addresses of a name, each once, in the order in which to try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
