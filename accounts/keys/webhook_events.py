"""Events for webhooks, noted in the transaction of what they tell."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.keys.models_webhooks import (
    DeliveryState,
    Event,
    Pause,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from accounts.keys.scopes import SELF_SERVICE
from accounts.keys.webhook_pauses import pause
from accounts.rights.models import Authorization
from accounts.units.models import Unit
from portal.lib.schema import in_sandbox

# Events that wait for one webhook; beyond it the webhook is paused.
MOST_WAITING = 10_000


def held(webhooks: QuerySet[Webhook]) -> QuerySet[Webhook]:
    """Those of units in which somebody holds 接口调用自助服务."""
    holders = Authorization.everything.filter(
        unit=OuterRef("unit"), business=SELF_SERVICE, revoked_at=None
    )
    return webhooks.filter(Exists(holders))


def tell(unit: Unit, event: Event, facts: Mapping[str, Any]) -> None:
    """Note an event for each live webhook of the unit that is told of such; one statement where
    there is none.

    `facts` are plain JSON values: numbers, codes and states, no content of rows and nobody's data.
    The caller's transaction is that of what has happened. What is done in a sandbox is told to
    nobody.
    """
    if in_sandbox():
        return
    live = Webhook.objects.of(unit).filter(state=WebhookState.LIVE, events__contains=[event])
    event_id = uuid.uuid4()
    for webhook in held(live).order_by("pk"):
        if _is_full(webhook):
            pause(webhook, Pause.FULL, COMMAND)
        else:
            note(webhook, unit, event, facts, event_id)


def note(
    webhook: Webhook, unit: Unit, event: str, facts: Mapping[str, Any], event_id: uuid.UUID
) -> WebhookDelivery:
    """Note one event for one webhook."""
    now = timezone.now()
    message = {
        "event": str(event),
        "id": str(event_id),
        "time": timezone.localtime(now).isoformat(timespec="seconds"),
        "unit": unit.uscc,
        "data": dict(facts),
    }
    return WebhookDelivery.objects.create(
        unit=unit,
        webhook=webhook,
        event_id=event_id,
        event=event,
        body=json.dumps(message, ensure_ascii=False),
        made_at=now,
        next_at=now,
    )


def _is_full(webhook: Webhook) -> bool:
    """Whether so many events wait that it takes no more: no count, which would read them all."""
    waiting = WebhookDelivery.everything.filter(webhook=webhook, state=DeliveryState.WAITING)
    return waiting.order_by("next_at")[MOST_WAITING - 1 : MOST_WAITING].exists()
