"""Pausing a webhook, which an agent does, and what happens to it too."""

from accounts.core.origin import Origin
from accounts.keys.models_webhooks import Pause, Webhook, WebhookState
from accounts.keys.scopes import SELF_SERVICE
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.queries import holdings


def pause(webhook: Webhook, why: Pause, origin: Origin) -> bool:
    """live → paused, in the caller's transaction; False where it was not live.

    Who holds 接口调用自助服务 is told what they did not do themselves, unless it falls free.
    """
    live = Webhook.everything.filter(pk=webhook.pk, state=WebhookState.LIVE)
    if not live.update(state=WebhookState.PAUSED, paused_why=why):
        return False
    record(
        "webhook-paused",
        origin=origin,
        unit=webhook.unit,
        target=webhook.name,
        after={"webhook_pause": why},
    )
    if why not in (Pause.ASKED, Pause.VACANT):
        tell_holder(webhook, "webhook-paused", why=why.label)
    return True


def tell_holder(webhook: Webhook, notice: str, **detail: str) -> None:
    """Tell whoever holds the business, and who stands in, something of a webhook."""
    hand = holdings(webhook.unit).get(SELF_SERVICE)
    for agent in {hand.holder, hand.acting} if hand else ():
        notify(agent.account, notice, name=webhook.name, unit=webhook.unit.name, **detail)
