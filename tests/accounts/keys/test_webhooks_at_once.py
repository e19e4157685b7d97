"""Workers that deliver at once, and receivers that answer slowly."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from accounts.keys.models_webhooks import DeliveryState, Event, WebhookDelivery
from accounts.keys.webhook_delivery import claim, deliver
from accounts.keys.webhook_events import tell
from tests.accounts.keys.webhooks import event_for, webhook_of
from tests.people import Side
from tests.receivers import Received, plain, receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def private(settings: Settings) -> None:
    """Webhooks may lead to this machine."""
    settings.PORTAL_WEBHOOK_PRIVATE = True


def at_once(workers: int) -> None:
    """Let several workers deliver what is due."""

    def work() -> None:
        try:
            deliver()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_several_workers_deliver_everything_once(maker: Side, distributor: Side) -> None:
    with receiver() as there:
        for side in (maker, distributor):
            for _ in range(2):
                webhook = webhook_of(side, f"http://127.0.0.1:{there.port}/")
                for _ in range(5):
                    event_for(webhook, side.unit)
        at_once(4)
    numbers = Counter(json.loads(came.body)["id"] for came in there.received)
    assert len(numbers) == 20
    assert set(numbers.values()) == {1}
    states = WebhookDelivery.everything.values_list("state", "attempts", "claim")
    assert set(states) == {(DeliveryState.ARRIVED, 1, None)}


def test_two_workers_claim_different_attempts(maker: Side, distributor: Side) -> None:
    """At the very same moment: each begins when the other is ready."""
    for side in (maker, distributor):
        for _ in range(2):
            event_for(webhook_of(side), side.unit)
    ready, found = threading.Barrier(4), []

    def work() -> None:
        try:
            ready.wait()
            found.extend(claim(8))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [claimed.delivery_id for claimed in found]
    assert numbers
    assert len(set(numbers)) == len(numbers)


def test_a_slow_receiver_holds_up_nobody_else(maker: Side, distributor: Side) -> None:
    all_came = threading.Event()

    def slow(_: Received) -> Iterator[bytes]:
        assert all_came.wait(30)
        yield from plain()(_)

    came = []

    def fast(request: Received) -> Iterator[bytes]:
        came.append(request)
        if len(came) == 3:
            all_came.set()
        yield from plain()(request)

    with receiver(slow) as stuck, receiver(fast) as there:
        tardy = webhook_of(maker, f"http://127.0.0.1:{stuck.port}/")
        quick = webhook_of(distributor, f"http://127.0.0.1:{there.port}/")
        for _ in range(3):
            event_for(tardy, maker.unit)
            event_for(quick, distributor.unit)
        deliver()
    assert len(there.received) == 3
    # The slow one answered only after all of them, in time for its own first event.
    assert {row.state for row in WebhookDelivery.everything.all()} == {DeliveryState.ARRIVED}


def test_an_event_is_noted_while_an_attempt_is_written(maker: Side) -> None:
    """Whoever stores rows does not wait for a worker that holds the webhook."""
    webhook = webhook_of(maker)
    event_for(webhook, maker.unit)
    noted = []

    def note_one() -> None:
        try:
            tell(maker.unit, Event.UPLOAD, {})
            noted.append(True)
        finally:
            connection.close()

    with transaction.atomic():
        assert len(claim(1)) == 1
        thread = threading.Thread(target=note_one)
        thread.start()
        thread.join(timeout=30)
        assert noted
