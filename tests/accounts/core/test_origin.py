"""The address a request came from: only our own proxies are believed."""

import pytest
from django.test import RequestFactory, override_settings

from accounts.core.origin import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "127.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (1, "", "192.0.2.1", None),
        (1, "nonsense", "192.0.2.1", None),
        (0, "", "2001:db8::1", "2001:db8::1"),
        (0, "", "", None),
    ],
)
def test_the_address(proxies: int, forwarded: str, remote: str, expected: str | None) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)
    with override_settings(PORTAL_PROXIES=proxies):
        assert client_address(request) == expected
