"""Work of the shell itself: a sign of life, and clearing what has expired."""

from __future__ import annotations

from captcha.models import CaptchaStore
from celery import shared_task
from django.core.management import call_command

from portal.workers import canaries


@shared_task
def canary(queue: str) -> None:
    """Show that a queue is being worked on."""
    canaries.stamp(queue)


@shared_task
def clear_sessions() -> None:
    """Delete expired sessions."""
    call_command("clearsessions")


@shared_task
def clear_captchas() -> None:
    """Delete picture codes that nobody answered."""
    CaptchaStore.remove_expired()
