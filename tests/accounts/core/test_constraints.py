"""PostgreSQL itself refuses what would be nonsense, whoever writes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account
from accounts.rights.models import Authorization
from accounts.units.models import Unit
from tests.factories import AccountFactory, AgentFactory, UnitFactory
from tests.people import Side

pytestmark = pytest.mark.django_db


def refused(constraint: str, write: Callable[[], object]) -> None:
    """Expect PostgreSQL to refuse by this constraint."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("unit", "abc"),
        ("unit", "1maker"),
        ("unit", "Maker1"),
        ("unit", "maker_1"),
        ("unit", "m" * 17),
        ("unit", "maker1\n"),
        ("unit", "19900000001"),
        ("agent", "maker1"),
        ("agent", "12345678901"),
        ("agent", "1990000000"),
        ("agent", "199000000011"),
        ("staff", "19900000001"),
        ("staff", ""),
        ("other", "maker1"),
    ],
)
def test_a_name_fits_its_kind(kind: str, name: str) -> None:
    refused("account_name_fits_kind", lambda: AccountFactory.create(kind=kind, name=name))


def test_only_staff_can_have_every_right() -> None:
    refused("account_rights_are_for_staff", lambda: AccountFactory.create(is_superuser=True))


def test_a_unit_hangs_on_a_unit_account_only() -> None:
    account = AccountFactory.create(kind="agent", name="19900000001")
    refused("unit_account_kind_fk", lambda: UnitFactory.create(account=account))


def test_an_agent_hangs_on_an_agents_account_only() -> None:
    account = AccountFactory.create(name="maker1")
    refused("agent_account_kind_fk", lambda: AgentFactory.create(account=account))


def test_an_account_in_use_cannot_change_its_kind(maker: Side) -> None:
    account = Account.objects.filter(pk=maker.unit.account_id)
    refused("account_kind_fk", lambda: account.update(kind="staff"))


def test_a_unit_has_a_kind() -> None:
    refused("unit_has_a_kind", lambda: UnitFactory.create(is_maker=False))


@pytest.mark.parametrize("code", ["", "91990000Y00000001", "9199000OY000000010", "9" * 17 + "i"])
def test_a_credit_code_has_its_format(code: str) -> None:
    refused("unit_uscc_format", lambda: UnitFactory.create(uscc=code))


def test_a_credit_code_belongs_to_one_unit(maker: Side) -> None:
    refused("uscc", lambda: UnitFactory.create(uscc=maker.unit.uscc))


@pytest.mark.parametrize(
    ("model", "constraint"), [(Unit, "unit_has_a_name"), (Agent, "agent_has_a_name")]
)
def test_nobody_is_without_a_name(maker: Side, model: type[Unit | Agent], constraint: str) -> None:
    refused(constraint, lambda: model._default_manager.update(name=""))


def test_an_agent_is_a_member_once(maker: Side) -> None:
    refused(
        "agent_once_per_unit",
        lambda: Membership.everything.create(unit=maker.unit, agent=maker.agent),
    )


def test_a_business_has_one_live_holder(maker: Side) -> None:
    other = AgentFactory.create(units=[maker.unit])
    values = {"unit": maker.unit, "agent": other, "granted_by": maker.unit.account}
    again = {**values, "business": "maker-upload"}
    refused("one_holder_per_business", lambda: Authorization.everything.create(**again))
    ended = timezone.now()
    Authorization.everything.create(**again, granted_at=ended, revoked_at=ended)


def test_only_a_served_business_can_be_granted(maker: Side) -> None:
    row = Authorization.everything.filter(business="maker-upload")
    refused("authorization_business_is_served", lambda: row.update(business="drug-list-2024"))


def test_an_authorisation_does_not_end_before_it_began(maker: Side) -> None:
    row = Authorization.everything.filter(business="maker-upload")
    before = timezone.now() - timedelta(days=1)
    refused("authorization_ends_after_start", lambda: row.update(revoked_at=before))


def test_the_keys_over_account_and_kind_are_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname LIKE '%_account_kind_fk'")
        names = {row[0] for row in cursor.fetchall()}
    assert names == {"unit_account_kind_fk", "agent_account_kind_fk"}
