"""账号注销 of a unit: its agents leave, its businesses stop, its rows and codes stay."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.agents.models import Membership
from accounts.core.kinds import MAKER
from accounts.core.models import Account
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.rights.businesses import SERVED
from accounts.rights.queries import holders
from accounts.signing_in.models import SmsCode
from accounts.units.actions import create_unit
from accounts.units.actions_closing import close_unit
from accounts.units.models import Certificate, Unit
from portal.lib.refused import Refused
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.units.closing import CONTACT, close, text_of, whole_side
from tests.factories import PASSWORD, AgentFactory, UnitFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(db: None) -> Side:
    """A maker that has something to lose."""
    return whole_side()


def test_a_unit_sees_what_follows(unit_client: Client, maker: Side) -> None:
    AgentFactory.create(units=[maker.unit, UnitFactory.create()])
    page = text_of(unit_client.get("/close/"))
    for words in (
        "2 名经办人全部解除绑定，其中 1 人只服务于本单位",
        maker.agent.name,
        SERVED["maker-query"].title,
        f"{maker.unit.uscc} 不能再自行注册",
        "仍可被追溯",
        "197****0001",
    ):
        assert words in page
    assert CONTACT not in page


@pytest.mark.parametrize("name", ["", "另一个单位"])
def test_a_unit_types_its_name(unit_client: Client, maker: Side, name: str) -> None:
    page = close(unit_client, CONTACT, unit_name=name)
    assert page.status_code == 422
    assert ("请输入本单位的名称" if not name else "与本单位名称不一致") in text_of(page)
    assert SmsCode.objects.get().tries == 0
    assert Account.objects.get(pk=maker.unit.account_id).is_active


def test_a_unit_closes_its_account(unit_client: Client, agent_client: Client, maker: Side) -> None:
    unit, slug = maker.unit, maker.unit.slug
    now = timezone.now()
    certificate = Certificate.objects.create(
        unit=unit, sha256="a" * 64, not_before=now, not_after=now + timedelta(days=9)
    )
    answer = close(unit_client, CONTACT, unit_name=f" {unit.name} ")
    assert answer["Location"] == "/close/done/"
    assert agent_client.get(f"/u/{slug}/").status_code == 404
    assert agent_client.get("/units/").status_code == 200
    assert try_sign_in(Client(), slug).status_code == 200
    assert try_sign_in(Client(), unit.uscc).status_code == 200
    certificate.refresh_from_db()
    assert certificate.removed_at is not None
    unit.refresh_from_db()
    assert unit.closed_at is not None
    assert not unit.is_open
    assert (unit.contact_mobile, unit.contact_name, unit.legal_name) == ("",) * 3
    assert not Membership.objects.of(unit).exists()
    assert not holders(unit)
    assert Notice.objects.filter(account=maker.agent.account, code="unit-closed").count() == 1
    entry = OperationLog.objects.of(unit).get(action="unit-closed")
    assert entry.before == {"account": slug}
    assert CONTACT not in f"{entry.before}{entry.after}"


def test_its_credit_code_stays_taken_and_its_name_is_free(maker: Side) -> None:
    unit, slug = maker.unit, maker.unit.slug
    close_unit(unit.account)
    values: dict[str, Any] = {
        "account_name": slug,
        "password": PASSWORD,
        "name": "新单位",
        "kinds": frozenset({MAKER}),
    }
    with pytest.raises(Refused) as caught:
        create_unit(uscc=unit.uscc, **values)
    assert [found.code for found in caught.value.refusals] == ["uscc_closed"]
    assert "联系平台工作人员" in str(caught.value)
    made = create_unit(uscc=UnitFactory.build().uscc, **values)
    assert made.slug == slug
    # Who knew the old address finds nothing behind the new one.
    assert client_of(maker.agent.account).get(f"/u/{slug}/").status_code == 404


def test_a_unit_without_a_number_is_told_the_way(unit_client: Client, maker: Side) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(contact_mobile="")
    page = text_of(unit_client.get("/close/"))
    assert 'href="/account/contact/"' in page
    assert 'name="sms_code"' not in page
    data = {"password": PASSWORD, "sms_code": "000000", "unit_name": maker.unit.name}
    assert unit_client.post("/close/", data).status_code == 422
    assert Account.objects.get(pk=maker.unit.account_id).is_active
