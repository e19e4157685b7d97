"""Background work of accounts. Tasks take ids and are a few lines long."""

from celery import shared_task

from accounts.keys import webhook_delivery
from accounts.log import chain_sealer
from accounts.signing_in.sms_codes import clear, deliver
from accounts.signing_in.sms_sending import SmsNotSent


@shared_task(autoretry_for=(SmsNotSent,), retry_backoff=2, max_retries=4)
def send_sms_code(code_id: int) -> None:
    """Send one code, if it is still worth sending."""
    deliver(code_id)


@shared_task
def seal_log() -> None:
    """Hang the new entries of the operation log into their chains, a limited number at a time."""
    for _ in range(chain_sealer.BATCHES):
        if chain_sealer.seal() < chain_sealer.BATCH:
            break


@shared_task
def deliver_webhooks() -> None:
    """Deliver the events that are due."""
    webhook_delivery.deliver()


@shared_task
def clear_webhook_deliveries() -> None:
    """Forget what was delivered, or waited in vain, long ago."""
    while webhook_delivery.sweep():
        pass


@shared_task
def clear_sms_codes() -> None:
    """Delete codes sent by SMS that ended long ago."""
    clear()
