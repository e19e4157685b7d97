"""Starts the demo's processes, looks after them, and ends them all."""

import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import ClassVar

from portal.demo.children import Child, stop
from portal.servers.file_locks import try_lock
from portal.servers.holding import Held, hold, keeper_lives
from portal.workers.canaries import queues_answer

HOST = "127.0.0.1"
TICK = 0.2
READY_SECONDS = 120
# A process that is started this often within the time is broken: the demo ends.
MOST_STARTS, WITHIN_SECONDS = 5, 60

Say = Callable[[str], None]


class DemoError(Exception):
    """The demo cannot run, or cannot go on; the text says why and what to do."""


def listen(port: int) -> socket.socket:
    """The web server's socket, opened first of all, so that a taken port costs nothing."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise DemoError(
            f"端口 {port} 不能使用（{error.strerror}）。请结束占用它的程序，"
            "或用 --port 指定另一个端口，例如 --port 8010。"
        ) from None
    return listener


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Refuse a second demo on the same folder, which is there."""
    file = try_lock(data / "demo.lock")
    if file is None:
        raise DemoError(
            f"{data} 上已有一个演示在运行。请先结束它，或把 PORTAL_DATA 设为另一个目录。"
        )
    try:
        yield
    finally:
        os.close(file)


class Supervisor:
    """Keeps the children running: `with Supervisor(...)` starts them, its end ends them."""

    # Set by the signal that ends the demo. What the signal raises is lost where Python has no
    # way to pass it on, as while a process is forked.
    asked_to_end: ClassVar[bool] = False

    def __init__(self, children: Sequence[Child], address: str, held: Held, say: Say) -> None:
        self.children = children
        self.address = address
        self.say = say
        self.servers_held = held.file is not None
        self.holds = ExitStack()

    def __enter__(self) -> "Supervisor":
        try:
            for child in self.children:
                child.start()
        except BaseException:
            stop(self.children)
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        stop(self.children)
        self.holds.close()

    def look_after(self) -> None:
        """Start again what has ended; DemoError when that does not help. SystemExit when the end
        was asked for."""
        if Supervisor.asked_to_end:
            raise SystemExit(0)
        if self.servers_held and not keeper_lives():
            self.say("内置数据库的看护进程已退出，重新启动数据库。")
            self.holds.enter_context(hold())
        for child in self.children:
            code = child.ended
            if code is None:
                continue
            if child.starts_within(WITHIN_SECONDS) >= MOST_STARTS:
                raise DemoError(
                    f"“{child.name}”一再退出（代码 {code}），演示无法继续。请看上面它自己的输出。"
                )
            self.say(f"“{child.name}”已退出（代码 {code}），重新启动。")
            child.start()

    def wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while not self.ready():
            if time.monotonic() > until:
                raise DemoError(
                    f"{READY_SECONDS} 秒内网站或后台没有就绪。请看上面各进程的输出，再试一次。"
                )
            self.look_after()
            time.sleep(TICK)

    def ready(self) -> bool:
        if not all(queues_answer().values()):
            return False  # The page would say so too, and write it into the log each time.
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def stay(self) -> None:
        """Run until a signal ends it."""
        while True:
            self.look_after()
            time.sleep(TICK)
