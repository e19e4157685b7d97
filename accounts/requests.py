"""The request as views behind a permission see it."""

from django.http import HttpRequest

from accounts.models import Account, Agent, Unit


class AccountRequest(HttpRequest):
    """Someone is signed in."""

    user: Account  # the anonymous user never gets this far


class UnitRequest(AccountRequest):
    """The account may enter this unit. `agent` is None when it is the unit's own account."""

    unit: Unit
    agent: Agent | None


class AgentRequest(UnitRequest):
    """An agent acts for the unit."""

    agent: Agent
