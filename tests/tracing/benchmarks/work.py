"""Work to be measured."""

import subprocess
import sys
import time
from typing import Any

SCRIPT = "import sys, time; data = b'x' * (int(sys.argv[1]) << 20); time.sleep(1)"


def hold(mebibytes: int, processes: int) -> dict[str, Any]:
    """Hold that much memory here and in so many processes for a second."""
    data = b"x" * (mebibytes << 20)
    command = [sys.executable, "-c", SCRIPT, str(mebibytes)]
    children = [subprocess.Popen(command) for _ in range(processes)]
    time.sleep(1)
    for child in children:
        child.wait()
    return {"seconds": 1.0, "steps": {}, "said": "held" if data else ""}


def fail() -> None:
    """Fail."""
    raise RuntimeError("this work fails")
