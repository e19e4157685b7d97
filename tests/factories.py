"""People and firms that do not exist, one factory per model.

- `UnitFactory.create()`: an approved maker; `is_maker=False, is_distributor=True`: a distributor
- `AgentFactory.create(units=[unit])`: may act for the unit
- `hold(unit, agent, "maker-upload")`: holds the business there
"""

# factory_boy is typed in part only.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password
from factory.helpers import post_generation

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.rights.models import Authorization
from accounts.units.models import Unit
from portal.lib.identifiers import organisation_check_digit, uscc_check_digit

PASSWORD = "Portal-2026"


def uscc(number: int) -> str:
    """Return a credit code with good check digits; region 990000 does not exist."""
    organisation = f"Y{number:07d}"
    first_17 = f"91990000{organisation}{organisation_check_digit(organisation)}"
    return first_17 + uscc_check_digit(first_17)


def spelled(number: int) -> str:
    """A number in letters alone: a page that must not show some figure shows names as well."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:05d}")


class AccountFactory(DjangoModelFactory[Account]):
    """A unit account; `password` is PASSWORD unless given."""

    class Meta:
        model = Account
        skip_postgeneration_save = True

    kind = AccountKind.UNIT.value
    name = Sequence(lambda n: f"unit{spelled(n)}")
    password = Password(PASSWORD)


class UnitFactory(DjangoModelFactory[Unit]):
    """A maker, with its account; `slug` names the account."""

    class Meta:
        model = Unit

    class Params:
        slug = Sequence(lambda n: f"unit{spelled(n)}")

    account = SubFactory(AccountFactory, name=SelfAttribute("..slug"))
    name = Sequence(lambda n: f"测试单位{spelled(n)}有限公司")
    uscc = Sequence(uscc)
    is_maker = True
    approved_at = LazyFunction(timezone.now)


class AgentFactory(DjangoModelFactory[Agent]):
    """An agent with an account; `units` are the units it may act for, `mobile` its number."""

    class Meta:
        model = Agent
        skip_postgeneration_save = True

    class Params:
        mobile = Sequence(lambda n: f"199{n:08d}")

    account = SubFactory(
        AccountFactory, kind=AccountKind.AGENT.value, name=SelfAttribute("..mobile")
    )
    name = Sequence(lambda n: f"经办人{spelled(n)}")

    @post_generation  # type: ignore[untyped-decorator]
    def units(self: Any, create: bool, given: Iterable[Unit] | None, **kwargs: Any) -> None:
        """Make the agent a member of these units."""
        for unit in given or ():
            Membership.everything.create(unit=unit, agent=self)


def hold(unit: Unit, agent: Agent, *businesses: str) -> None:
    """Put these businesses of the unit into the agent's hands, past every rule but PostgreSQL's."""
    Authorization.everything.bulk_create(
        Authorization(unit=unit, agent=agent, business=business, granted_by=unit.account)
        for business in businesses
    )
