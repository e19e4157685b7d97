"""The first sign-in of staff: a secret is made and shown, and counts from the first right code."""

import pytest
from django.test import Client

from accounts.staff.models import Factor
from accounts.staff.roles import MANAGER
from accounts.staff.views_sign_in import WAITING
from portal.lib.refused import refusal
from tests.accounts.staff.staff import (
    actions_logged,
    code_of,
    first_step,
    is_inside,
    second_step,
    secret_on,
    staff_account,
    stopped,
)

WRONG = refusal("one_time_code_wrong").message

pytestmark = pytest.mark.django_db


def test_the_first_sign_in_enrols(client: Client) -> None:
    account = staff_account("staff1", MANAGER)
    assert first_step(client, "staff1")["Location"] == "/admin/enrol/"
    page = client.get("/admin/enrol/")
    secret = secret_on(page)
    assert len(secret) == 32
    assert "<svg" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.get("/admin/factor/")["Location"] == "/admin/enrol/"
    assert secret_on(client.post("/admin/enrol/", {"code": "000000"})) == secret
    assert not Factor.objects.exists()
    assert client.post("/admin/enrol/", {"code": code_of(secret)})["Location"] == "/admin/"
    assert is_inside(client)
    factor = Factor.objects.get()
    assert (factor.account, factor.secret) == (account, secret)
    assert actions_logged() == ["factor-enrolled", "staff-signed-in"]
    again = Client()
    assert first_step(again, "staff1")["Location"] == "/admin/factor/"
    assert again.get("/admin/enrol/")["Location"] == "/admin/factor/"


def test_the_code_that_enrolled_works_no_second_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(monkeypatch)
    staff_account("staff1")
    first_step(client, "staff1")
    secret = secret_on(client.get("/admin/enrol/"))
    client.post("/admin/enrol/", {"code": code_of(secret)})
    again = Client()
    first_step(again, "staff1")
    assert WRONG in second_step(again, code_of(secret)).content.decode()


def test_a_secret_that_somebody_else_saw_enrols_nothing(client: Client) -> None:
    staff_account("staff1")
    other = Client()
    for one in (client, other):
        first_step(one, "staff1")
    secrets = [secret_on(one.get("/admin/enrol/")) for one in (client, other)]
    assert secrets[0] != secrets[1]
    client.post("/admin/enrol/", {"code": code_of(secrets[0])})
    late = other.post("/admin/enrol/", {"code": code_of(secrets[1])})
    assert refusal("factor_exists").message in late.content.decode()
    assert Factor.objects.get().secret == secrets[0]
    assert not is_inside(other)


def test_the_session_holds_the_secret_sealed(client: Client) -> None:
    staff_account("staff1")
    first_step(client, "staff1")
    secret = secret_on(client.get("/admin/enrol/"))
    noted = client.session[WAITING]["secret"]
    assert noted
    assert secret not in noted
