"""A mobile number proven in a session: for one purpose, for a while, until it has served."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from accounts.signing_in import proven_numbers
from accounts.signing_in.models import SmsCode
from tests.people import Side

pytestmark = pytest.mark.django_db

MOBILE = "19900040001"
REGISTER, RECOVER = SmsCode.Purpose.REGISTER, SmsCode.Purpose.RECOVER


@pytest.fixture
def visitor() -> HttpRequest:
    """A request of somebody who is not signed in, in a session of its own."""
    request = HttpRequest()
    request.session = SessionStore()
    request.session.create()
    request.user = AnonymousUser()
    return request


def test_a_proof_serves_its_own_purpose_until_it_is_forgotten(visitor: HttpRequest) -> None:
    assert proven_numbers.proved(visitor, REGISTER) is None
    proven_numbers.prove(visitor, REGISTER, MOBILE)
    assert proven_numbers.proved(visitor, REGISTER) == MOBILE
    assert proven_numbers.proved(visitor, RECOVER) is None
    proven_numbers.prove(visitor, RECOVER, "19900040002")
    proven_numbers.forget(visitor, REGISTER)
    assert proven_numbers.proved(visitor, REGISTER) is None
    assert proven_numbers.proved(visitor, RECOVER) == "19900040002"
    proven_numbers.forget(visitor, REGISTER)


def test_a_proof_ends_after_a_while(visitor: HttpRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_800_000_000.0]
    monkeypatch.setattr("accounts.signing_in.proven_numbers.time.time", lambda: now[0])
    proven_numbers.prove(visitor, REGISTER, MOBILE)
    now[0] += proven_numbers.LIFE.total_seconds() - 1
    assert proven_numbers.proved(visitor, REGISTER) == MOBILE
    now[0] += 1
    assert proven_numbers.proved(visitor, REGISTER) is None


def test_a_key_known_to_somebody_else_does_not_share_the_proof(visitor: HttpRequest) -> None:
    planted = visitor.session.session_key
    proven_numbers.prove(visitor, REGISTER, MOBILE)
    visitor.session.save()
    assert visitor.session.session_key != planted
    assert SessionStore(planted).get(proven_numbers.KEY) is None


def test_somebody_signed_in_keeps_the_session_of_all_tabs(
    visitor: HttpRequest, maker: Side
) -> None:
    visitor.user = maker.unit.account
    key = visitor.session.session_key
    proven_numbers.prove(visitor, REGISTER, MOBILE)
    assert visitor.session.session_key == key
