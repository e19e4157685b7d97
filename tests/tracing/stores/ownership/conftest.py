"""Two makers, and codes that the first one uploaded."""

import pytest

from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.units.models import Unit
from tests.factories import UnitFactory
from tests.tracing.factories import DrugBatchFactory, packed
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode

SERIAL = "SN0000000001"


@pytest.fixture
def old() -> Unit:
    """Who uploaded the codes."""
    return UnitFactory.create(name="甲药厂", is_distributor=True)


@pytest.fixture
def new() -> Unit:
    """Whose they are."""
    return UnitFactory.create(name="乙药厂", is_distributor=True)


@pytest.fixture
def staff() -> Account:
    """Who decides."""
    return Account.objects.create_account(AccountKind.STAFF, "staff1", "x")


@pytest.fixture
def batch(old: Unit) -> DrugBatch:
    """The batch as its first owner described it."""
    return DrugBatchFactory.create(unit=old, trac_codg_sn=SERIAL)


@pytest.fixture
def case(old: Unit, batch: DrugBatch) -> list[TraceCode]:
    """Forty codes in four middle and two large boxes."""
    return packed(old, batch, 40)
