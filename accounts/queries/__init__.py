"""Every reader of accounts: who is who, who acts for whom, who holds what, what was done."""

from accounts.queries.holding import (
    acting,
    bar,
    hands,
    held_by,
    holder,
    holders,
    open_to,
    stand_ins,
)
from accounts.queries.log import LOG_PAGE, log_page
from accounts.queries.members import agent_of, agents_of, membership, units_of
from accounts.queries.people import (
    account_for,
    agent_for,
    canonical_name,
    unit_for,
    unit_of_account,
)
from accounts.queries.qualifications import newest_paper, paper_of, papers_before

__all__ = [
    "LOG_PAGE",
    "account_for",
    "acting",
    "agent_for",
    "agent_of",
    "agents_of",
    "bar",
    "canonical_name",
    "hands",
    "held_by",
    "holder",
    "holders",
    "log_page",
    "membership",
    "newest_paper",
    "paper_of",
    "papers_before",
    "open_to",
    "stand_ins",
    "unit_for",
    "unit_of_account",
    "units_of",
]
