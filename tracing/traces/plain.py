"""A trace as plain values: what JSON holds of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tracing.traces.timeline import TimelineNode, Uncorroborated
from tracing.traces.trace import Trace

ShowTime = Callable[[datetime], str]


def plain(trace: Trace, show_time: ShowTime) -> dict[str, Any]:
    """All that is shown of a trace, by name; texts but for the level and the counts."""
    return {
        "code": trace.code,
        "level": trace.level,
        "product": trace.product,
        "boxes": [box._asdict() for box in trace.boxes],
        "contents_count": trace.contents_count,
        "nodes": [timed(node, show_time) for node in trace.nodes],
        "uncorroborated": [timed(told, show_time) for told in trace.uncorroborated],
        "restricted": trace.restricted,
        "mend": trace.mend,
    }


def timed(step: TimelineNode | Uncorroborated, show_time: ShowTime) -> dict[str, Any]:
    """One step, its time as a text."""
    return {**step._asdict(), "time": show_time(step.time)}
