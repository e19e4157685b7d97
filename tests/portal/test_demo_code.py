"""`demo_code`: what the demo's member of staff types as second factor, and nobody else's."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.log.models import OperationLog
from accounts.staff.models import Factor
from portal.demo.data import people, staff
from portal.management.commands import demo_code
from tests.accounts.staff.staff import first_step, second_step

pytestmark = pytest.mark.django_db


def code() -> str:
    out = StringIO()
    call_command("demo_code", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert found.keys() == {"name", "code"}
    return str(found["code"])


def refusal() -> int:
    with pytest.raises(CommandError) as error:
        call_command("demo_code")
    return error.value.returncode


def test_the_code_lets_in(client: Client) -> None:
    (member,) = staff.seed()
    assert first_step(client, member.name, people.DEMO_WORD)["Location"] == "/admin/factor/"
    assert second_step(client, code())["Location"] == "/admin/"
    assert client.get("/admin/accounts/unit/").status_code == 200


def test_seeding_again_changes_nothing() -> None:
    staff.seed()
    before = (list(Factor.objects.values()), OperationLog.everything.count())
    staff.seed()
    assert (list(Factor.objects.values()), OperationLog.everything.count()) == before


def test_sentences_say_the_code() -> None:
    staff.seed()
    out = StringIO()
    call_command("demo_code", stdout=out)
    assert "staff1" in out.getvalue()


def test_without_the_demo_there_is_no_code() -> None:
    assert refusal() == 5


def test_a_telephone_of_ones_own_is_not_shown() -> None:
    staff.seed()
    Factor.objects.update(secret="A" * 32)
    assert refusal() == 5


def test_another_database_has_no_demo_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (staff, demo_code):
        monkeypatch.setattr(module, "embedded_database", lambda: False)
    assert staff.seed() == ()
    assert not Factor.objects.exists()
    assert refusal() == 4
