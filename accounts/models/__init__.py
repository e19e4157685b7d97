"""The tables of accounts. Names, patterns and businesses come from the pure modules beside it."""

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account, AccountManager
from accounts.log.models import LogSeal, OperationLog, UnsealedEntry
from accounts.messages.models import Document, Feedback, Notice
from accounts.rights.models import AccessRequest, Authorization, StandIn
from accounts.signing_in.models import Device, SignIn, SmsCode
from accounts.staff.models import Factor
from accounts.units.models import Certificate, Qualification, Region, Unit

__all__ = [
    "AccessRequest",
    "Account",
    "AccountManager",
    "Agent",
    "Authorization",
    "Certificate",
    "Device",
    "Document",
    "Factor",
    "Feedback",
    "LogSeal",
    "Membership",
    "Notice",
    "OperationLog",
    "Qualification",
    "Region",
    "SignIn",
    "SmsCode",
    "StandIn",
    "Unit",
    "UnsealedEntry",
]
