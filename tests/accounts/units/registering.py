"""Registering a unit through the pages, as a browser does."""

from typing import Any

from django.test import Client

from accounts.signing_in.models import SmsCode
from portal.lib.identifiers import id_number_check_digit
from tests.accounts.signing_in.sms import ask_for_code, code_for
from tests.factories import PASSWORD, uscc

REGISTER = SmsCode.Purpose.REGISTER
MOBILE = "19912340001"


def id_number(first_17: str = "11010119900307001") -> str:
    """Return an identity card's number with a good check digit; nobody has it."""
    return first_17 + id_number_check_digit(first_17)


ACCOUNT = {"account_name": "newmaker1", "password": PASSWORD, "again": PASSWORD}
ENTERPRISE: dict[str, Any] = {
    "name": "新生测试药业有限公司",
    "uscc": uscc(4_000_001),
    "kinds": ["maker"],
    "org_type": "药品生产企业",
    "admdvs": "",
    "legal_name": "法测试",
    "legal_id_type": "01",
    "legal_id_number": id_number(),
}
PERSON = {
    "name": "经测试",
    "id_type": "01",
    "id_number": id_number("11010119910307002"),
    "id_term": "ever",
    "email": "agent@example.com",
    "address": "北京市测试路 1 号",
    "postcode": "100000",
    "password": "Jingban-2026",
    "again": "Jingban-2026",
}


def up_to_agent(client: Client, **enterprise: Any) -> None:
    """Fill in the first two steps."""
    assert client.post("/register/", ACCOUNT).status_code == 302
    answer = client.post("/register/enterprise/", {**ENTERPRISE, **enterprise})
    assert answer.status_code == 302, answer.content.decode()


def prove_number(client: Client, mobile: str = MOBILE) -> Any:
    """Prove the number by SMS; returns the answer."""
    ask_for_code(client, "/register/agent/", mobile)
    data = {"mobile": mobile, "sms_code": code_for(REGISTER, mobile)}
    return client.post("/register/agent/", data)
