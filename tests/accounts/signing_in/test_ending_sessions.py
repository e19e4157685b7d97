"""Ending sessions from above: of one account, or of everybody (ASVS 7.4.5)."""

import json
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from jsonschema import validate

from accounts.log.models import OperationLog
from portal.management.reporting import Exit
from tests.accounts.signing_in.session_of import home
from tests.accounts.staff.staff import staff_account, staff_client
from tests.people import Side

pytestmark = pytest.mark.django_db

SCHEMA = json.loads((settings.BASE_DIR / "docs/schemas/end_sessions.json").read_text())


def end_sessions(*arguments: str) -> Any:
    """Run the command; returns what it reports."""
    out = StringIO()
    call_command("end_sessions", *arguments, "--json", stdout=out)
    result = json.loads(out.getvalue())
    validate(result, SCHEMA)
    return result


def test_one_account_is_signed_out_everywhere(
    maker: Side, agent_client: Client, unit_client: Client
) -> None:
    assert end_sessions(maker.agent.mobile, "--reason", "手机被盗") == {"ended": 1}
    answer = agent_client.get(home(maker))
    assert answer["Location"].endswith("ended=staff")
    assert "由平台工作人员结束" in agent_client.get(answer["Location"]).content.decode()
    assert unit_client.get(home(maker)).status_code == 200
    entry = OperationLog.everything.get(action="sessions-ended-by-staff")
    assert entry.after == {"reason": "手机被盗", "session_count": 1}


def test_everybody_is_signed_out(maker: Side, agent_client: Client, unit_client: Client) -> None:
    staff = staff_client(staff_account(superuser=True))
    assert end_sessions("--all", "--reason", "排查入侵") == {"ended": 3}
    for client in (agent_client, unit_client):
        assert client.get(home(maker)).status_code == 302
    assert staff.get("/admin/").status_code == 302
    entry = OperationLog.everything.get(action="sessions-ended-by-staff")
    assert (entry.target, entry.account, entry.unit) == ("所有账号", None, None)
    assert entry.after == {"reason": "排查入侵", "session_count": 3}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nobody1", "--reason", "x"), Exit.NOT_FOUND, "没有账号“nobody1”"),
        (("--all", "--reason", " "), Exit.REFUSED, "原因"),
    ],
)
def test_what_cannot_be_done_is_said(
    maker: Side, agent_client: Client, arguments: tuple[str, ...], code: Exit, words: str
) -> None:
    with pytest.raises(CommandError, match=words) as refused:
        end_sessions(*arguments)
    assert refused.value.returncode == code
    assert agent_client.get(home(maker)).status_code == 200
