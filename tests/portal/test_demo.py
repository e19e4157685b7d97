"""The demo, really run: what it starts, what it refuses, and that nothing of it stays.

SIGTERM ends the demo of the browser tests, which see that it ends well.
"""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from portal.celery import QUEUES
from portal.demo.children import children_of
from portal.demo.supervisor import Supervisor
from portal.management.commands.demo import end
from portal.servers.holding import Held, remove
from portal.servers.homes import BASE_DIR, homes
from portal.servers.redis_address import redis_url
from portal.workers.canaries import key_of
from tests.portal.holder import PATIENCE, wait_until
from tests.seeded import seed

pytestmark = pytest.mark.slow
# Web with its two workers, the queues with their hands, the clock, the demo itself. Quick work and
# webhooks have a hand each.
HANDS = settings.PORTAL_IMPORT_WORKERS + settings.PORTAL_EXPORT_WORKERS + 2
PROCESSES = 3 + len(QUEUES) + HANDS + 1 + 1


class Demo:
    """A demo in a session of its own, so that all its processes can be found."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.output = data.parent / f"demo-{uuid.uuid4()}.out"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", *(arguments or ("--port", "0"))],
                cwd=BASE_DIR,
                env={**os.environ, "PORTAL_DATA": str(data)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str) -> None:
        wait_until(lambda: text in self.said() or self.process.poll() is not None)
        assert text in self.said(), self.said()

    @property
    def address(self) -> str:
        return self.said().split("演示已启动：")[1].split("/ ")[0]

    def processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            try:
                if os.getsid(process.pid) == self.process.pid:
                    found.append(process)
            except ProcessLookupError:
                continue
        return found

    def workers(self, queue: str) -> list[psutil.Process]:
        """The master of a queue; nobody while one that was killed is not there again. A process
        that was only just begun does not yet say what it is."""
        found = []
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if f"--queues={queue}" in process.cmdline():
                    found.append(process)
        return found

    def worker(self, queue: str) -> psutil.Process:
        (master,) = self.workers(queue)
        return master

    def end(self, number: signal.Signals, *, group: bool = False) -> int:
        if group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "data"
    monkeypatch.setenv("PORTAL_DATA", str(folder))
    monkeypatch.delenv("PORTAL_REDIS_DATABASE", raising=False)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    yield folder
    remove()


@pytest.fixture
def seeded(data: Path) -> Path:
    """A folder in which the demo's data is, as after a demo before."""
    seed(data)
    return data


def servers_of_demo() -> list[psutil.Process]:
    """The keeper, both servers, and whatever else names the data."""
    marks = (str(homes().run), str(homes().data))
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(mark in part for part in process.info["cmdline"] or () for mark in marks)
    ]


def nothing_left(demo: Demo) -> bool:
    return not servers_of_demo() and not demo.processes()


def redis_of_demo() -> Redis:
    return Redis.from_url(redis_url(1))


def canaries() -> list[bytes]:
    """The keys of the workers' sign of life; none while Redis is away."""
    with redis_of_demo() as client:
        try:
            return list(client.keys(f"*{key_of('quick')}"))
        except RedisError:
            return []


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_every_queue_has_a_worker(tmp_path: Path) -> None:
    started = [argument for child in children_of(3, tmp_path, ()) for argument in child.arguments]
    assert {f"--queues={queue}" for queue in QUEUES} <= set(started)
    hands = [int(str(one).split("=")[1]) for one in started if str(one).startswith("--concurrency")]
    assert sum(hands) == HANDS
    assert settings.PORTAL_IMPORT_WORKERS >= 2


def test_a_signal_is_not_lost_where_nothing_can_be_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Supervisor, "asked_to_end", False)
    supervisor = Supervisor((), "", Held(), print)
    supervisor.look_after()
    with suppress(SystemExit):
        end(signal.SIGINT, None)
    with pytest.raises(SystemExit) as ended:
        supervisor.look_after()
    assert ended.value.code == 0


def test_the_demo_serves_mends_itself_and_ends_clean_on_ctrl_c(seeded: Path) -> None:
    demo = Demo(seeded)
    demo.wait_for("演示已启动")
    assert "maker1" in demo.said()
    assert status_of(f"{demo.address}/readyz") == 200
    assert len(demo.processes()) == PROCESSES

    second = Demo(seeded)
    assert second.process.wait(PATIENCE) == 1
    assert "已有一个演示在运行" in second.said()

    killed = demo.worker("imports")
    killed.kill()
    demo.wait_for("“后台队列 imports”已退出（代码 -9），重新启动。")
    wait_until(lambda: [w for w in demo.workers("imports") if w.pid != killed.pid] != [])
    wait_until(lambda: len(demo.processes()) == PROCESSES)
    assert demo.worker("imports").pid != killed.pid

    said = demo.said()
    # Ctrl-C, as a terminal sends it: to every process of the group at once.
    assert demo.end(signal.SIGINT, group=True) == 0
    assert nothing_left(demo)
    assert "Traceback" not in demo.said().removeprefix(said)


def test_the_demo_goes_on_after_its_servers_were_killed_and_leaves_no_process(seeded: Path) -> None:
    demo = Demo(seeded)
    demo.wait_for("演示已启动")
    killed = [
        process
        for process in servers_of_demo()
        if process.cmdline()[0].split(" ")[0].endswith(("/postgres", "/valkey-server"))
    ]
    assert len(killed) == 2
    for process in killed:
        process.kill()
    # The sign of life from before is still known to Redis; a new one must come.
    wait_until(lambda: canaries() != [])
    with redis_of_demo() as client:
        client.delete(*canaries())
    wait_until(lambda: canaries() != [])
    wait_until(lambda: status_of(f"{demo.address}/readyz") == 200)
    assert demo.process.poll() is None
    # Killed itself, it leaves no process either.
    demo.end(signal.SIGKILL)
    wait_until(lambda: nothing_left(demo))


def test_ctrl_c_while_it_prepares_ends_it_clean(data: Path) -> None:
    demo = Demo(data)
    demo.wait_for("正在准备")
    assert demo.end(signal.SIGINT, group=True) == 0
    wait_until(lambda: nothing_left(demo))
    assert "Traceback" not in demo.said()


def test_a_port_in_use_is_said_before_anything_starts(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = Demo(data, "--port", str(port))
        assert demo.process.wait(PATIENCE) == 1
    assert f"端口 {port} 不能使用" in demo.said()
    assert "--port" in demo.said()
    assert not homes().own.exists()
