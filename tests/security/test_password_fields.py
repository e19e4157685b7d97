"""The fields of passwords, wherever a page has one (ASVS 6.2.6 to 6.2.9, 14.2.1)."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.signing_in.passwords import MOST
from tests.access_outside import OUTSIDE_TABLE
from tests.accounts.signing_in.signing import answer_to, key_on, try_sign_in
from tests.accounts.staff.staff import staff_account, with_factor
from tests.factories import PASSWORD
from tests.people import Side
from tests.walking import client_for

FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.DOTALL)
FIELD = re.compile(r"<input\b[^>]*\bname=\"(?:\w*password|again)\"[^>]*>")


def fields_on(content: str) -> list[str]:
    """The password fields of a page; each form that has one must be sent by POST."""
    found = []
    for form in FORM.finditer(content):
        if fields := FIELD.findall(form["body"]):
            assert 'method="post"' in form["head"]
            found += fields
    assert len(found) == len(FIELD.findall(content)), "a password field outside of every form"
    return found


@pytest.mark.parametrize("who", ["nobody", "agent", "unit", "staff"])
def test_password_fields_hide_take_everything_and_are_sent_by_post(who: str, maker: Side) -> None:
    client, seen = client_for(who, maker), 0
    for row in OUTSIDE_TABLE:
        arguments, data = row.make(maker)
        address = reverse(row.name, kwargs=arguments)
        if row.method != "GET" or row.answer(who) != 200:
            continue
        content = b"".join(client.get(address, data)).decode(errors="replace")
        for field in fields_on(content):
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field), field
            assert "maxlength" not in field, "the browser would cut off what is pasted"
            seen += 1
    assert seen >= 3


def test_the_longest_password_counts_to_its_last_character(client: Client, maker: Side) -> None:
    account, password = maker.agent.account, ("kzmw tqrb 2931 熊猫" * 10)[: MOST - 1] + "X"
    account.set_password(password)
    account.save()
    assert len(password) == MOST
    assert try_sign_in(client, maker.agent.mobile, password[:-1] + "x").status_code == 200
    assert try_sign_in(client, maker.agent.mobile, password[:-1]).status_code == 200
    assert try_sign_in(client, maker.agent.mobile, password).status_code == 302


@pytest.mark.parametrize("address", ["/login/", "/admin/login/"])
def test_a_password_in_an_address_signs_nobody_in(
    address: str, client: Client, maker: Side
) -> None:
    name = maker.agent.mobile
    if address != "/login/":
        name = with_factor(staff_account()).name
    key = key_on(client.get(address))
    sent: dict[str, Any] = {
        "username": name,
        "password": PASSWORD,
        "captcha_0": key,
        "captcha_1": answer_to(key),
    }
    answer = client.get(address, sent)
    assert answer.status_code == 200
    assert PASSWORD not in answer.content.decode()
    assert not client.session.keys() & {"_auth_user_id", "staff-waiting"}
