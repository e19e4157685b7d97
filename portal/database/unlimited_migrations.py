"""Work of operators that may take hours: its statements have no limit."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


def unlimited_migrations() -> None:
    """Let migrations take their time: an index on a table of billions of rows takes hours."""
    pre_migrate.connect(_lift, dispatch_uid="portal.database.unlimited_migrations.lift")
    post_migrate.connect(_restore, dispatch_uid="portal.database.unlimited_migrations.restore")


def _lift(using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def _restore(using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("RESET statement_timeout")
