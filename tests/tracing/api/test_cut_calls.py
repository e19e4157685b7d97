"""Calls that are cut off at any moment and made again: nothing is stored twice, nothing is lost.

A real website takes them; clients hang up in the middle of a message or of the work, and its only
process is killed under all of them.
"""

from __future__ import annotations

import json
import random
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from accounts.keys.models import InterfaceKey
from accounts.log.models import OperationLog
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import envelope
from tests.tracing.stores.world import counted, there
from tests.tracing.uploads.rows import CODES, code_rows
from tests.turns import turns
from tracing.benchmarks.website import HOST, website
from tracing.stores.models import RowHistory
from tracing.stores.models_codes import TraceCode
from tracing.uploads.models import Submission

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Two thousand with PORTAL_TEST_TURNS=1000.
CALLS = turns(200)
CLIENTS = 4
ROWS = 5
EVERY_KILL = 10
# About as long as a call takes, on a machine that does nothing else and on a busy one.
LONGEST_WAIT = 0.4
PATIENCE = 120
ADDRESS = f"/api/v1/upload/{CODES}"
# In whose place a call is made again.
NOT_YET = {202, 409, 429, 503}
BUSY = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state <> 'idle' AND pid <> pg_backend_pid()"
)


class Call(NamedTuple):
    """One call: its rows, and what it says it is, if anything."""

    number: int
    param: str
    headers: dict[str, str]


def rows_of(number: int) -> list[dict[str, Any]]:
    """The rows of a call."""
    return code_rows(ROWS, start=number * 1_000)


def call_of(number: int) -> Call:
    """A call of rows that no other one has; every other one has an Idempotency-Key."""
    param = json.dumps({"data": rows_of(number)}, ensure_ascii=False)
    headers = {"Idempotency-Key": f"call-{number:08}"} if number % 2 else {}
    return Call(number, param, {"Content-Type": "application/json", **headers})


class Cutter:
    """Makes calls of one website by a key, and cuts them off."""

    def __init__(self, key: InterfaceKey, port: int) -> None:
        self.key, self.port = key, port
        self.killing = threading.Lock()
        self.kills = self.cuts = 0

    def cut(self, call: Call, chance: random.Random) -> None:
        """Begin a call, and end it from outside at a random moment."""
        body = self._body(call)
        lines = [f"POST {ADDRESS} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in call.headers.items()]
        message = "\r\n".join([*lines, "", ""]).encode() + body
        sent = message[: chance.randrange(len(message))] if chance.random() < 0.2 else message
        with suppress(OSError), socket.create_connection((HOST, self.port), timeout=30) as client:
            client.sendall(sent)
            time.sleep(chance.uniform(0, LONGEST_WAIT))
            if call.number % EVERY_KILL == EVERY_KILL // 2:
                self.kill()
            # Closed at once, not in order.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.cuts += 1

    def kill(self) -> None:
        """Kill the only process of the website; its master starts another. What it held is let go,
        as when its leases end."""
        with self.killing:
            me = psutil.Process()
            masters = [p for p in me.children() if "gunicorn" in " ".join(p.cmdline())]
            victims = [child for master in masters for child in master.children()]
            for victim in victims:
                victim.send_signal(signal.SIGKILL)
            psutil.wait_procs(victims, timeout=30)
            with connected() as watcher:
                until(lambda: watcher.execute(BUSY).fetchone() == (0,))
                for table in ("tracing_submission", "tracing_rememberedcall"):
                    watcher.execute(
                        f"UPDATE {table} SET lease_until = now() WHERE lease_until > now()"
                    )
            self.kills += 1

    def answered(self, call: Call) -> bytes:
        """Make the call until it is answered as one that was done; returns the answer's bytes."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, body = self._asked(call)
            if status == 200:
                return body
            assert status is None or status in NOT_YET, (status, body)
            time.sleep(0.2)
        raise AssertionError(f"call {call.number} was not answered: {status} {body!r}")

    def _asked(self, call: Call) -> tuple[int | None, bytes]:
        client = HTTPConnection(HOST, self.port, timeout=60)
        try:
            client.request("POST", ADDRESS, self._body(call), call.headers)
            response = client.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException) as error:  # The process was killed.
            return None, repr(error).encode()
        finally:
            client.close()

    def _body(self, call: Call) -> bytes:
        return json.dumps(envelope(self.key, call.param), ensure_ascii=False).encode()


def connected() -> psycopg.Connection[Any]:
    """A connection beside Django's own, for any thread."""
    names = ("host", "port", "user", "password", "dbname")
    parameters = connection.get_connection_params()
    known: dict[str, Any] = {name: parameters.get(name) for name in names}
    return psycopg.connect(**known, autocommit=True)


def until(done: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def cutter(maker: Side) -> Iterator[Cutter]:
    """Whoever calls a website that begins on this database."""
    key = key_of(maker)
    settings.PORTAL_FILES.mkdir(exist_ok=True)
    with website() as port:
        yield Cutter(key, port)


class Client(threading.Thread):
    """Takes one call after the other: cuts it, and makes it again until it is answered."""

    def __init__(
        self, cutter: Cutter, left: SimpleQueue[int], answers: dict[int, bytes], seed: int
    ) -> None:
        super().__init__()
        self.cutter, self.left, self.answers = cutter, left, answers
        self.chance = random.Random(seed)
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while True:
                self._one(call_of(self.left.get_nowait()))
        except Empty:
            return
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def _one(self, call: Call) -> None:
        for _ in range(self.chance.randint(1, 2)):
            self.cutter.cut(call, self.chance)
        self.answers[call.number] = self.cutter.answered(call)


def made_by_clients(cutter: Cutter) -> dict[int, bytes]:
    """The answers of all calls, each of them cut before."""
    left: SimpleQueue[int] = SimpleQueue()
    for number in range(CALLS):
        left.put(number)
    answers: dict[int, bytes] = {}
    clients = [Client(cutter, left, answers, seed) for seed in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    for error in filter(None, (client.error for client in clients)):
        raise error
    return answers


def test_calls_cut_off_and_made_again_store_each_row_once(maker: Side, cutter: Cutter) -> None:
    answers = made_by_clients(cutter)
    assert len(answers) == CALLS
    assert cutter.cuts >= CALLS
    assert cutter.kills >= CALLS // EVERY_KILL
    wanted = {row["lv1_trac_code"] for n in range(CALLS) for row in rows_of(n)}
    assert set(TraceCode.objects.of(maker.unit).values_list("code", flat=True)) == wanted
    # Not one of them a second time: nothing replaced, nothing that was there before.
    assert not RowHistory.everything.exists()
    assert set(Submission.everything.values_list("state", flat=True)) == {"stored"}
    sums = Submission.everything.aggregate(*map(Sum, ("created", "replaced", "live_rows")))
    assert list(sums.values()) == [len(wanted), 0, len(wanted)]
    stored = OperationLog.everything.filter(action="rows-stored")
    created = stored.values_list("after__created", flat=True)
    assert sum(map(int, created)) == len(wanted)
    assert counted() == there()
    for number in range(1, min(CALLS, 20), 2):  # those with an Idempotency-Key
        assert cutter.answered(call_of(number)) == answers[number]
