"""What one step leaves for the next: sessions of others in a browser, addresses that were sent."""

import pytest
from django.test import Client

from accounts.signing_in.models import SignIn
from accounts.signing_in.queries import live_sign_ins
from accounts.staff.roles import MANAGER
from tests.accounts.signing_in.session_of import sign_in_of
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.staff.staff import code_of, first_step, second_step, staff_account, with_factor
from tests.people import Side

pytestmark = pytest.mark.django_db


def test_staff_who_sign_in_end_the_session_before(client: Client, maker: Side) -> None:
    staff = with_factor(staff_account("staff1", MANAGER))
    try_sign_in(client, maker.unit.slug)
    before = sign_in_of(client)
    first_step(client, staff.name)
    assert second_step(client, code_of())["Location"] == "/admin/"
    before.refresh_from_db()
    assert before.end == SignIn.End.OUT
    assert live_sign_ins(maker.unit.account) == []
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("sent", ["javascript:alert(1)", "//evil.example/", "/no-such-page/"])
def test_a_refused_feedback_leads_back_to_a_page_of_ours(unit_client: Client, sent: str) -> None:
    answer = unit_client.post("/help/feedback/", {"text": "", "page": sent})
    assert answer.status_code == 422
    assert f'href="{sent}"' not in answer.content.decode()
    assert 'href="/start/"' in answer.content.decode()
