"""How often one agent may send files in and ask for exports; generous to people, not to scripts."""

from __future__ import annotations

from typing import NamedTuple

from accounts.agents.models import Agent
from accounts.core.limits import HOUR, Limit, spend
from accounts.core.origin import COMMAND, Origin


class Rate(NamedTuple):
    """So many times an hour for each agent; `code` is the refusal beyond it."""

    name: str
    times: int
    code: str


UPLOADS = Rate("uploads", 120, "uploads_too_many")
EXPORTS = Rate("exports", 60, "exports_too_many")


def count_one(rate: Rate, agent: Agent, origin: Origin) -> None:
    """Count one for the agent, or raise `Refused`. Commands on the server are not counted; calls of
    the interface are, by their key, where they come in."""
    if origin != COMMAND and origin.key is None:
        limit = Limit(rate.name, str(agent.pk), rate.times, HOUR)
        spend(rate.code, limit, times=str(rate.times))
