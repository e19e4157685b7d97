"""Repeated failures lock one account at one address, however the account was typed."""

import time
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.signing_in.lockout import lock_sentence
from accounts.units.models import Unit
from portal.lib.refused import refusal
from tests.accounts.signing_in.signing import try_sign_in
from tests.factories import AgentFactory
from tests.people import Side

pytestmark = pytest.mark.django_db
OFFICE = "198.51.100.7"


def fail(client: Client, name: str, times: int, address: str = OFFICE) -> Any:
    """Fail to sign in some times; return the last answer."""
    answer = None
    for _ in range(times):
        answer = try_sign_in(client, name, password="wrong", REMOTE_ADDR=address)
    return answer


def test_a_locked_account_is_told_why_and_for_how_long(client: Client, maker: Side) -> None:
    assert fail(client, maker.unit.slug, settings.AXES_FAILURE_LIMIT - 1).status_code == 200
    answer = fail(client, maker.unit.slug, 1)
    assert answer.status_code == 429
    page = answer.content.decode()
    assert lock_sentence() in page
    assert lock_sentence() == refusal("sign_in_paused", times="5", minutes="15").message
    assert "15 分钟" in page
    assert f'value="{maker.unit.slug}"' in page
    right = try_sign_in(client, maker.unit.slug, REMOTE_ADDR=OFFICE)
    assert right.status_code == 429
    assert "_auth_user_id" not in client.session


def test_every_way_of_typing_the_account_counts_together(client: Client, maker: Side) -> None:
    unit: Unit = maker.unit
    for typed in (unit.slug, unit.slug.upper(), f" {unit.slug}", unit.uscc):
        assert fail(client, typed, 1).status_code == 200
    assert fail(client, unit.uscc.lower(), 1).status_code == 429


def test_a_mobile_with_its_country_counts_as_the_same(client: Client, maker: Side) -> None:
    assert fail(client, maker.agent.mobile, 4).status_code == 200
    assert fail(client, f"+86 {maker.agent.mobile}", 1).status_code == 429


def test_the_rest_of_the_office_goes_on_working(client: Client, maker: Side) -> None:
    colleague = AgentFactory.create(units=[maker.unit])
    assert fail(client, maker.agent.mobile, 6).status_code == 429
    assert try_sign_in(client, colleague.mobile, REMOTE_ADDR=OFFICE).status_code == 302


def test_the_account_goes_on_working_elsewhere(client: Client, maker: Side) -> None:
    assert fail(client, maker.agent.mobile, 6).status_code == 429
    assert try_sign_in(client, maker.agent.mobile, REMOTE_ADDR="203.0.113.5").status_code == 302


def test_a_success_forgets_the_failures_before(client: Client, maker: Side) -> None:
    for _ in range(2):
        assert fail(client, maker.unit.uscc, 4).status_code == 200
        assert try_sign_in(client, maker.unit.slug, REMOTE_ADDR=OFFICE).status_code == 302
        client.post("/logout/")


def test_a_wrong_picture_code_is_no_failure(client: Client, maker: Side) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        try_sign_in(client, maker.unit.slug, password="wrong", code="nope", REMOTE_ADDR=OFFICE)
    assert try_sign_in(client, maker.unit.slug, REMOTE_ADDR=OFFICE).status_code == 302


def test_a_name_nobody_holds_locks_alike(client: Client) -> None:
    assert fail(client, "nobody1", 4).status_code == 200
    answer = fail(client, "NOBODY1", 1)
    assert answer.status_code == 429
    assert lock_sentence() in answer.content.decode()


def test_the_lock_ends_by_itself_and_tries_do_not_prolong_it(
    client: Client, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(client, maker.unit.slug, 5)
    locked_at = AccessAttempt.objects.get().attempt_time
    fail(client, maker.unit.slug, 3)
    assert AccessAttempt.objects.get().attempt_time == locked_at
    passed = settings.AXES_COOLOFF_TIME + timedelta(seconds=1)
    AccessAttempt.objects.update(attempt_time=timezone.now() - passed)
    later = time.time_ns() + int(passed.total_seconds()) * 10**9
    monkeypatch.setattr("accounts.core.limits.time.time_ns", lambda: later)
    assert try_sign_in(client, maker.unit.slug, REMOTE_ADDR=OFFICE).status_code == 302


def test_no_password_is_kept_with_the_failures(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.unit.slug, password="Secret-Word-1", REMOTE_ADDR=OFFICE)
    attempt = AccessAttempt.objects.get()
    assert "Secret-Word-1" not in attempt.post_data + attempt.get_data
