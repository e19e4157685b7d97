"""The chart of calls a day: the lengths of its bars, which the template draws as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from accounts.keys.queries_calls import Day

# In units of the drawing; the labels of the scale stand left, those of the days below.
WIDTH, HEIGHT = 720, 180
LEFT, TOP, BOTTOM = 48, 12, 24
# Of a day's room, how much its bar takes.
FULLNESS = 0.7
# Every so many days one has its label.
LABELLED = 5


class Bar(NamedTuple):
    """A day: its refused or failed calls stand on the good ones. `label` is empty where there is
    no room for one."""

    day: Day
    x: float
    width: float
    good_y: float
    good_height: float
    bad_y: float
    bad_height: float
    label: str
    middle: float


class Step(NamedTuple):
    """A line of the scale."""

    y: float
    text: str


class Chart(NamedTuple):
    """All that is drawn."""

    bars: list[Bar]
    steps: list[Step]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def chart_of(days: Sequence[Day]) -> Chart:
    """The chart of these days."""
    top = scale_top(max((day.calls for day in days), default=0))
    room = HEIGHT - TOP - BOTTOM
    each = (WIDTH - LEFT) / len(days)
    bars = []
    for place, day in enumerate(days):
        good, bad = day.good / top * room, day.bad / top * room
        x = LEFT + place * each
        label = f"{day.day:%m-%d}" if (len(days) - 1 - place) % LABELLED == 0 else ""
        base = HEIGHT - BOTTOM
        bars.append(
            Bar(
                day,
                round(x + each * (1 - FULLNESS) / 2, 1),
                round(each * FULLNESS, 1),
                round(base - good, 1),
                round(good, 1),
                round(base - good - bad, 1),
                round(bad, 1),
                label,
                round(x + each / 2, 1),
            )
        )
    steps = [
        Step(round(TOP + room * (1 - part), 1), f"{round(top * part)}") for part in (0, 0.5, 1)
    ]
    return Chart(bars, steps)


def scale_top(most: int) -> int:
    """The top of the scale: the next of 2, 4, 10, 20, 40, 100 and so on, of which half is whole."""
    top = 1
    while True:
        for factor in (2, 4, 10):
            if top * factor >= most:
                return top * factor
        top *= 10
