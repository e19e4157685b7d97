"""Temporary tables that are counted before they are used, so that plans know how large they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection


def make(table: str, query: str, parameters: Mapping[str, Any]) -> int:
    """Make a temporary table of a query, and count it; returns how many rows it has. It lasts until
    the transaction ends, or the next of its name.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {query}", parameters)
        rows: int = cursor.rowcount
        # How many rows there are is what matters; a sample of 3,000 of them is enough for the rest.
        cursor.execute(f"SET LOCAL default_statistics_target = 10; ANALYZE {table}")
        return rows
