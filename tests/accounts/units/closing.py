"""账号注销 through its page, and people who have something to lose."""

from typing import Any

from django.test import Client

from accounts.signing_in.models import SmsCode
from tests.accounts.signing_in.recovering import newest_code
from tests.accounts.signing_in.signing import answer_to, key_on
from tests.factories import PASSWORD, UnitFactory
from tests.people import Side, side

CARD, CONTACT = "110101199003070716", "19700000001"


def whole_side() -> Side:
    """Make a maker with a contact number, whose agent has given all its data."""
    made = side(UnitFactory.create(contact_mobile=CONTACT, legal_name="法人甲", contact_name="乙"))
    agent = made.agent
    agent.id_type, agent.id_number, agent.id_valid_for_ever = "01", CARD, True
    agent.email, agent.address, agent.postcode = "a@b.cn", "某地", "100000"
    agent.save()
    return made


def text_of(page: Any) -> str:
    text: str = page.content.decode()
    return text


def ask_code(client: Client) -> Any:
    key = key_on(client.get("/close/"))
    return client.post("/close/", {"captcha_0": key, "captcha_1": answer_to(key), "send": "1"})


def close(client: Client, mobile: str, **data: str) -> Any:
    """Ask for a code and send the form with everything right but `data`."""
    ask_code(client)
    sent = {"password": PASSWORD, "sms_code": newest_code(mobile, SmsCode.Purpose.CLOSE)}
    return client.post("/close/", sent | data)
