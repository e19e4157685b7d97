"""How often one agent may send files in and ask for exports; generous to people, not to scripts."""

from __future__ import annotations

from typing import NamedTuple

from accounts.agents.models import Agent
from accounts.core.limits import HOUR, Limit, take
from accounts.core.origin import COMMAND, Origin
from portal.lib.clock import wait_words
from portal.lib.refused import Refused


class Rate(NamedTuple):
    """So many times an hour for each agent; `code` is the refusal beyond it."""

    name: str
    times: int
    code: str


UPLOADS = Rate("uploads", 120, "uploads_too_many")
EXPORTS = Rate("exports", 60, "exports_too_many")


def spend(rate: Rate, agent: Agent, origin: Origin) -> None:
    """Count one for the agent, or raise `Refused`. Commands on the server are not counted."""
    if origin == COMMAND:
        return
    if wait := take(Limit(rate.name, str(agent.pk), rate.times, HOUR)):
        raise Refused(rate.code, times=str(rate.times), wait=wait_words(wait))
