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
from accounts.queries.sessions import (
    expires_at,
    idle_at,
    live_sign_ins,
    new_devices_unread,
    sign_in,
    why_over,
)

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
    "expires_at",
    "held_by",
    "holder",
    "holders",
    "idle_at",
    "live_sign_ins",
    "log_page",
    "membership",
    "new_devices_unread",
    "newest_paper",
    "paper_of",
    "papers_before",
    "open_to",
    "sign_in",
    "stand_ins",
    "unit_for",
    "unit_of_account",
    "units_of",
    "why_over",
]
