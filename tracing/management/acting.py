"""Whom a command acts for: the unit it names, and who does the business now."""

from __future__ import annotations

from django.core.management.base import CommandParser

from accounts.agents.models import Agent
from accounts.core.queries import agent_for, unit_for
from accounts.rights.businesses import BUSINESSES
from accounts.rights.queries import acting
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tracing.traces.queries import not_found


def name_unit(parser: CommandParser) -> None:
    """Take the unit."""
    parser.add_argument("--unit", required=True, help="account name or credit code")


def name_who_acts(parser: CommandParser) -> None:
    """Take the unit and its agent."""
    name_unit(parser)
    parser.add_argument("--agent", help="mobile; otherwise who does the business now")


def unit_named(typed: str) -> Unit:
    """The unit with this account name or credit code; refused without one."""
    unit = unit_for(typed)
    if unit is None:
        raise Refused("unit_not_found", unit=typed)
    return unit


def agent_acting(unit: Unit, mobile: str | None, business: str) -> Agent:
    """The agent with this mobile number, else who does the business now: the holder or a stand-in.

    Whether the agent may do the business is judged by the action itself. Refused when there is
    nobody.
    """
    if mobile:
        agent = agent_for(mobile)
        if agent is None:
            raise Refused("agent_not_found", mobile=mobile)
        return agent
    agent = acting(unit).get(business)
    if agent is None:
        raise Refused("no_holder", business=BUSINESSES[business].title)
    return agent


def code_not_found(typed: str) -> Refused:
    """The refusal of a code that is not found, with what is wrong with a text that can be none."""
    return Refused.of(*not_found([typed]))
