"""What was sent to a webhook, and 重新发送."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, or_404, whole
from accounts.keys import actions_webhooks as actions
from accounts.keys import queries_webhooks as queries
from accounts.keys.models_webhooks import (
    EVENT_WORDS,
    KEPT,
    DeliveryState,
    WebhookDelivery,
    WebhookState,
)
from accounts.keys.scopes import SELF_SERVICE
from accounts.keys.views_webhooks import address, events_of, said, tone, why
from accounts.keys.webhook_delivery import MOST_ATTEMPTS
from accounts.rights.permissions import business_required
from portal.pages.dialogs import private

SENT_AGAIN = "已重新发送，几秒后在下面查看结果。"
TONES = {
    DeliveryState.WAITING: "busy",
    DeliveryState.ARRIVED: "good",
    DeliveryState.FAILED: "bad",
}


class Sent(NamedTuple):
    """A delivery as the list shows it. `body` is what is sent, laid out for reading; `again` the
    address of 重新发送, empty where it cannot be done."""

    delivery: WebhookDelivery
    event: str
    state: str
    tone: str
    failure: str
    body: str
    again: str


@require_safe
@business_required(SELF_SERVICE)
def webhook(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Show one page of what was sent lately, of the state that the address asks for."""
    found = or_404(queries.webhook_of(request.unit, webhook_id))
    asked = request.GET.get("state", "")
    state = asked if asked in DeliveryState.values else ""
    page = queries.deliveries(found, state, whole(request.GET, "page", 1))
    live = found.state == WebhookState.LIVE
    context = {
        "webhook": found,
        "tone": tone(found),
        "why": why(found),
        "live": live,
        "events": events_of(found),
        "page": page,
        "sent": [_sent(request, row, live=live) for row in page.rows],
        "states": DeliveryState.choices,
        "state": state,
        "days": KEPT.days,
        "attempts": MOST_ATTEMPTS,
    }
    return private(render(request, "accounts/keys/webhook.html", context))


@require_POST
@business_required(SELF_SERVICE)
def again(request: AgentRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    """重新发送: deliver an event once more, under its number."""
    found = or_404(queries.webhook_of(request.unit, webhook_id))
    delivery = or_404(queries.delivery_of(found, delivery_id))
    origin = origin_of(request, request.user)
    return said(
        request, found, SENT_AGAIN, lambda: actions.send_again(found, delivery, origin=origin)
    )


def _sent(request: AgentRequest, delivery: WebhookDelivery, *, live: bool) -> Sent:
    state = DeliveryState(delivery.state)
    failure = delivery.failure
    body: Any = json.loads(delivery.body)
    return Sent(
        delivery=delivery,
        event=EVENT_WORDS[delivery.event],
        state="正在投递" if delivery.claim else str(state.label),
        tone=TONES[state],
        failure=failure.message if failure else "",
        body=json.dumps(body, ensure_ascii=False, indent=2),
        again=address(request, "webhook-again", delivery.webhook_id, delivery.pk) if live else "",
    )
