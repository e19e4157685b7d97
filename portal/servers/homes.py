"""Where the embedded servers of one PORTAL_DATA live. Nothing here starts or creates anything.

The run folder (locks, sockets, state) has a name made from the path of PORTAL_DATA, so that every
process finds it without asking, and it is short, because a socket's path may hold 107 bytes.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from portal.env import env_choice, env_path

BASE_DIR = Path(__file__).resolve().parents[2]
# Not the temporary folder of the environment: two commands with a different TMPDIR must meet.
RUN_ROOT = Path("/tmp")  # noqa: S108
# As root the servers run as another user, who may be kept out of PORTAL_DATA by a folder above it.
ROOT_HOME = Path("/var/lib/trace-portal")
POSTGRES_VERSIONS = ("18", "16")
# PostgreSQL names its socket after a port even where it does not listen on one. Not the usual one,
# so that a client that lost its folder can never reach another server.
SOCKET_NUMBER = 54329
DATABASE = "portal"


@dataclass(frozen=True)
class Homes:
    """Paths of the embedded servers that belong to one data folder."""

    data: Path
    postgres: str = "18"

    @cached_property
    def run(self) -> Path:
        name = hashlib.sha256(os.fsencode(self.data.resolve())).hexdigest()[:16]
        return RUN_ROOT / f"trace-portal-{os.geteuid()}-{name}"

    @property
    def sockets(self) -> Path:
        """Owned by the servers' user, closed to everyone else."""
        return self.run / "s"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def mutex(self) -> Path:
        """Held by whoever starts or stops servers, so that only one process does."""
        return self.run / "mutex"

    @property
    def holders(self) -> Path:
        """Held, shared, by every process that uses the servers; taken under the mutex."""
        return self.run / "holders"

    @property
    def keeper(self) -> Path:
        """Held by the keeper as long as it lives."""
        return self.run / "keeper"

    @property
    def state(self) -> Path:
        return self.run / "state.json"

    @property
    def own(self) -> Path:
        """What stays in PORTAL_DATA whoever runs the servers: the stamp and the keeper's log."""
        return self.data / "servers"

    @property
    def stamp(self) -> Path:
        return self.own / "stamp"

    @property
    def log(self) -> Path:
        return self.own / "keeper.log"

    @property
    def database_url(self) -> str:
        return f"postgresql://{DATABASE}@/{DATABASE}?host={self.sockets}&port={SOCKET_NUMBER}"

    def redis_url(self, number: int) -> str:
        return f"unix://{self.redis_socket}?db={number}"


def homes() -> Homes:
    """The places that the environment names: PORTAL_DATA and PORTAL_POSTGRES."""
    return Homes(
        data=env_path("PORTAL_DATA", BASE_DIR / "var"),
        postgres=env_choice("PORTAL_POSTGRES", POSTGRES_VERSIONS, POSTGRES_VERSIONS[0]),
    )
