"""Whom a command acts for: the unit it names, and who does the business now."""

from __future__ import annotations

from django.core.management.base import CommandError

from accounts.agents.models import Agent
from accounts.core.queries import agent_for, unit_for
from accounts.rights.businesses import BUSINESSES
from accounts.rights.queries import acting
from accounts.units.models import Unit
from portal.management.reporting import Exit, ended
from tracing.records.messages import sentence
from tracing.traces.queries import flaws_of


def unit_named(typed: str) -> Unit:
    """The unit with this account name or credit code; ends the command without one."""
    unit = unit_for(typed)
    if unit is None:
        raise ended(Exit.NOT_FOUND, f"没有单位 {typed}，请给出单位账号或统一社会信用代码。")
    return unit


def agent_acting(unit: Unit, mobile: str | None, business: str) -> Agent:
    """The agent with this mobile number, else who does the business now: the holder or a stand-in.

    Whether the agent may do the business is judged by the action itself. Ends the command when
    there is nobody.
    """
    if mobile:
        agent = agent_for(mobile)
        if agent is None:
            raise ended(Exit.NOT_FOUND, f"没有手机号为 {mobile} 的经办人，请核对号码。")
        return agent
    agent = acting(unit).get(business)
    if agent is None:
        raise ended(Exit.REFUSED, sentence("no_holder", (BUSINESSES[business].title,)))
    return agent


def code_not_found(typed: str) -> CommandError:
    """The end of a command that found no code, with what is wrong with a text that can be none."""
    flaws = flaws_of(typed) or ["请核对是否输入完整、是否已入库。"]
    return ended(Exit.NOT_FOUND, f"未查到追溯码 {typed}，{''.join(flaws)}")
