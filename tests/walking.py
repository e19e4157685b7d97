"""Walking the URL map: every address of it, and what a request has left behind."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakSet

from django.apps import apps
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver

from accounts.core.models import Account
from tests.accounts.staff.staff import first_step, staff_account, staff_client, with_factor
from tests.people import Side, client_of

# What a refused request may leave behind: sessions, counted sign-in failures, picture codes.
PASSING = frozenset({"sessions.session", "axes.accessattempt", "captcha.captchastore"})
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

Rows = dict[str, list[str]]


class Answer(NamedTuple):
    """What came back, and what the database held when it was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    before: Rows

    @property
    def location(self) -> str:
        """Where it leads on to."""
        return self.headers.get("Location", "")


def addresses(
    resolver: URLResolver, route: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Yield (route, full name) of every address of the URL map."""
    for entry in resolver.url_patterns:
        path = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*names, entry.namespace) if entry.namespace else names
            yield from addresses(entry, path, inner)
        elif isinstance(entry, URLPattern):
            yield path, ":".join((*names, entry.name or path))


_planned: WeakSet[Any] = WeakSet()


@cache
def _every_row() -> str:
    """One statement for all tables: fifty of them, before and after each request, took longer
    than the requests."""
    tables = (
        (model._meta.label_lower, model._meta.db_table)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.label_lower not in PASSING
    )
    return " UNION ALL ".join(
        f"SELECT '{label}', held::text FROM \"{table}\" held" for label, table in tables
    )


def snapshot() -> Rows:
    """Return every row of every table as PostgreSQL writes it, except what a refused request may
    leave; a table without rows is not named."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        # Planned once for each connection: planning took longer than reading.
        if connection.connection not in _planned:
            cursor.execute(f"PREPARE every_row AS {_every_row()}")
            _planned.add(connection.connection)
        cursor.execute("EXECUTE every_row")
        for label, row in sorted(cursor.fetchall()):
            rows.setdefault(label, []).append(row)
    return rows


def request(
    client: Client, method: str, address: str, data: dict[str, Any], before: Rows | None = None
) -> Answer:
    """Ask for an address; `data` is the form of a POST, or the query. `before` is what the database
    is known to hold: of several who are asked one after the other and change nothing."""
    if before is None:
        before = snapshot()
    # Every form of ours sends at least this; an empty one would be no form at all.
    data = data if data or method == "GET" else {"csrfmiddlewaretoken": ""}
    if method in ("GET", "POST"):
        response: HttpResponseBase = getattr(client, method.lower())(address, data)
    else:
        response = client.generic(method, address)
    # A file is closed when it has been read.
    body = b"".join(response)
    return Answer(response.status_code, response.headers, body, before)


def nothing_changed(answer: Answer, asked: str = "") -> None:
    """Expect that nothing has changed since the request was made, by whom or how says `asked`."""
    assert snapshot() == answer.before, asked


def client_for(who: str, side: Side) -> Client:
    """A client of: nobody, agent, unit, staff, or half: staff whose one-time code is missing."""
    if who == "nobody":
        return Client()
    if who in ("agent", "unit"):
        return client_of(side.agent.account if who == "agent" else side.unit.account)
    account: Account = staff_account(f"{who}1", superuser=True)
    if who == "staff":
        return staff_client(account)
    client = Client()
    assert first_step(client, with_factor(account).name).status_code == 302
    return client
