"""The nodes of a trace in their order. Pure: nothing here reads the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tracing.records.nodes import NODE_NOTES, Node


class Step(NamedTuple):
    """Something that happened to the pack `code`, in the hands of `organisation`.

    Steps sort as a trace shows them: by time, then in the order of the nodes; the rest only
    keeps the order of one moment's equal nodes from changing between two looks.
    """

    at: datetime
    node: Node
    code: str
    organisation: str


class TimelineNode(NamedTuple):
    """A step as it is shown. `inherited_from` is the box it happened to, if not the code."""

    title: str
    time: datetime
    organisation: str
    note: str
    inherited_from: str | None


def timeline(code: str, steps: Iterable[Step]) -> list[TimelineNode]:
    """The nodes of a code from its own steps and those of its boxes."""
    return [
        TimelineNode(
            title=str(step.node.label),
            time=step.at,
            organisation=step.organisation,
            note=NODE_NOTES[step.node],
            inherited_from=None if step.code == code else step.code,
        )
        for step in sorted(steps)
    ]


class Uncorroborated(NamedTuple):
    """What a unit outside the chain told, which is no node. `told_by` is the unit's name."""

    title: str
    time: datetime
    organisation: str
    told_by: str
    inherited_from: str | None


def uncorroborated(code: str, told: Iterable[tuple[Step, str]]) -> list[Uncorroborated]:
    """Steps with the names of those who told them, in the order of a timeline."""
    return [
        Uncorroborated(
            title=str(step.node.label),
            time=step.at,
            organisation=step.organisation,
            told_by=told_by,
            inherited_from=None if step.code == code else step.code,
        )
        for step, told_by in sorted(told)
    ]
