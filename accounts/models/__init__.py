"""The tables of accounts. Names, patterns and businesses come from the pure modules beside it."""

from accounts.models.account import Account, AccountManager
from accounts.models.authorization import Authorization
from accounts.models.log import OperationLog
from accounts.models.unit import Agent, Membership, Unit

__all__ = [
    "Account",
    "AccountManager",
    "Agent",
    "Authorization",
    "Membership",
    "OperationLog",
    "Unit",
]
