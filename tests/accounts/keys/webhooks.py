"""Webhooks and events for tests."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.keys.models_webhooks import Event, Webhook, WebhookDelivery
from accounts.keys.webhook_events import note
from accounts.units.models import Unit
from tests.people import Side

SECRET = "5" * 64


def webhook_of(side: Side, url: str = "https://hooks.firm.cn/in", **more: Any) -> Webhook:
    """A webhook of a unit, told of everything; its address was judged by nobody."""
    number = Webhook.objects.of(side.unit).count()
    given: dict[str, Any] = {"name": f"系统{number}", "events": list(Event.values), **more}
    given |= {"unit": side.unit, "url": url, "secret": SECRET, "made_by": side.agent.account}
    return Webhook.objects.create(**given)


def event_for(webhook: Webhook, unit: Unit, **facts: Any) -> WebhookDelivery:
    """An event that waits for a webhook."""
    return note(webhook, unit, Event.UPLOAD, facts or {"result": "stored"}, uuid.uuid4())
