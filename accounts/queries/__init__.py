"""Every reader of accounts: who is who, who acts for whom, who holds what, what was done."""

from accounts.queries.certificates import certificate_of, certificates, certificates_ending
from accounts.queries.closing import Ending, Unfinished, endings, only_here, unfinished
from accounts.queries.documents import document, documents
from accounts.queries.feedback import FEEDBACK_PAGE, feedback_page
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
from accounts.queries.leaving import Leaving, leaving
from accounts.queries.log import (
    LOG_PAGE,
    LogFilter,
    LogPage,
    log_agents,
    log_entries,
    log_page,
    unit_names,
)
from accounts.queries.members import (
    MEMBERS_PAGE,
    agent_of,
    agents_of,
    member_of,
    members_page,
    membership,
    unit_open_to,
    units_of,
)
from accounts.queries.notices import NOTICES_PAGE, notices_page, unread_notices
from accounts.queries.people import (
    account_for,
    agent_for,
    canonical_name,
    unit_for,
    unit_of_account,
)
from accounts.queries.progress import Progress, newest_papers, progress
from accounts.queries.qualifications import newest_paper, paper_of, papers_before
from accounts.queries.recovery import Recovery, proving_mobile, recovery_for
from accounts.queries.regions import region_words, regions
from accounts.queries.requests import open_requests, own_request, request_of
from accounts.queries.sessions import (
    expires_at,
    idle_at,
    is_known,
    is_proven,
    live_sign_ins,
    new_devices_unread,
    sign_in,
    why_over,
)

__all__ = [
    "FEEDBACK_PAGE",
    "LOG_PAGE",
    "MEMBERS_PAGE",
    "NOTICES_PAGE",
    "Ending",
    "Leaving",
    "LogFilter",
    "LogPage",
    "Progress",
    "Recovery",
    "Unfinished",
    "account_for",
    "acting",
    "agent_for",
    "agent_of",
    "agents_of",
    "bar",
    "canonical_name",
    "certificate_of",
    "certificates",
    "certificates_ending",
    "document",
    "documents",
    "endings",
    "expires_at",
    "feedback_page",
    "hands",
    "held_by",
    "holder",
    "holders",
    "idle_at",
    "is_known",
    "is_proven",
    "leaving",
    "live_sign_ins",
    "log_agents",
    "log_entries",
    "log_page",
    "member_of",
    "members_page",
    "membership",
    "new_devices_unread",
    "newest_paper",
    "newest_papers",
    "notices_page",
    "only_here",
    "open_requests",
    "open_to",
    "own_request",
    "paper_of",
    "papers_before",
    "progress",
    "proving_mobile",
    "recovery_for",
    "region_words",
    "regions",
    "request_of",
    "sign_in",
    "stand_ins",
    "unfinished",
    "unit_for",
    "unit_names",
    "unit_of_account",
    "unit_open_to",
    "units_of",
    "unread_notices",
    "why_over",
]
