"""Pages of 追溯信息查询 as the website makes them, and their SQL on an open connection.

A request runs through the whole of Django, without the network. The floor sends the statements
that read the page's codes, and nothing of sign-in and rights, and takes their rows as they come.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from statistics import quantiles
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.core.kinds import DISTRIBUTOR, MAKER, UnitKind
from accounts.core.queries import agent_for, unit_for
from accounts.units.models import Unit
from tracing.benchmarks.export_rows import today
from tracing.benchmarks.import_ways import ACCOUNT, MOBILE, WrongResult
from tracing.benchmarks.query_rows import TRADER
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.traces import queries
from tracing.traces.queries import trace
from tracing.traces.selections import ByBatch, ByCode, ByDates

WARM_UP = 5
SIZE = 10
ACCOUNTS = {MAKER: ACCOUNT, DISTRIBUTOR: TRADER}
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"


class Asked(NamedTuple):
    """A request: its address, words that its page must hold, and what reads its codes."""

    address: str
    words: str
    read: Callable[[], object]


def pages(rows: int, seed: int, repeats: int) -> dict[str, Any]:
    """Measure each kind of page of both lists, by so many requests."""
    start = time.perf_counter()
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN_FILES}}
    with override_settings(STORAGES=storages, SECURE_SSL_REDIRECT=False):
        client = _signed_in()
        kinds = {
            name: _measure(client, asked)
            for kind in ACCOUNTS
            for name, asked in _kinds(kind, rows, Random(seed), repeats)  # noqa: S311 - which codes to ask
        }
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "steps": {}, "repeats": repeats, "kinds": kinds}


def _signed_in() -> Client:
    agent = agent_for(MOBILE)
    if agent is None:
        raise WrongResult("the database was not prepared")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(agent.account)
    return client


def _kinds(
    kind: UnitKind, rows: int, dice: Random, repeats: int
) -> Iterator[tuple[str, list[Asked]]]:
    unit = unit_for(ACCOUNTS[kind])
    if unit is None:
        raise WrongResult("the database was not prepared")
    codes = _some_codes(dice, repeats)
    yield f"{kind.code}_code", [_page(unit, kind, ByCode(code)) for code in codes]
    yield f"{kind.code}_trace", [_trace(unit, kind, code) for code in codes]
    batch = DrugBatch.everything.get().trac_codg_sn
    last = -(-rows // SIZE)
    numbers = {"first": 1, "middle": (last + 1) // 2, "last": last}
    for by, selection in (("date", today()), ("batch", ByBatch(batch))):
        for place, number in numbers.items():
            asked = _page(unit, kind, selection, number=number, total=rows)
            yield f"{kind.code}_{by}_{place}", [asked] * repeats


def _some_codes(dice: Random, repeats: int) -> list[str]:
    """Codes from anywhere in the list; some come twice where there are few."""
    every = TraceCode.everything.order_by("code").values_list("code", flat=True)
    count = every.count()
    chosen = [every[dice.randrange(count)] for _ in range(min(repeats, count))]
    return (chosen * repeats)[:repeats]


def _page(
    unit: Unit,
    kind: UnitKind,
    selection: ByCode | ByBatch | ByDates,
    *,
    number: int = 1,
    total: int = 1,
) -> Asked:
    fields = {"tab": selection.by.value, **selection.filter, "page": number, "size": SIZE}
    return Asked(
        f"{reverse(f'tracing:{kind.code}-query', args=[unit.slug])}?{urlencode(fields)}",
        f"data-total>{total}<",
        lambda: queries.codes(unit, selection, kind=kind, number=number, size=SIZE),
    )


def _trace(unit: Unit, kind: UnitKind, code: str) -> Asked:
    address = reverse(f"tracing:{kind.code}-trace", args=[unit.slug])
    return Asked(f"{address}?{urlencode({'code': code})}", code, lambda: trace(code, unit))


def _measure(client: Client, asked: Sequence[Asked]) -> dict[str, float]:
    statements = [_statements(one) for one in asked]
    ours = _timed([partial(_request, client, one) for one in asked])
    floor = _timed([partial(_send, texts) for texts in statements])
    return {
        "p50_ms": _percentile(ours, 50),
        "p95_ms": _percentile(ours, 95),
        "p99_ms": _percentile(ours, 99),
        "floor_p95_ms": _percentile(floor, 95),
    }


def _request(client: Client, asked: Asked) -> None:
    response = client.get(asked.address)
    if response.status_code != 200 or asked.words not in response.content.decode():
        raise WrongResult(f"{asked.address} answered {response.status_code} without {asked.words}")


def _statements(asked: Asked) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        asked.read()
    return [query["sql"] for query in captured.captured_queries]


def _send(statements: Sequence[str]) -> None:
    with connection.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement).fetchall()


def _timed(calls: Sequence[Callable[[], None]]) -> list[float]:
    """Milliseconds of each call, after some that only warm up."""
    for call in calls[:WARM_UP]:
        call()
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def _percentile(milliseconds: Sequence[float], percent: int) -> float:
    return round(quantiles(milliseconds, n=100, method="inclusive")[percent - 1], 2)
