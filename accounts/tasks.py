"""Background work of accounts. Tasks take ids and are a few lines long."""

from celery import shared_task

from accounts.sms import SmsNotSent
from accounts.sms.codes import deliver


@shared_task(autoretry_for=(SmsNotSent,), retry_backoff=2, max_retries=4)
def send_sms_code(code_id: int) -> None:
    """Send one code, if it is still worth sending."""
    deliver(code_id)
