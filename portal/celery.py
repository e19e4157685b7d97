"""The Celery application: queues, time limits, what happens when a worker or Redis dies, schedule.

A message is only a nudge: the database row is the truth, and the sweeper sends lost nudges again.
So a task may be delivered twice or not at all, and no result is kept.
"""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.schedules import crontab
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

# Each has workers of its own in `demo`, so that long exports never keep uploads waiting,
# nor slow receivers of webhooks the codes of a sign-in.
QUEUES = ("imports", "exports", "webhooks", "quick")
# Whatever is not named here is a quick job.
ROUTES = {
    "tracing.tasks.work_on_submission": "imports",
    "tracing.tasks.build_export": "exports",
    "tracing.tasks.remove_batch": "imports",
    "accounts.tasks.deliver_webhooks": "webhooks",
}
CANARY_SECONDS = 10
SWEEP_SECONDS = 30
SEAL_SECONDS = 10
# Events for webhooks are noted as rows alone: this is how long one waits at most to be seen.
WEBHOOK_SECONDS = 5
# Longer than any task may run: a message comes back sooner only if its worker is lost.
VISIBILITY = timedelta(hours=1)
TASK_LIMIT = timedelta(minutes=15)
# A Redis that says nothing for this long is taken for gone, and asked anew.
SILENCE_SECONDS = 5

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SCHEDULE: dict[str, dict[str, Any]] = {
    **{
        f"canary-{queue}": {
            "task": "portal.tasks.canary",
            "args": [queue],
            "schedule": CANARY_SECONDS,
            # One that waited longer than its successor says nothing.
            "options": {"queue": queue, "expires": CANARY_SECONDS},
        }
        for queue in QUEUES
    },
    "sweep": {
        "task": "tracing.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "seal-log": {
        "task": "accounts.tasks.seal_log",
        "schedule": SEAL_SECONDS,
        "options": {"expires": SEAL_SECONDS},
    },
    "deliver-webhooks": {
        "task": "accounts.tasks.deliver_webhooks",
        "schedule": WEBHOOK_SECONDS,
        "options": {"expires": WEBHOOK_SECONDS},
    },
    "clear-webhook-deliveries": {
        "task": "accounts.tasks.clear_webhook_deliveries",
        "schedule": crontab("40", "3"),
    },
    "clear-sessions": {"task": "portal.tasks.clear_sessions", "schedule": crontab("10", "3")},
    "clear-files": {"task": "tracing.tasks.clear_files", "schedule": crontab("30", "3")},
    "clear-sandboxes": {"task": "tracing.tasks.clear_sandboxes", "schedule": crontab("40", "3")},
    "clear-captchas": {"task": "portal.tasks.clear_captchas", "schedule": crontab("20", "3")},
    "clear-sms-codes": {"task": "accounts.tasks.clear_sms_codes", "schedule": crontab("30", "3")},
}

app.conf.update(
    # An exchange for each: queues that share one would all get every message.
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
    task_default_queue="quick",
    task_routes={task: {"queue": queue} for task, queue in ROUTES.items()},
    # A misspelt queue is an error at once, not a task that nobody ever takes.
    task_create_missing_queues=False,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    # A task is done when it has ended: one whose worker died is delivered again.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=(TASK_LIMIT - timedelta(minutes=1)).total_seconds(),
    task_time_limit=TASK_LIMIT.total_seconds(),
    # Redis may go away without a word; none of these has a default that notices.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": int(VISIBILITY.total_seconds()),
        "socket_timeout": SILENCE_SECONDS,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": SILENCE_SECONDS,
    },
    # Whoever sends a message waits on a page: once more, on a new connection, and no longer.
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
    # Workers subscribe to nothing: see portal/workers/consumer.py.
    worker_consumer="portal.workers.consumer:Consumer",
    worker_enable_remote_control=False,
    # At the end a running task gets this long; then it goes back to its queue.
    worker_soft_shutdown_timeout=10,
    worker_max_tasks_per_child=50,
    worker_max_memory_per_child=400_000,
    worker_hijack_root_logger=False,
    timezone="Asia/Shanghai",
    beat_schedule=SCHEDULE,
)
