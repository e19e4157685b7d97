"""Pages that are not for who opens them say so in the words of the catalogue, with 403."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.lib.refused import Ground, refusal
from tests.accounts.staff.staff import staff_account, staff_client
from tests.people import Side

pytestmark = pytest.mark.django_db


def said(client: Client, address: str, code: str) -> bool:
    """Whether the page is refused with this code's sentence and status."""
    answer = client.get(address)
    why = refusal(code)
    assert why.ground is Ground.FORBIDDEN
    assert answer.status_code == why.ground.value
    return why.message in answer.content.decode()


def test_each_page_names_whose_it_is(
    maker: Side, agent_client: Client, unit_client: Client
) -> None:
    home = f"/u/{maker.unit.slug}/"
    assert said(agent_client, f"{home}agents/", "page_of_unit_account")
    assert said(unit_client, f"{home}businesses/maker-upload/ask/", "page_of_agents")
    assert said(agent_client, "/account/contact/", "contact_of_unit_account")
    for address in ("/account/reach/", "/account/document/"):
        assert said(unit_client, address, "data_of_agents")


def test_staff_do_not_end_their_own_account() -> None:
    assert said(staff_client(staff_account()), "/close/", "staff_not_closed")
