"""Every reader of accounts: who is who, who acts for whom, who holds what, what was done."""

from accounts.queries.holding import held_by, holder, holders
from accounts.queries.log import LOG_PAGE, log_page
from accounts.queries.members import agent_of, agents_of, membership, units_of
from accounts.queries.people import (
    account_for,
    agent_for,
    canonical_name,
    unit_for,
    unit_of_account,
)

__all__ = [
    "LOG_PAGE",
    "account_for",
    "agent_for",
    "agent_of",
    "agents_of",
    "canonical_name",
    "held_by",
    "holder",
    "holders",
    "log_page",
    "membership",
    "unit_for",
    "unit_of_account",
    "units_of",
]
