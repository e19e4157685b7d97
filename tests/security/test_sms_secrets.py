"""What is known of a code and a number outside the database and the SMS: nothing."""

import logging

import pytest
from django.test import Client

from accounts.core.origin import Origin
from accounts.log.models import OperationLog
from accounts.signing_in.actions_sms import request_sms_code
from accounts.signing_in.models import SmsCode
from portal.celery import app
from tests.accounts.signing_in.sms import ask_for_code, code_for
from tests.accounts.units.registering import MOBILE, PERSON, REGISTER, prove_number, up_to_agent
from tests.factories import PASSWORD


def test_the_message_to_the_worker_holds_no_code_and_no_number(transactional_db: None) -> None:
    with app.connection_for_read() as connection, connection.SimpleQueue("quick") as queue:
        queue.clear()
        request_sms_code(REGISTER, MOBILE, origin=Origin("192.0.2.1"))
        message = queue.get(timeout=10)
        message.ack()
    sent = f"{message.headers}{message.properties}{message.payload}"
    row = SmsCode.objects.get()
    assert "send_sms_code" in sent
    for secret in (MOBILE, row.sealed, row.digest):
        assert secret not in sent


@pytest.mark.django_db
def test_the_logs_and_pages_of_a_registration_keep_quiet(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    up_to_agent(client)
    asked = ask_for_code(client, "/register/agent/", MOBILE).content.decode()
    code = code_for(REGISTER, MOBILE)
    assert code not in asked
    client.post("/register/agent/", {"mobile": MOBILE, "sms_code": code})
    proven = client.get("/register/agent/").content.decode()
    assert MOBILE not in proven
    client.post("/register/agent/", PERSON)
    done = client.get("/register/done/").content.decode()
    told = "".join(f"{e.target}{e.before}{e.after}" for e in OperationLog.everything.all())
    for secret in (MOBILE, PERSON["id_number"], PASSWORD, PERSON["password"]):
        assert secret not in caplog.text
        assert secret not in done
        assert secret not in told
    assert code not in caplog.text


@pytest.mark.django_db
def test_a_fault_does_not_show_what_was_typed(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    up_to_agent(client)
    prove_number(client)

    def fail(**given: object) -> None:
        raise RuntimeError("the fault itself")

    monkeypatch.setattr("accounts.units.views_registration.register_unit", fail)
    client.raise_request_exception = False
    answer = client.post("/register/agent/", PERSON)
    assert answer.status_code == 500
    for secret in (MOBILE, PERSON["id_number"], PASSWORD, PERSON["password"]):
        assert secret not in caplog.text
        assert secret not in answer.content.decode()
