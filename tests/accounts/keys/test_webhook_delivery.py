"""Events arrive, signed, once or more often; what fails is tried again, and then given up."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.keys import webhook_delivery, webhook_events, webhook_sending
from accounts.keys.models_webhooks import (
    KEPT,
    DeliveryState,
    Event,
    Pause,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from accounts.keys.webhook_delivery import (
    LEASE,
    MOST_ATTEMPTS,
    OF_ONE_UNIT,
    PAUSES,
    claim,
    deliver,
    finish,
)
from accounts.keys.webhook_events import tell
from accounts.keys.webhook_sending import Outcome
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.rights.models import Authorization
from portal.lib.posting import Answer, TooSlow
from portal.lib.refused import refusal
from tests.accounts.keys.webhooks import SECRET, event_for, webhook_of
from tests.people import Side
from tests.receivers import plain, receiver

pytestmark = pytest.mark.django_db

ARRIVED = Outcome(200, "ok", None)
FAILED = Outcome(500, "oh", refusal("webhook_answered", status="500"))


@pytest.fixture
def private(settings: Settings) -> None:
    """Webhooks may lead to this machine."""
    settings.PORTAL_WEBHOOK_PRIVATE = True


def later(webhook: Webhook, by: timedelta) -> None:
    """As if this time had passed for a webhook and all that waits for it."""
    for delivery in WebhookDelivery.everything.filter(webhook=webhook):
        delivery.next_at -= by
        delivery.save()
    webhook.refresh_from_db()
    if webhook.rests_until:
        webhook.rests_until -= by
        webhook.save()


def fail(webhook: Webhook) -> None:
    """Make the attempt that is due; it fails."""
    (claimed,) = claim(1)
    finish(claimed, FAILED)
    webhook.refresh_from_db()


def test_an_event_arrives_signed(maker: Side, private: None) -> None:
    with receiver(plain(body=b"\x00taken 19900001234\n")) as there:
        webhook = webhook_of(maker, f"http://127.0.0.1:{there.port}/in")
        tell(maker.unit, Event.UPLOAD, {"result": "stored", "created": 3})
        deliver()
    (came,) = there.received
    delivery = WebhookDelivery.objects.of(maker.unit).get()
    message = json.loads(came.body)
    assert message == {
        "event": "upload-finished",
        "id": str(delivery.event_id),
        "time": message["time"],
        "unit": maker.unit.uscc,
        "data": {"result": "stored", "created": 3},
    }
    assert came.headers["portal-webhook-id"] == message["id"]
    signed = f"{came.headers['portal-timestamp']}\n{message['id']}\n".encode() + came.body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert came.headers["portal-signature"] == expected
    assert (delivery.state, delivery.status, delivery.attempts) == ("arrived", 200, 1)
    assert delivery.answer == " taken 199*****234 "
    webhook.refresh_from_db()
    assert webhook.failures == 0


def test_without_the_setting_nothing_is_sent_to_this_machine(maker: Side) -> None:
    with receiver() as there:
        webhook = webhook_of(maker, f"https://127.0.0.1:{there.port}/in")
        event_for(webhook, maker.unit)
        deliver()
    assert there.received == []
    delivery = WebhookDelivery.objects.of(maker.unit).get()
    assert delivery.failure_code == "webhook_not_public"
    assert "127.0.0.1" in str(delivery.failure and delivery.failure.message)


def test_a_name_that_changes_is_looked_up_once_and_judged_each_time(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that was public when it was judged, and is private whenever it is asked again."""
    asked: list[str] = []
    posted: list[list[str]] = []

    def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    def noted(target: Any, addresses: list[str], *_: Any) -> Any:
        posted.append(addresses)
        return Answer(200, b"")

    monkeypatch.setattr("portal.lib.outside.looked_up", changing)
    monkeypatch.setattr(webhook_sending, "post", noted)
    webhook = webhook_of(maker)
    event_for(webhook, maker.unit)
    event_for(webhook, maker.unit)
    deliver()
    # The first went to the very address that was judged; the second was refused.
    assert posted == [["8.8.8.8"]]
    assert asked == ["hooks.firm.cn"] * 2
    states = WebhookDelivery.objects.of(maker.unit).order_by("pk").values_list("failure_code")
    assert [code for (code,) in states] == [None, "webhook_not_public"]


def test_no_redirect_is_followed(maker: Side, private: None) -> None:
    with receiver() as elsewhere:
        away = plain("307 Temporary Redirect", Location=f"http://127.0.0.1:{elsewhere.port}/")
        with receiver(away) as there:
            event_for(webhook_of(maker, f"http://127.0.0.1:{there.port}/"), maker.unit)
            deliver()
    assert (len(there.received), elsewhere.received) == (1, [])
    delivery = WebhookDelivery.objects.of(maker.unit).get()
    assert (delivery.status, delivery.failure_code) == (307, "webhook_redirects")
    assert delivery.state == DeliveryState.WAITING


@pytest.mark.parametrize(
    ("status", "code"),
    [("204 None", None), ("404 Gone", "webhook_answered"), ("503 Busy", "webhook_answered")],
)
def test_only_an_answer_of_2xx_is_success(
    maker: Side, private: None, status: str, code: str | None
) -> None:
    with receiver(plain(status, b"")) as there:
        event_for(webhook_of(maker, f"http://localhost:{there.port}/"), maker.unit)
        deliver()
    delivery = WebhookDelivery.objects.of(maker.unit).get()
    assert delivery.failure_code == code
    assert delivery.status == int(status[:3])


def test_what_prevents_an_answer_is_told(
    maker: Side, private: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = webhook_sending.Message

    def code(url: str) -> str | None:
        sent = webhook_sending.send(message(url, SECRET, WebhookDelivery().event_id, "{}"))
        return sent.failure.code if sent.failure else None

    with receiver(lambda _: iter([b"220 mail\r\n\r\n"])) as there:
        assert code(f"http://127.0.0.1:{there.port}/") == "webhook_unreachable"
    assert code(f"http://127.0.0.1:{there.port}/") == "webhook_unreachable"
    assert code("https://no_name.cn/") == "webhook_address"

    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    monkeypatch.setattr("portal.lib.outside.looked_up", unknown)
    assert code("https://hooks.firm.cn/") == "webhook_name_unknown"


def test_a_connection_that_is_not_encrypted_or_does_not_end_is_told(
    private: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = webhook_sending.Message("", SECRET, WebhookDelivery().event_id, "{}")

    def fails(with_: Exception) -> str:
        def post(*_: object) -> Answer:
            raise with_

        monkeypatch.setattr(webhook_sending, "post", post)
        outcome = webhook_sending.send(message._replace(url="https://127.0.0.1/"))
        assert (outcome.status, outcome.answer) == (None, "")
        return outcome.failure.code if outcome.failure else ""

    assert fails(TooSlow()) == "webhook_too_slow"
    assert fails(ssl.SSLCertVerificationError("no")) == "webhook_not_encrypted"
    assert fails(ConnectionResetError()) == "webhook_unreachable"


def test_attempts_are_further_and_further_apart_and_end(maker: Side) -> None:
    webhook = webhook_of(maker)
    delivery = event_for(webhook, maker.unit)
    for number, pause in enumerate(PAUSES, 1):
        fail(webhook)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("waiting", number)
        assert delivery.next_at - timezone.now() > pause - timedelta(minutes=1)
        assert claim(1) == []
        later(webhook, pause)
    assert not Notice.objects.exists()
    fail(webhook)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", MOST_ATTEMPTS)
    assert delivery.failure_code == "webhook_answered"
    # It failed as often without one success in between: it is paused, and its holder told once.
    assert (webhook.state, webhook.paused_why) == (WebhookState.PAUSED, Pause.FAILING)
    notice = Notice.objects.get()
    assert (notice.account, notice.code) == (maker.agent.account, "webhook-paused")
    assert OperationLog.everything.filter(action="webhook-paused", account=None).count() == 1


def test_an_event_that_alone_is_refused_is_given_up_and_the_webhook_lives(maker: Side) -> None:
    webhook = webhook_of(maker)
    for _ in range(2):
        event_for(webhook, maker.unit)
        delivery = WebhookDelivery.everything.latest("pk")
        delivery.attempts = MOST_ATTEMPTS - 1
        delivery.save()
        fail(webhook)
        later(webhook, LEASE)
        event_for(webhook, maker.unit)
        finish(claim(1)[0], ARRIVED)
        webhook.refresh_from_db()
        assert (webhook.state, webhook.failures, webhook.rests_until) == ("live", 0, None)
    assert WebhookDelivery.everything.filter(state=DeliveryState.FAILED).count() == 2
    # The second was given up on the same day.
    assert [notice.code for notice in Notice.objects.all()] == ["webhook-gave-up"]


def test_a_webhook_that_failed_rests_with_everything_that_waits(maker: Side) -> None:
    webhook = webhook_of(maker)
    for _ in range(3):
        event_for(webhook, maker.unit)
    fail(webhook)
    assert claim(8) == []
    later(webhook, PAUSES[0])
    (claimed,) = claim(8)
    finish(claimed, ARRIVED)
    assert len(claim(8)) == 1


def test_two_workers_never_make_one_attempt(maker: Side) -> None:
    webhook = webhook_of(maker)
    delivery = event_for(webhook, maker.unit)
    (claimed,) = claim(8)
    assert claim(8) == []
    # Its worker is killed: the attempt is made again, and what the first one found counts no more.
    later(webhook, LEASE)
    (again,) = claim(8)
    assert again.message.event_id == claimed.message.event_id
    assert again.message.body == claimed.message.body
    finish(claimed, FAILED)
    delivery.refresh_from_db()
    assert (delivery.failure_code, delivery.claim) == (None, again.token)
    finish(again, ARRIVED)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("arrived", 2)


def test_webhooks_take_turns_and_no_unit_takes_all(maker: Side, distributor: Side) -> None:
    """Those that were tried longest ago come first, one attempt of each, few of a unit."""
    of_one = [webhook_of(maker) for _ in range(OF_ONE_UNIT + 1)]
    for webhook in of_one:
        for _ in range(2):
            event_for(webhook, maker.unit)
    other = event_for(webhook_of(distributor), distributor.unit)
    first = claim(8)
    assert len(first) == OF_ONE_UNIT + 1
    assert first[-1].delivery_id == other.pk
    assert len({one.webhook_id for one in first}) == len(first)
    assert claim(8) == []
    finish(first[0], ARRIVED)
    (second,) = claim(8)
    assert second.webhook_id == of_one[-1].pk


@pytest.mark.parametrize("without", ["holder", "approval", "life"])
def test_a_unit_that_may_do_no_business_is_sent_nothing(maker: Side, without: str) -> None:
    webhook = webhook_of(maker)
    event_for(webhook, maker.unit)
    if without == "holder":
        held = Authorization.objects.of(maker.unit).filter(business="api-self-service")
        held.update(revoked_at=timezone.now())
        tell(maker.unit, Event.UPLOAD, {})
    elif without == "approval":
        maker.unit.approved_at = None
        maker.unit.save()
    else:
        webhook.state, webhook.paused_why = WebhookState.PAUSED, Pause.ASKED
        webhook.save()
        tell(maker.unit, Event.UPLOAD, {})
    assert claim(8) == []
    assert WebhookDelivery.everything.count() == 1


def test_who_wants_to_know_is_told_the_same_event(maker: Side, distributor: Side) -> None:
    webhook_of(maker)
    webhook_of(maker, events=[Event.ROWS])
    webhook_of(maker, events=[Event.EXPORT, Event.UNDO])
    webhook_of(distributor)
    tell(maker.unit, Event.EXPORT, {"rows": 3})
    told = WebhookDelivery.everything.all()
    assert {row.unit for row in told} == {maker.unit}
    assert len(told) == 2
    assert len({row.event_id for row in told}) == 1


def test_a_unit_without_webhooks_costs_one_statement(
    maker: Side, distributor: Side, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    webhook_of(distributor)
    with django_assert_num_queries(1):
        tell(maker.unit, Event.UPLOAD, {})


def test_too_much_that_waits_pauses_the_webhook(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_events, "MOST_WAITING", 2)
    webhook = webhook_of(maker)
    for _ in range(4):
        tell(maker.unit, Event.UPLOAD, {})
    webhook.refresh_from_db()
    assert (webhook.state, webhook.paused_why) == (WebhookState.PAUSED, Pause.FULL)
    assert WebhookDelivery.everything.count() == 2
    assert Notice.objects.get().detail["why"] == Pause.FULL.label


def test_what_is_old_is_forgotten(maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_delivery, "SWEPT", 2)
    webhook = webhook_of(maker)
    kept = event_for(webhook, maker.unit)
    for _ in range(3):
        old = event_for(webhook, maker.unit)
        old.made_at = timezone.now() - KEPT - timedelta(hours=1)
        old.save()
    assert [webhook_delivery.sweep() for _ in range(3)] == [2, 1, 0]
    assert list(WebhookDelivery.everything.all()) == [kept]
