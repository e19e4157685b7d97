"""The system user that the servers run as, and starting processes as that user.

PostgreSQL refuses to run as root. Root therefore lends it to `nobody`, who owns nothing else.
"""

import os
import pwd
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portal.lib.orphans import dies_with_parent
from portal.servers.errors import ServerError

# The servers need nothing of our environment; a foreign locale or PG* variable would change them.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Runner:
    """Whom to become; None when an ordinary user runs the servers as themselves."""

    uid: int | None = None
    gid: int | None = None

    @property
    def lent(self) -> bool:
        return self.uid is not None

    def own(self, folder: Path) -> None:
        """Give a folder of ours to the servers' user."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def _become(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.lent else {}

    def run(self, argv: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run to the end; the caller looks at the code and the output (both streams)."""
        return subprocess.run(
            argv,
            cwd=cwd,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            **self._become(),
        )

    def start(
        self, argv: Sequence[str | Path], *, cwd: Path, log: IO[bytes], death: signal.Signals
    ) -> subprocess.Popen[bytes]:
        """Start a server that gets the signal `death` if this process dies without stopping it."""
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent(death),
            **self._become(),
        )


def find_runner() -> Runner:
    if os.geteuid() != 0:
        return Runner()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise ServerError(
            "PostgreSQL does not run as root, and this machine has no user 'nobody' to lend it to. "
            "Run the command as an ordinary user, or set DATABASE_URL to another server."
        ) from None
    return Runner(nobody.pw_uid, nobody.pw_gid)
