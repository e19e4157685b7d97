"""What a list of the staff's site is narrowed by, an address can say; and by nothing else."""

import pytest

from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.staff.roles import MANAGER, SUPPORT
from accounts.units.models import Unit
from tests.accounts.staff.staff import staff_account, staff_client
from tests.people import Side

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("unit", "contact_mobile__startswith=139"),
        ("unit", "legal_id_number__startswith=1"),
        ("agent", "email__startswith=a"),
        ("agent", "account__name__startswith=1"),
        ("account", "password__startswith=md5"),
        ("account", "factor__secret__startswith=A"),
    ],
)
def test_what_is_shown_masked_cannot_be_guessed_bit_by_bit(
    maker: Side, page: str, wanted: str
) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(contact_mobile="13900000001")
    Agent.objects.filter(pk=maker.agent.pk).update(email="a@example.com")
    client = staff_client(staff_account("staff1", MANAGER))
    assert client.get(f"/admin/accounts/{page}/?{wanted}").status_code == 400


def test_the_filters_of_a_list_work(maker: Side, stranger: Side) -> None:
    Unit.objects.filter(pk=stranger.unit.pk).update(is_maker=False, is_distributor=True)
    client = staff_client(staff_account("staff1", SUPPORT))
    page = client.get("/admin/accounts/unit/?is_maker__exact=1&standing=open").content.decode()
    assert maker.unit.name in page
    assert stranger.unit.name not in page


def test_roles_and_answers_are_filters(maker: Side) -> None:
    staff = staff_account("staff1", MANAGER)
    group = staff.groups.get()
    client = staff_client(staff)
    assert Account.objects.filter(kind=AccountKind.STAFF).count() == 1
    for wanted in (f"groups__id__exact={group.pk}", "is_active__exact=1"):
        answer = client.get(f"/admin/accounts/account/?{wanted}")
        assert answer.status_code == 200
        assert staff.name in answer.content.decode()
    assert client.get("/admin/accounts/accessrequest/?answer__exact=granted").status_code == 200
