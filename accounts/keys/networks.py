"""The addresses that a key may be used from, as people type them: one a line."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from accounts.keys.models import MOST_NETWORKS
from portal.lib.refused import Refusal, Refused, refusal

# Of a line. The longest address with its mask has 43.
LINE_LENGTH = 64


def read_networks(text: str) -> list[str]:
    """Return the networks that lines name, each once, in their order; a single address is one of
    its own. Raises Refused for each line that names none.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_NETWORKS:
        found, most = str(len(lines)), str(MOST_NETWORKS)
        raise Refused("networks_too_many", found=found, most=most)
    found_networks: dict[str, None] = {}
    problems = []
    for line in lines:
        read = _network(line)
        if isinstance(read, str):
            found_networks[read] = None
        else:
            problems.append(read)
    if problems:
        raise Refused.of(*problems)
    return list(found_networks)


def _network(line: str) -> str | Refusal:
    """One network as the database keeps it, such as 203.0.113.0/24; or why a line is none."""
    shown = line[:LINE_LENGTH]
    if line.isascii() and len(line) <= LINE_LENGTH and "%" not in line:
        try:
            network = ip_network(line)
        except ValueError:
            return _why(shown)
        if network.prefixlen == 0:
            return refusal("network_of_all", found=shown)
        return str(network)
    return refusal("network_unreadable", found=shown)


def _why(line: str) -> Refusal:
    """Why a line that is no network is none: the usual slip is an address with the mask of its
    network."""
    try:
        meant = ip_network(line, strict=False)
    except ValueError:
        return refusal("network_unreadable", found=line)
    return refusal("network_has_host", found=line, network=str(meant), host=line.split("/")[0])


def shown_network(network: str) -> str:
    """A network as people write it: a single address without a mask."""
    found = ip_network(network)
    whole = found.prefixlen == found.max_prefixlen
    return str(ip_address(found.network_address)) if whole else network
