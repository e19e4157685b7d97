"""Measuring a piece of work: a process of its own does it, another one watches its memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil
from django.conf import settings

SAMPLE_SECONDS = 0.02
MIB = 1024 * 1024


class MeasurementFailed(Exception):
    """The measured work did not end well; the text is what it said."""


@dataclass(frozen=True)
class Measured:
    """One run: wall-clock seconds, peak memory of the process tree in MiB, seconds by step.

    `details` is whatever else the work returned.
    """

    seconds: float
    peak_mb: float
    steps: dict[str, float]
    details: dict[str, Any]


def run(function: str, database: str, **arguments: Any) -> Measured:
    """Call module:name(**arguments) in a process of its own, connected to `database`.

    The function returns a JSON object with "seconds" and "steps"; it times itself, so that
    starting Python does not count. The memory is the largest sum of resident memory of the
    process and all its descendants. Raises MeasurementFailed.
    """
    with tempfile.TemporaryDirectory() as files:
        order = {
            "function": function,
            "database": database,
            "files": files,
            "arguments": arguments,
        }
        with (
            subprocess.Popen(
                [sys.executable, "-m", "tracing.benchmarks.child"],
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as child,
            _Watch(child.pid) as watch,
        ):
            said, complaints = child.communicate(json.dumps(order))
    if child.returncode:
        raise MeasurementFailed(complaints)
    result: dict[str, Any] = json.loads(said)
    seconds, steps = result.pop("seconds"), result.pop("steps")
    return Measured(seconds, watch.peak / MIB, steps, result)


class _Watch:
    """Looks at the memory of a process and its descendants until it is told to stop."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._root = psutil.Process(pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, sum(map(_resident, self._tree())))

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _resident(process: psutil.Process) -> int:
    try:
        memory: int = process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0
    return memory


def summary(runs: Sequence[Measured], scale: float = 1.0) -> dict[str, Any]:
    """Medians over runs of the same work; `scale` blows seconds up to the full number of rows."""
    steps = runs[0].steps
    return {
        "seconds": round(median(run.seconds for run in runs) * scale, 3),
        "peak_mb": round(median(run.peak_mb for run in runs), 1),
        "steps": {
            step: round(median(run.steps[step] for run in runs) * scale, 3) for step in steps
        },
    }


def median_ratio(ours: Sequence[Measured], others: Sequence[Measured]) -> float:
    """The median over pairs of how many times the time of the other ours took."""
    pairs = zip(ours, others, strict=True)
    return round(median(one.seconds / other.seconds for one, other in pairs), 2)


def times_faster(ours: Sequence[Measured], other: Measured, scale: float) -> float:
    """How many times our median the scaled time of the other is."""
    return round(other.seconds * scale / median(run.seconds for run in ours), 1)
