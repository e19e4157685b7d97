"""The life of a unit from its registration to the end of an agent, and nothing told that is secret.

The scenario goes through the pages, as browsers do. Passwords, codes by SMS and of a telephone,
full mobile numbers and identity numbers must stand in no entry of the operation log, no notice, no
line of any log and no page but where the same request brought them. To add a part of the portal,
add a step below and its secrets to `secrets`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.limits import Limit, forget
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.signing_in.models import SmsCode
from accounts.units.models import Unit
from accounts.units.tabs import TABS
from tests.accounts.agents import adding
from tests.accounts.signing_in import recovering
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.signing_in.sms import ask_for_code, code_for
from tests.accounts.staff import staff
from tests.accounts.units import registering
from tests.factories import PASSWORD
from tests.security.watched import Shown, Watched, found_in

pytestmark = pytest.mark.django_db

WRONG, RECOVERED, CHANGED = "Wrong-9931-word", "kzmw tqrb 2931", "vbnq wplk 4417"
CONTACT = "19912349999"
# The one place that shows what it keeps: an identity number, for a reason, which is logged.
SHOWS_IDENTITY = "/number/"


@pytest.fixture
def secrets() -> Iterator[dict[str, str]]:
    """What must not be told, by what it is; codes join as they are made."""
    known = {
        "the password of the unit": PASSWORD,
        "the password of the first agent": registering.PERSON["password"],
        "a wrong password": WRONG,
        "a recovered password": RECOVERED,
        "a changed password": CHANGED,
        "the first agent's mobile": registering.MOBILE,
        "the second agent's mobile": adding.MOBILE,
        "the unit's new contact": CONTACT,
        "the first agent's number": registering.PERSON["id_number"],
        "the second agent's number": adding.ID_NUMBER,
        "the legal person's number": registering.ENTERPRISE["legal_id_number"],
        "the secret of a telephone": staff.SECRET,
    }

    def note(instance: SmsCode, created: bool, **_: object) -> None:
        if created:
            known[f"the code of SMS {instance.pk}"] = instance.sealed

    post_save.connect(note, sender=SmsCode)
    yield known
    post_save.disconnect(note, sender=SmsCode)


@pytest.fixture
def shown() -> list[Shown]:
    """Every answer that anybody was given."""
    return []


@pytest.fixture
def lived(secrets: dict[str, str], shown: list[Shown], caplog: pytest.LogCaptureFixture) -> None:
    """Everything that a unit and its people do, step by step."""
    caplog.set_level(logging.DEBUG)
    first_agent, unit_account, second_agent, of_staff = (Watched(shown) for _ in range(4))
    _registers(first_agent)
    unit = Unit.objects.get(account__name=registering.ACCOUNT["account_name"])
    Unit.objects.filter(pk=unit.pk).update(approved_at=timezone.now())
    agent = _adds_an_agent(unit_account, unit)
    _recovers_and_works(second_agent, unit, agent)
    _changes_itself(unit_account, unit)
    _looks_at_everything(unit_account, second_agent, unit)
    _staff_looks(of_staff, unit, agent)


def _registers(client: Client) -> None:
    registering.up_to_agent(client)
    registering.prove_number(client)
    assert client.post("/register/agent/", registering.PERSON).status_code == 302
    client.get("/register/done/")


def _adds_an_agent(client: Client, unit: Unit) -> Agent:
    """After wrong tries, under the name and as the agent."""
    for name in (unit.slug, registering.MOBILE):
        assert try_sign_in(client, name, WRONG).status_code == 200
    assert try_sign_in(client, unit.slug).status_code == 302
    adding.prove(client, unit)
    assert adding.complete(client, unit).status_code == 302
    agent = Agent.objects.get(account__name=adding.MOBILE)
    for name in ("agent-edit", "agent-number", "agent-password", "agent-permissions"):
        client.get(adding.address_of(name, unit, agent.pk))
    permissions = adding.address_of("agent-permissions", unit, agent.pk)
    assert client.post(permissions, {"business": ["maker-query"]}).status_code == 302
    number = adding.address_of("agent-number", unit, agent.pk)
    assert client.post(number, {"reason": "核对备案表"}).status_code == 200
    assert client.post(adding.address_of("agent-password", unit, agent.pk)).status_code == 302
    return agent


def _recovers_and_works(client: Client, unit: Unit, agent: Agent) -> None:
    """The new agent sets a password, asks for a business, opens a page, writes to staff."""
    # As if a minute had passed since the code by which it was added.
    forget(Limit("sms-mobile-60", agent.mobile, 1, 60))
    recovering.ask_for_code(client, agent.mobile)
    code = recovering.code_for(agent.mobile)
    assert recovering.finish(client, code).status_code == 302
    assert try_sign_in(client, agent.mobile, RECOVERED).status_code == 302
    ask = reverse("accounts:access-request", args=[unit.slug, "maker-upload"])
    assert client.post(ask, {"reason": "要上传"}).status_code == 302
    client.get(reverse("tracing:maker-query", args=[unit.slug]))
    assert client.post("/help/feedback/", {"text": "看不到页面"}).status_code == 302


def _changes_itself(client: Client, unit: Unit) -> None:
    """The unit changes its password and its contact number."""
    words = {"password": PASSWORD, "new_password": CHANGED, "again": CHANGED}
    assert client.post("/account/password/", words).status_code == 302
    ask_for_code(client, "/account/contact/", CONTACT)
    code = code_for(SmsCode.Purpose.CONTACT, CONTACT)
    sent = {"mobile": CONTACT, "sms_code": code, "password": CHANGED}
    assert client.post("/account/contact/", sent).status_code == 302
    unit.refresh_from_db()
    assert unit.contact_mobile == CONTACT


def _looks_at_everything(unit_client: Client, agent_client: Client, unit: Unit) -> None:
    """Each opens every page that takes no more than the unit."""
    pages = ["/account/", "/sessions/", "/notices/", "/units/", "/help/faq/", "/close/"]
    pages += [f"/account/{name}/" for name in ("password", "contact", "reach", "document")]
    pages += [reverse(tab.address, args=[unit.slug]) for tab in TABS]
    for page in pages:
        unit_client.get(page)
        agent_client.get(page)
    export = unit_client.post(reverse("accounts:log-export", args=[unit.slug]))
    assert export.status_code == 200


def _staff_looks(client: Client, unit: Unit, agent: Agent) -> None:
    account = staff.with_factor(staff.staff_account("staff1", superuser=True))
    staff.first_step(client, account.name)
    assert staff.second_step(client, staff.code_of()).status_code == 302
    pages = ["/admin/"]
    for model, row in (("unit", unit), ("agent", agent)):
        pages += [f"/admin/accounts/{model}/", f"/admin/accounts/{model}/{row.pk}/change/"]
    pages += [f"/admin/accounts/{name}/" for name in ("operationlog", "authorization", "feedback")]
    for page in pages:
        assert client.get(page).status_code == 200


def test_the_operation_log_keeps_quiet(lived: None, secrets: dict[str, str]) -> None:
    entries = {
        f"{entry.action} {entry.pk}": f"{entry.target} {entry.before} {entry.after}"
        for entry in OperationLog.everything.all()
    }
    assert {name.split()[0] for name in entries} >= {
        "unit-registered",
        "member-added",
        "identity-shown",
        "password-recovered",
        "password-changed",
        "contact-changed",
        "access-requested",
        "log-exported",
        "staff-signed-in",
    }
    assert list(found_in(entries, secrets)) == []


def test_notices_keep_quiet(lived: None, secrets: dict[str, str]) -> None:
    rows = Notice.objects.all()
    told = {f"{row.code} {row.pk}": f"{row.detail} {message(row).text}" for row in rows}
    assert len(told) >= 3
    assert list(found_in(told, secrets)) == []


def test_logs_keep_quiet(
    lived: None, secrets: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    lines = {
        f"{record.name}: {record.msg}": f"{record.getMessage()} {record.__dict__}"
        for record in [*caplog.get_records("setup"), *caplog.records]
    }
    assert lines
    assert list(found_in(lines, secrets)) == []


def test_pages_keep_quiet(lived: None, secrets: dict[str, str], shown: list[Shown]) -> None:
    assert len(shown) > 50
    told: list[str] = []
    for number, answer in enumerate(shown):
        hidden = {kind: secret for kind, secret in secrets.items() if secret not in answer.sent}
        if SHOWS_IDENTITY in answer.request and answer.request.startswith("POST"):
            hidden.pop("the second agent's number")
        told += found_in({f"{number} {answer.request}": answer.text}, hidden)
    assert told == []
