"""Adding agents through the pages, as a unit account does."""

import re
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.agents.identity import Person
from accounts.signing_in.models import SmsCode
from accounts.units.models import Unit
from portal.lib.identifiers import id_number_check_digit
from tests.accounts.signing_in.sms import ask_for_code, code_for

MEMBER = SmsCode.Purpose.MEMBER
MOBILE = "19912345678"
# Region 990000 does not exist, so nobody has this number.
ID_NUMBER = "99000019900307002" + id_number_check_digit("99000019900307002")
PERSON = Person(
    name="经测试",
    id_type="01",
    id_number=ID_NUMBER,
    id_valid_until=date(2099, 1, 31),
    email="agent@example.com",
    address="测试市测试路 1 号",
    postcode="990000",
)
FORM = {
    "name": PERSON.name,
    "id_type": PERSON.id_type,
    "id_number": ID_NUMBER,
    "id_term": "other",
    "id_valid_until": "2099-01-31",
    "email": PERSON.email,
    "address": PERSON.address,
    "postcode": PERSON.postcode,
}
# What is another on each page: the tokens of forms, and the picture with its address.
ONCE = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|name="captcha_0" value="[0-9a-f-]+"'
    r'|src="/login/picture/[^"]+"|hx-headers=\'[^\']+\''
)


def address_of(name: str, unit: Unit, *more: Any) -> str:
    """The address of a page of this unit."""
    return reverse(f"accounts:{name}", args=[unit.slug, *more])


def prove(client: Client, unit: Unit, mobile: str = MOBILE, **more: Any) -> Any:
    """发送验证码, then 确定 with the code that was sent."""
    address = address_of("agent-add", unit)
    ask_for_code(client, address, mobile)
    data = {"mobile": mobile, "sms_code": code_for(MEMBER, mobile), **more}
    return client.post(address, data)


def complete(client: Client, unit: Unit, **more: str) -> Any:
    """Send the second form."""
    return client.post(address_of("agent-add-person", unit), {**FORM, **more})


def words(answer: Any) -> str:
    """What a page says, after redirects were followed."""
    return str(answer.content.decode())


def same_for_all(answer: HttpResponse) -> str:
    """A page without what is another each time."""
    return ONCE.sub("", words(answer))
