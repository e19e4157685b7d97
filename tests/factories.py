"""People and firms that do not exist, one factory per model.

unit = UnitFactory()                                  a maker
unit = UnitFactory(is_maker=False, is_distributor=True)
agent = AgentFactory(units=[unit])                    may act for the unit
hold(unit, agent, "maker-upload")                     holds the business there
"""

from collections.abc import Iterable
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Account, Agent, Authorization, Membership, Unit
from accounts.names import Kind
from portal.lib.identifiers import organisation_check_digit, uscc_check_digit

PASSWORD = "Portal-2026"


def uscc(number: int) -> str:
    """Return a credit code with good check digits; region 990000 does not exist."""
    organisation = f"Y{number:07d}"
    first_17 = f"91990000{organisation}{organisation_check_digit(organisation)}"
    return first_17 + uscc_check_digit(first_17)


class AccountFactory(DjangoModelFactory[Account]):
    """A unit account; `password` is PASSWORD unless given."""

    class Meta:
        model = Account
        skip_postgeneration_save = True

    kind = Kind.UNIT.value
    name = factory.Sequence(lambda n: f"unit{n:05d}")
    password = factory.django.Password(PASSWORD)


class UnitFactory(DjangoModelFactory[Unit]):
    """A maker, with its account; `slug` names the account."""

    class Meta:
        model = Unit

    class Params:
        slug = factory.Sequence(lambda n: f"unit{n:05d}")

    account = factory.SubFactory(AccountFactory, name=factory.SelfAttribute("..slug"))
    name = factory.Sequence(lambda n: f"测试单位{n}有限公司")
    uscc = factory.Sequence(uscc)
    is_maker = True


class AgentFactory(DjangoModelFactory[Agent]):
    """An agent with an account; `units` are the units it may act for, `mobile` its number."""

    class Meta:
        model = Agent
        skip_postgeneration_save = True

    class Params:
        mobile = factory.Sequence(lambda n: f"199{n:08d}")

    account = factory.SubFactory(
        AccountFactory, kind=Kind.AGENT.value, name=factory.SelfAttribute("..mobile")
    )
    name = factory.Sequence(lambda n: f"经办人{n}")

    @factory.post_generation  # type: ignore[untyped-decorator]
    def units(self: Any, create: bool, given: Iterable[Unit] | None, **kwargs: Any) -> None:
        """Make the agent a member of these units."""
        for unit in given or ():
            Membership.everything.create(unit=unit, agent=self)


def hold(unit: Unit, agent: Agent, *businesses: str) -> None:
    """Put these businesses of the unit into the agent's hands, past every rule but PostgreSQL's."""
    for business in businesses:
        Authorization.everything.create(
            unit=unit, agent=agent, business=business, granted_by=unit.account
        )
