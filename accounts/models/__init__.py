"""The tables of accounts. Names, patterns and businesses come from the pure modules beside it."""

from accounts.models.account import Account, AccountManager
from accounts.models.authorization import AccessRequest, Authorization, StandIn
from accounts.models.log import LogSeal, OperationLog, UnsealedEntry
from accounts.models.qualification import Certificate, Qualification
from accounts.models.reference import Document, Feedback, Region
from accounts.models.session import Device, Factor, Notice, SignIn
from accounts.models.sms import SmsCode
from accounts.models.unit import Agent, Membership, Unit

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
