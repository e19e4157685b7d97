"""Staff look at units, agents, authorisations and the log, and change none of it."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import Account, Agent, Authorization, OperationLog, Unit
from tests.people import Side

MODELS = (Unit, Agent, Authorization, OperationLog)
pytestmark = pytest.mark.django_db


@pytest.fixture
def staff_client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Staff made by the command, signed in."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "Portal-2026")
    call_command("createsuperuser", "--noinput", "--name", "staff1", verbosity=0)
    client = Client()
    client.force_login(Account.objects.get(name="staff1"))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_staff_see_the_rows_and_cannot_change_them(
    model: type[Unit], staff_client: Client, maker: Side
) -> None:
    actions.revoke(maker.unit, maker.agent, "maker-upload")
    name = f"admin:accounts_{model._meta.model_name}"
    row = model._default_manager.first()
    assert row is not None
    shown = staff_client.get(reverse(f"{name}_change", args=[row.pk])).content.decode()
    assert staff_client.get(reverse(f"{name}_changelist")).status_code == 200
    assert 'name="_save"' not in shown
    assert maker.agent.mobile not in shown
    for action, arguments in (("add", []), ("delete", [row.pk])):
        assert staff_client.post(reverse(f"{name}_{action}", args=arguments)).status_code == 403
    assert staff_client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403


@pytest.mark.parametrize("who", ["unit_client", "agent_client"])
def test_the_admin_is_shut_for_units_and_agents(who: str, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
