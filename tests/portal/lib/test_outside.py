"""Where the portal sends nothing, whoever asks for it."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address

import pytest

from portal.lib.outside import (
    NotPublic,
    NotSpelled,
    addresses_of,
    is_private,
    is_public,
    looked_up,
    target_of,
)

PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1"]
PUBLIC += ["223.5.5.5", "2400:3200::1", "2606:4700::1111", "2001:4860:4860::8888"]
# They lead to a public machine of IPv4.
PUBLIC += ["::ffff:8.8.8.8", "64:ff9b::808:808"]

# This machine and networks of firms: what the setting allows.
PRIVATE = ["127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255"]
PRIVATE += ["192.168.1.1", "::1", "fc00::1", "fd12:3456::1"]

NEVER = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::2",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::7f00:1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3ffe::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "fd00:c1::a9fe:a9fe",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_machine_of_the_public_network_is_one(address: str) -> None:
    assert is_public(ip_address(address))
    assert not is_private(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_needs_the_setting(address: str) -> None:
    assert not is_public(ip_address(address))
    target = target_of(url_of(address), private=False)
    with pytest.raises(NotPublic):
        addresses_of(target, private=False)
    assert addresses_of(target, private=True) == [str(ip_address(address))]


@pytest.mark.parametrize("address", NEVER)
def test_other_addresses_are_refused_under_any_setting(address: str) -> None:
    assert not is_public(ip_address(address))
    for private in (False, True):
        target = target_of(url_of(address), private=private)
        with pytest.raises(NotPublic):
            addresses_of(target, private=private)
        name = target_of("https://hooks.firm.cn/", private=private)
        with pytest.raises(NotPublic):
            addresses_of(name, private=private, lookup=lambda host, port: [address])


def url_of(address: str) -> str:
    return f"https://[{address}]/in" if ":" in address else f"https://{address}/in"


def told(found: list[str], host: str, port: int) -> list[str]:
    """A resolver that says this of every name."""
    return found


def test_one_bad_address_of_a_name_is_enough() -> None:
    target = target_of("https://hooks.firm.cn/", private=False)
    for found in (["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["8.8.8.8", "fe80::1%eth0"]):
        with pytest.raises(NotPublic):
            addresses_of(target, private=False, lookup=partial(told, found))
    with pytest.raises(OSError, match="has no address"):
        addresses_of(target, private=False, lookup=lambda host, port: [])
    good = ["8.8.8.8", "2400:3200::1"]
    assert addresses_of(target, private=False, lookup=lambda host, port: good) == good


def test_a_network_address_is_not_looked_up() -> None:
    def fails(host: str, port: int) -> list[str]:
        raise AssertionError

    target = target_of("https://8.8.8.8:8443/in", private=False)
    assert addresses_of(target, private=False, lookup=fails) == ["8.8.8.8"]


def test_this_machine_is_found_by_its_name() -> None:
    assert set(looked_up("localhost", 443)) <= {"127.0.0.1", "::1"}
    with pytest.raises(NotPublic):
        addresses_of(target_of("https://localhost/", private=True), private=False)


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "shown"),
    [
        ("https://hooks.firm.cn", "hooks.firm.cn", 443, "/", "hooks.firm.cn"),
        ("https://Hooks.Firm.CN/In?a=1&b", "hooks.firm.cn", 443, "/In?a=1&b", "hooks.firm.cn"),
        ("https://a.xn--fiqs8s:8443/x", "a.xn--fiqs8s", 8443, "/x", "a.xn--fiqs8s:8443"),
        ("https://a.cn?x=1", "a.cn", 443, "/?x=1", "a.cn"),
        ("https://8.8.8.8/", "8.8.8.8", 443, "/", "8.8.8.8"),
        ("https://[2400:3200::1]:1024/", "2400:3200::1", 1024, "/", "[2400:3200::1]:1024"),
    ],
)
def test_an_address_is_taken_apart(url: str, host: str, port: int, path: str, shown: str) -> None:
    target = target_of(url, private=False)
    assert target == ("https", host, port, path)
    assert target.shown_host == shown


NOT_SPELLED = [
    "",
    "hooks.firm.cn",
    "ftp://a.cn/",
    "HTTPS://a.cn/",
    "file:///etc/passwd",
    "gopher://a.cn/",
    "https:///a.cn",
    "https://",
    "https://user@a.cn/",
    "https://user:word@a.cn/",
    "https://a.cn@127.0.0.1/",
    "https://a.cn#@127.0.0.1/",
    "https://a.cn/#part",
    "https://a.cn\\@127.0.0.1/",
    "https://a.cn/a b",
    "https://a.cn/\r\nHost: b",
    "https://a.cn/中",
    "https://中国.cn/",
    "https://１２７.0.0.1/",
    "https://a.cn./",
    "https://-a.cn/",
    "https://a..cn/",
    "https://a_b.cn/",
    "https://a.cn:0/",
    "https://a.cn:22/",
    "https://a.cn:25/",
    "https://a.cn:80/",
    "https://a.cn:0443/",
    "https://a.cn:65536/",
    "https://a.cn:99999999/",
    "https://a.cn:/",
    # Other spellings of network addresses.
    "https://2130706433/",
    "https://017700000001/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.0.01/",
    "https://127.0.0.1.:443/",
    "https://[127.0.0.1]/",
    "https://[::1%25lo]/",
    "https://[fe80::1%eth0]/",
    "https://::1/",
    "https://1.2.3.4.5/",
    "https://[]/",
    f"https://a.cn/{'x' * 500}",
    f"https://{'a.' * 130}cn/",
]
# Of an intranet, or without encryption.
INNER = ["localhost", "intranet", "a.local", "a.internal", "a.localhost", "a.lan", "a.home.arpa"]
INNER += ["a.test", "a.invalid", "a.onion", "x.corp"]


@pytest.mark.parametrize("url", NOT_SPELLED)
def test_no_other_spelling_is_taken(url: str) -> None:
    for private in (False, True):
        with pytest.raises(NotSpelled):
            target_of(url, private=private)


@pytest.mark.parametrize("url", ["http://a.cn/", *(f"https://{name}/" for name in INNER)])
def test_names_of_an_intranet_need_the_setting(url: str) -> None:
    with pytest.raises(NotSpelled):
        target_of(url, private=False)
    assert target_of(url, private=True).path == "/"
