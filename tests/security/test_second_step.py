"""The second step of a sign-in under attack: no way round it, and one session for one code."""

import ast
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.signing_in.models import SignIn
from accounts.tasks import send_sms_code
from tests.accounts.signing_in.second_steps import PURPOSE, asked, codes, give, later
from tests.accounts.signing_in.session_of import home
from tests.accounts.signing_in.sms import code_for
from tests.people import Side
from tests.structure import ROOT, sources

AT_ONCE = 8


@pytest.fixture(autouse=True)
def asking(settings: Settings) -> None:
    """New browsers are asked for a code."""
    settings.PORTAL_SIGN_IN_SMS = "new-device"


def test_two_places_sign_somebody_in() -> None:
    """The second step is asked for before the one, and is the one-time code of staff before the
    other."""
    found = {
        str(file.relative_to(ROOT))
        for file in sources("accounts", "portal", "tracing")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"login", "force_login"}
        if isinstance(node.value, ast.Name) and node.value.id in {"auth", "client"}
    }
    assert found - {"tracing/benchmarks/query_ways.py"} == {
        "accounts/staff/views_sign_in.py",
        "accounts/signing_in/views_signed_in.py",
    }


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_with_one_code_one_signs_in(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(send_sms_code, "delay", told.append)
    for number in range(3):
        client = Client()
        asked(client, maker.agent.mobile)
        code = code_for(PURPOSE, maker.agent.mobile)
        cookies, gate = client.cookies, Barrier(AT_ONCE)

        def attempt(_: int, cookies: Any = cookies, code: str = code, gate: Barrier = gate) -> bool:
            try:
                one = Client(raise_request_exception=False)
                one.cookies = cookies.copy()
                gate.wait()
                return str(give(one, code).get("Location")) == home(maker)
            finally:
                connection.close()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert sum(pool.map(attempt, range(AT_ONCE))) == 1
        assert SignIn.objects.count() == number + 1
        later(monkeypatch)
    assert len(told) == codes() == 3
