"""The demo's units and agents, with fixed passwords."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.account.actions import change_contact_mobile
from accounts.agents.actions import add_member, create_agent
from accounts.agents.identity import Person
from accounts.agents.models import Agent, Membership
from accounts.core.id_types import IDENTITY_CARD
from accounts.core.kinds import DISTRIBUTOR, MAKER, UnitKind
from accounts.core.queries import agent_for, unit_for
from accounts.rights.actions_granting import grant
from accounts.rights.businesses import of_kinds
from accounts.rights.queries import holders
from accounts.units.actions import create_unit
from accounts.units.models import Unit
from portal.lib.identifiers import id_number_check_digit
from tracing.synthetic.codes import credit_code

DEMO_WORD = "demo-trace-2026"
API = "api-self-service"


@dataclass(frozen=True)
class DemoUnit:
    """A unit of the demo."""

    account: str
    name: str
    kind: UnitKind
    contact_mobile: str

    @property
    def uscc(self) -> str:
        """Its credit code, which no firm can have."""
        return credit_code("demo", self.account)


@dataclass(frozen=True)
class DemoAgent:
    """An agent of the demo and the accounts of its units. `businesses`: what it holds there;
    None stands for all that the unit has, except the API."""

    mobile: str
    name: str
    units: tuple[str, ...]
    businesses: frozenset[str] | None = None

    @property
    def person(self) -> Person:
        """Who it is; region 990000 does not exist, so nobody has this identity number."""
        first_17 = f"99000019900101{self.mobile[-3:]}"
        return Person(
            name=self.name,
            id_type=IDENTITY_CARD,
            id_number=first_17 + id_number_check_digit(first_17),
            id_valid_for_ever=True,
            email=f"agent{self.mobile[-1]}@example.com",
            address="某某省某某市某某路 1 号",
            postcode="990000",
        )


UNITS = (
    DemoUnit("maker1", "某某药业股份有限公司", MAKER, "19900000101"),
    DemoUnit("maker2", "某某生物制药有限公司", MAKER, "19900000102"),
    DemoUnit("distributor1", "某某医药物流有限公司", DISTRIBUTOR, "19900000103"),
    DemoUnit("distributor2", "某某医药商业有限公司", DISTRIBUTOR, "19900000104"),
)
AGENTS = (
    DemoAgent("19900000001", "经办人甲", ("maker1",)),
    DemoAgent("19900000002", "经办人乙", ("maker2",)),
    DemoAgent("19900000003", "经办人丙", ("distributor1",)),
    DemoAgent("19900000004", "经办人丁", ("distributor2",)),
    DemoAgent("19900000005", "经办人戊", ("maker1", "maker2"), frozenset({API})),
)


def seed() -> dict[str, Unit]:
    """Make what is missing of units, agents, memberships and authorisations."""
    units = {unit.account: _unit(unit) for unit in UNITS}
    for wanted in AGENTS:
        agent = _agent(wanted)
        for account in wanted.units:
            if units[account].closed_at is None:
                _authorise(units[account], agent, wanted.businesses)
    return units


def _unit(wanted: DemoUnit) -> Unit:
    # One whose account was closed is found by its credit code, and stays closed.
    found = unit_for(wanted.account) or unit_for(wanted.uscc)
    if found is not None:
        return found
    unit = create_unit(
        account_name=wanted.account,
        password=DEMO_WORD,
        name=wanted.name,
        uscc=wanted.uscc,
        kinds=frozenset({wanted.kind}),
        admdvs="990000",
        org_type=wanted.kind.label,
    )
    change_contact_mobile(unit, wanted.contact_mobile)
    return unit


def _agent(wanted: DemoAgent) -> Agent:
    found = agent_for(wanted.mobile)
    if found is not None:
        return found
    return create_agent(mobile=wanted.mobile, password=DEMO_WORD, person=wanted.person)


def _authorise(unit: Unit, agent: Agent, businesses: frozenset[str] | None) -> None:
    """Give the agent what nobody holds yet; what the users changed stays as they left it."""
    if not Membership.objects.of(unit).filter(agent=agent).exists():
        add_member(unit, agent)
    held = holders(unit)
    served = {business.code for business in of_kinds(unit.kinds)}
    for business in sorted(served - {API} if businesses is None else businesses):
        if business not in held:
            grant(unit, agent, business)
