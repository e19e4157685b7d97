"""The addresses that a key may be used from, as people type them."""

from __future__ import annotations

import pytest

from accounts.keys.networks import read_networks, shown_network
from portal.lib.refused import Refused


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("203.0.113.8", "203.0.113.8/32", "203.0.113.8"),
        (" 203.0.113.0/24 ", "203.0.113.0/24", "203.0.113.0/24"),
        ("203.0.113.0/255.255.255.0", "203.0.113.0/24", "203.0.113.0/24"),
        ("2001:DB8::/32", "2001:db8::/32", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::1/128", "2001:db8::1"),
    ],
)
def test_a_line_is_a_network(typed: str, kept: str, shown: str) -> None:
    assert read_networks(typed) == [kept]
    assert shown_network(kept) == shown


def test_empty_lines_and_repetitions_count_once() -> None:
    assert read_networks("\n203.0.113.8\r\n\n203.0.113.8/32\n") == ["203.0.113.8/32"]
    assert read_networks(" \n ") == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("203.0.113.8/24", "network_has_host"),
        ("2001:db8::1/64", "network_has_host"),
        ("0.0.0.0/0", "network_of_all"),
        ("::/0", "network_of_all"),
        ("203.0.113", "network_unreadable"),
        ("203.0.113.256", "network_unreadable"),
        ("203.0.113.08", "network_unreadable"),
        ("203.0.113.8-9", "network_unreadable"),
        ("example.com", "network_unreadable"),
        ("fe80::1%eth0", "network_unreadable"),
        ("２０３.0.113.8", "network_unreadable"),
        ("203.0.113.0/33", "network_unreadable"),
        ("1" * 5_000, "network_unreadable"),
        ("\n".join(f"203.0.113.{n}" for n in range(21)), "networks_too_many"),
    ],
)
def test_what_is_no_network_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused) as error:
        read_networks(typed)
    assert error.value.code == code


def test_each_wrong_line_is_named_with_its_cure() -> None:
    with pytest.raises(Refused) as error:
        read_networks("203.0.113.8/24\nlocalhost\n203.0.113.9")
    slip, unreadable = error.value.refusals
    assert "203.0.113.0/24" in slip.message
    assert "203.0.113.8" in slip.message
    assert "localhost" in unreadable.message
    assert {slip.place, unreadable.place} == {"networks"}
