"""Staff see keys without their SKey, freeze them and undo that."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.core.origin import COMMAND
from accounts.keys.actions_ending import thaw
from accounts.keys.models import InterfaceKey
from accounts.keys.states import KeyState, state_of
from accounts.staff.roles import SUPPORT
from portal.lib.refused import Refused
from tests.accounts.keys.keys import key_of
from tests.accounts.staff.staff import staff_account, staff_client
from tests.people import Side

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> Client:
    """A member of staff inside."""
    return staff_client(staff_account("support1", SUPPORT))


def now_of(key: InterfaceKey) -> InterfaceKey:
    return InterfaceKey.everything.get(pk=key.pk)


def test_staff_see_a_key_but_no_secret(maker: Side, support: Client) -> None:
    key = key_of(maker)
    base = "/admin/accounts/interfacekey/"
    for address in (base, f"{base}?q={key.ak}", f"{base}{key.pk}/change/"):
        page = support.get(address).content.decode()
        assert key.ak in page
        assert key.sk not in page
        assert "19900000000" not in page


def test_what_staff_freeze_staff_undo(maker: Side, support: Client) -> None:
    key = key_of(maker)
    address = f"/admin/accounts/interfacekey/{key.pk}/do"
    page = support.post(f"{address}/freeze/", {"reason": "疑似泄露"}, follow=True)
    assert "已冻结" in page.content.decode()
    assert state_of(now_of(key)) is KeyState.FROZEN
    with pytest.raises(Refused):
        thaw(maker.unit, key.pk, origin=COMMAND.done_by(maker.unit.account))
    support.post(f"{address}/thaw/", {"reason": "已核实"})
    assert state_of(now_of(key)) is KeyState.LIVE
