"""Signing in under attack: one picture for many at once, and what the logs keep quiet about."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.signing_in.pictures import new_picture, redeem
from tests.accounts.signing_in.signing import answer_to, key_on, try_sign_in
from tests.factories import PASSWORD
from tests.people import Side

AT_ONCE = 6


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_with_one_picture_one_is_right() -> None:
    for _ in range(10):
        request = RequestFactory().post("/login/")
        picture = new_picture(request)
        answer = answer_to(picture.key)
        gate = Barrier(AT_ONCE)

        def attempt(
            _number: int,
            request: HttpRequest = request,
            key: str = picture.key,
            answer: str = answer,
            gate: Barrier = gate,
        ) -> bool:
            try:
                gate.wait()
                return redeem(request, key, answer)
            finally:
                connection.close()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert sum(pool.map(attempt, range(AT_ONCE))) == 1


@pytest.mark.parametrize("code", ["", "wrong", "tes", "test ", "TEST", "ｔｅｓｔ"])
def test_only_the_right_code_gets_past_the_picture(client: Client, maker: Side, code: str) -> None:
    try_sign_in(client, maker.agent.mobile, code=code)
    right = code.strip().lower() in ("test", "ｔｅｓｔ")
    assert ("_auth_user_id" in client.session) is right


def test_a_key_of_someone_elses_making_is_no_session(client: Client, maker: Side) -> None:
    given = "a" * 32
    client.cookies["sessionid"] = given
    try_sign_in(client, maker.agent.mobile)
    assert client.cookies["sessionid"].value != given
    thief = Client(headers={"cookie": f"sessionid={given}"})
    assert thief.get(f"/u/{maker.unit.slug}/").status_code == 302


def test_after_signing_out_the_old_key_opens_nothing(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.agent.mobile)
    key = client.cookies["sessionid"].value
    client.post("/logout/")
    thief = Client(headers={"cookie": f"sessionid={key}"})
    assert thief.get(f"/u/{maker.unit.slug}/").status_code == 302


def test_the_logs_keep_quiet(client: Client, maker: Side, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    picture = key_on(client.get("/login/"))
    for _ in range(6):
        try_sign_in(client, maker.agent.mobile, password="Wrong-Secret-1")
    try_sign_in(client, maker.unit.slug)
    client.get("/nowhere/")
    client.post("/units/")
    assert caplog.text
    session = client.cookies["sessionid"].value
    for secret in (maker.agent.mobile, "Wrong-Secret-1", PASSWORD, picture, session):
        assert secret not in caplog.text
