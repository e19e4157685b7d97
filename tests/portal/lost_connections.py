"""Three people at work on real workers, while their Redis is cut off, killed and blocked.

    python -m tests.portal.lost_connections FOLDER CUTS KILLS BLOCKED_SECONDS FROZEN_SECONDS

The database is embedded, Redis one of its own on a port. Prints a report in JSON: for each
disturbance how long it took until every queue was worked on again, the longest that any piece of
work waited for a worker or took, and what /readyz said meanwhile.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.portal.own_redis import HOST, OwnRedis, Relay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.demo.children import Child

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 3
LONGEST = 300.0
PASSWORD = "secret-4711"
# Between two rounds of one person: three who never rest keep two cores busy, and tell no more.
REST_SECONDS = 0.5
# How late /readyz may be: Redis is asked each time; a queue's last sign lives for three canaries.
SEEN_SECONDS = {"block": 12.0, "freeze": 40.0}
# Until all queues show themselves again.
WELL_SECONDS = 45.0


class Report:
    """What happened. Times are seconds since the start."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.steps: list[tuple[float, str, float]] = []
        self.waits: list[float] = []
        self.looks: list[tuple[float, float, dict[str, Any]]] = []
        self.turns: list[dict[str, Any]] = []
        self.restarted: list[str] = []
        self.errors: list[str] = []

    def now(self) -> float:
        return time.monotonic() - self.start


class Person(threading.Thread):
    """Uploads, confirms and exports, one after the other, until told to stop."""

    numbers = count()

    def __init__(self, number: int, folder: Path, report: Report, over: threading.Event) -> None:
        super().__init__(name=f"person-{number}", daemon=True)
        self.number, self.folder, self.report, self.over = number, folder, report, over
        self.done = 0

    def run(self) -> None:
        from django.db import connection

        try:
            while not self.over.is_set():
                self._one()
                self.done += 1
                self.over.wait(REST_SECONDS)
        except Exception as error:
            self.report.errors.append(f"{self.name}: {error!r}")
        finally:
            connection.close()

    def _one(self) -> None:
        from accounts.core.kinds import MAKER
        from accounts.core.origin import COMMAND
        from accounts.core.queries import unit_for
        from accounts.rights.queries import acting
        from tests.tracing.uploads.rows import CODES, code_rows, pack_code, workbook
        from tracing.exports.actions import request_export
        from tracing.records.bindings import BINDINGS
        from tracing.traces.selections import ByCode
        from tracing.uploads import actions
        from tracing.uploads.models import Submission

        serial = 100 * next(self.numbers)
        unit = unit_for(f"maker{1 + self.number % 2}")
        assert unit is not None
        # As a page does it, but for the limit of uploads in an hour, which is made for people.
        agent, origin = acting(unit)[BINDINGS[CODES].business], COMMAND
        assert agent is not None
        path = workbook(self.folder / f"{self.number}.xlsx", CODES, code_rows(20, start=serial))
        begin = self.report.now()
        upload = actions.submit(
            unit=unit,
            agent=agent,
            record_code=CODES,
            name=path.name,
            chunks=[path.read_bytes()],
            source=Submission.Source.PAGE,
            origin=origin,
        ).submission
        self.report.steps.append((begin, "submit", self.report.now() - begin))
        self._until("check", upload, "staged")
        actions.confirm(submission=upload, agent=agent, origin=origin)
        self._until("store", upload, "stored")
        export = request_export(
            unit=unit,
            agent=agent,
            business=MAKER.query,
            selection=ByCode(pack_code(serial)),
            origin=origin,
        )
        self._until("export", export, "ready")

    def _until(self, step: str, row: Any, state: str) -> None:
        begin, taken = self.report.now(), None
        while True:
            row.refresh_from_db()
            if taken is None and (row.lease_token or row.state == state):
                taken = self.report.now() - begin
                self.report.waits.append(taken)
            if row.state == state:
                self.report.steps.append((begin, step, self.report.now() - begin))
                return
            if self.report.now() - begin > LONGEST:
                raise TimeoutError(f"{step} of {row.pk} is {row.state} after {LONGEST} s")
            time.sleep(0.1)


class World:
    """Servers, workers and people, and what is done to them."""

    def __init__(self, redis: OwnRedis, relay: Relay, report: Report) -> None:
        self.redis, self.relay, self.report = redis, relay, report
        self.people: list[Person] = []
        self.workers: dict[str, Child] = {}

    def start_workers(self, folder: Path, ends: ExitStack) -> None:
        """All that works in the background, as the demo starts it."""
        from portal.demo.children import children_of, stop

        for child in children_of(0, folder, ()):
            if "gunicorn" not in child.arguments:
                self.workers[child.name.split()[-1]] = child
                child.start()
        ends.callback(stop, list(self.workers.values()))

    def look_after(self, over: threading.Event) -> None:
        """Start again what ended by itself, as the demo and every supervisor does."""
        while not over.wait(0.2):
            for child in self.workers.values():
                if child.ended is not None:
                    self.report.restarted.append(f"{child.name}: {child.ended}")
                    child.start()

    def look(self, over: threading.Event) -> None:
        """Ask /readyz again and again."""
        from django.db import connection
        from django.test import RequestFactory

        from portal.views import readyz

        while not over.is_set():
            begin = self.report.now()
            answer = json.loads(readyz(RequestFactory().get("/readyz")).content)
            self.report.looks.append((begin, self.report.now(), answer))
            over.wait(1)
        connection.close()

    def disturb(self, name: str, act: Callable[[], object]) -> None:
        """Do something, and wait until everything works again."""
        begin = self.report.now()
        found = act()
        end, before = self.report.now(), [person.done for person in self.people]
        until = end + LONGEST
        while self.report.now() < until and not self._well(end, before):
            time.sleep(0.2)
        turn = {"what": name, "found": found, "begin": round(begin, 1), "end": round(end, 1)}
        self.report.turns.append({**turn, "well_after": round(self.report.now() - end, 1)})
        print(self.report.turns[-1], file=sys.stderr, flush=True)  # noqa: T201

    def _well(self, since: float, before: list[int]) -> bool:
        done = all(p.done > n for p, n in zip(self.people, before, strict=True))
        begin, _, answer = self.report.looks[-1]
        return done and begin > since and answer["worker"] and answer["redis"]

    def cut(self) -> int:
        return self.redis.cut("pubsub") + self.redis.cut("normal")

    def kill(self) -> None:
        self.redis.kill()
        time.sleep(1)
        self.redis.start()

    def block(self, seconds: float) -> None:
        self.relay.blocked = True
        time.sleep(seconds)
        self.relay.blocked = False

    def freeze(self, queue: str, seconds: float) -> None:
        """Stop the workers of one queue where they stand."""
        import psutil

        process = self.workers[queue].process
        assert process is not None
        master = psutil.Process(process.pid)
        family = [master, *master.children(recursive=True)]
        for one in family:
            one.suspend()
        time.sleep(seconds)
        for one in family:
            one.resume()


@contextmanager
def running(folder: Path, report: Report) -> Iterator[World]:
    """Everything is up, and people are at work."""
    with ExitStack() as ends:
        redis = ends.enter_context(OwnRedis(folder / "redis", PASSWORD))
        relay = ends.enter_context(Relay(redis.port))
        os.environ["REDIS_URL"] = f"redis://:{PASSWORD}@{HOST}:{relay.port}"
        import django

        django.setup()
        from django.core.management import call_command

        from portal.servers.holding import hold
        from portal.servers.migrating import migrate_as_one

        ends.enter_context(hold())
        migrate_as_one()
        call_command("seed_demo", stdout=sys.stderr)
        world, over = World(redis, relay, report), threading.Event()
        world.start_workers(folder, ends)
        threads = [
            threading.Thread(target=target, args=(over,), daemon=True)
            for target in (world.look, world.look_after)
        ]
        world.people = [Person(n, folder, report, over) for n in range(PEOPLE)]
        for thread in (threads := [*threads, *world.people]):
            thread.start()
        world_begins(world)
        yield world
        over.set()
        for thread in threads:
            thread.join(LONGEST)
        report.errors += [f"{thread.name} never ended" for thread in threads if thread.is_alive()]


def world_begins(world: World) -> None:
    until = time.monotonic() + LONGEST
    while not (world.report.looks and world.report.looks[-1][2]["worker"]):
        assert time.monotonic() < until, "the workers did not begin"
        time.sleep(0.5)


def untrue(report: Report) -> list[str]:
    """Where /readyz said something else than what was so, with the delay that it may have."""
    wrong = []
    for turn in report.turns:
        inside = [
            answer
            for begin, end, answer in report.looks
            if begin > turn["begin"] + SEEN_SECONDS.get(turn["what"], 0) and end < turn["end"]
        ]
        if turn["what"] == "block":
            wrong += [f"block: {a}" for a in inside if a["redis"] or a["worker"]]
        if turn["what"] == "freeze":
            wrong += [
                f"freeze: {a}"
                for a in inside
                if a["queues"]
                != {"imports": False, "exports": True, "webhooks": True, "quick": True}
            ]
    for begin, _, answer in report.looks:
        quiet = all(not t["begin"] <= begin <= t["end"] + WELL_SECONDS for t in report.turns)
        if quiet and begin > WELL_SECONDS and not answer["worker"]:
            wrong.append(f"{begin:.1f}: {answer}")
    return wrong


def main(folder: str, cuts: str, kills: str, blocked: str, frozen: str) -> None:
    report = Report()
    with running(Path(folder), report) as world:
        report.start = time.monotonic()
        report.looks.clear()
        time.sleep(2)
        for _ in range(int(cuts)):
            world.disturb("cut", world.cut)
        for _ in range(int(kills)):
            world.disturb("kill", world.kill)
        if float(blocked):
            world.disturb("block", lambda: world.block(float(blocked)))
        if float(frozen):
            world.disturb("freeze", lambda: world.freeze("imports", float(frozen)))
    slowest = sorted(report.steps, key=lambda step: -step[2])[:5]
    print(  # noqa: T201
        json.dumps(
            {
                "turns": report.turns,
                "steps": len(report.steps),
                "longest_wait": round(max(report.waits), 1),
                "slowest": [(round(at), step, round(took, 1)) for at, step, took in slowest],
                "restarted": report.restarted,
                "untrue": untrue(report),
                "errors": report.errors,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
