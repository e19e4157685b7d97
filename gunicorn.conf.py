"""The web server's settings; gunicorn reads this file by its name."""

from pathlib import Path

from portal.env import env_choice, env_int, env_str
from portal.servers.starting import refuse_bad_start

wsgi_app = "portal.wsgi"
bind = env_str("PORTAL_BIND", "127.0.0.1:8000")
workers = env_int("PORTAL_WEB_WORKERS", 2, least=1, most=64)
# Threads: pages wait for PostgreSQL more than they compute. So many, because without a proxy in
# front each slow client keeps one, until the worker hangs up (docs/deployment.md).
worker_class = "portal.web_worker.Worker"
threads = env_int("PORTAL_WEB_THREADS", 32, least=1, most=256)
timeout = 60
graceful_timeout = 10
keepalive = 5
# No max_requests: gunicorn starts a process only when the old one is gone, and whoever counts
# along makes all of them go at once.
# The workers' heartbeat files: on a disk that is busy a live worker can look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# It would make a folder in the home of whoever runs this.
control_socket_disable = True
loglevel = env_choice("PORTAL_WEB_LOG_LEVEL", ("debug", "info", "warning", "error"), "info")
accesslog = env_str("PORTAL_ACCESS_LOG") or None


def on_starting(server: object) -> None:
    """Called once, before the first worker: what could never work does not start."""
    refuse_bad_start()
