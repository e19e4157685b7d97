"""The embedded Valkey, which speaks the protocol of Redis: a socket only, every write kept, nothing
ever evicted.
"""

import signal
from pathlib import Path

from redis import Redis
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError

from portal.servers.folders import Programs
from portal.servers.homes import Homes
from portal.servers.runner import Runner
from portal.servers.server import Server


class Valkey(Server):
    name = "Valkey"
    stop_signals = (signal.SIGTERM,)

    def __init__(self, places: Homes, runner: Runner, home: Path, programs: Programs) -> None:
        super().__init__(places, runner, home)
        self.program = programs.valkey
        # Named as when a Redis came along: Valkey goes on with what that one stored.
        self.data = home / "redis"

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.runner.own(self.data)

    def command(self) -> list[str | Path]:
        options: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": self.places.redis_socket,
            "unixsocketperm": "700",
            "dir": self.data,
            "pidfile": self.pid_file,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": "256",
            "daemonize": "no",
        }
        parts = [part for name, value in options.items() for part in (f"--{name}", value)]
        return [self.program, *parts]

    @property
    def pid_file(self) -> Path:
        # As that Redis named it, so that one left behind by a killed keeper is found and ended.
        return self.data / "redis.pid"

    @property
    def mark(self) -> str:
        return str(self.places.redis_socket)

    def ready(self) -> bool:
        with Redis(unix_socket_path=str(self.places.redis_socket)) as client:
            try:
                return bool(client.ping())
            except (BusyLoadingError, ConnectionError, TimeoutError):
                return False
