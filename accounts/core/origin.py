"""Where an action came from: who, the address and the request, for the operation log."""

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from accounts.core.models import Account
from portal.lib.request_id import current_request_id


class KeyUse(NamedTuple):
    """The key of an interface by which a program acts: its AKey, and the codes of the businesses
    that it may do."""

    ak: str
    scopes: frozenset[str]


class Origin(NamedTuple):
    """`address` is None for what a command does on the server itself, `by` where nobody asked.

    `key`: the one that a program acts by, None where a person does.
    """

    address: str | None = None
    request_id: str = ""
    by: Account | None = None
    key: KeyUse | None = None

    def done_by(self, account: Account | None) -> "Origin":
        """Return the same place with who did it."""
        return self._replace(by=account)

    @property
    def doer(self) -> Account:
        """Who did what only somebody can do. Raises RuntimeError where nobody is named."""
        if self.by is None:
            raise RuntimeError("This action needs an origin that says who acts: see done_by")
        return self.by


COMMAND = Origin()


def client_address(request: HttpRequest) -> str | None:
    """Return the address the request came from, None where it came through a local socket.

    X-Forwarded-For can be written by anyone, so only as many of its last entries are believed as
    there are proxies of ours (PORTAL_PROXIES); with none, it is not read at all.
    """
    proxies: int = settings.PORTAL_PROXIES
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    given = hops[-proxies] if 0 < proxies <= len(hops) else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(given))
    except ValueError:
        return None


def origin_of(request: HttpRequest, by: Account | None = None) -> Origin:
    """Return where this request comes from, and who acts with it."""
    return Origin(client_address(request), current_request_id.get(), by)


def page_of(request: HttpRequest) -> str:
    """Return path and query of the page a request was made on; empty where it tells none."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
