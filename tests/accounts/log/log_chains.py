"""Chains of the operation log for tests: sealed, verified by the command, tampered with."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts.log import chain_sealer
from accounts.log.models import OperationLog
from tests.accounts.log.log_entries import write
from tests.people import Side

SCHEMA = json.loads((settings.BASE_DIR / "docs/schemas/verify_log.json").read_text())


def verify(**options: Any) -> tuple[int, dict[str, Any]]:
    """Run the command; returns its exit code and its result."""
    said, code = StringIO(), 0
    try:
        call_command("verify_log", json=True, stdout=said, **options)
    except SystemExit as end:
        code = int(end.code or 0)
    result = json.loads(said.getvalue())
    jsonschema.validate(result, SCHEMA)
    return code, result


def chain_of(side: Side, result: dict[str, Any]) -> dict[str, Any]:
    """What was found of the unit's chain."""
    (chain,) = [chain for chain in result["chains"] if chain["unit"] == side.unit.slug]
    return dict(chain)


@contextmanager
def as_the_servers_owner() -> Iterator[Any]:
    """A cursor that no trigger and no foreign key stops."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


@pytest.fixture
def sealed(maker: Side, stranger: Side) -> list[int]:
    """Six entries of the maker in two batches, between those of another unit and of none."""
    for _ in range(2):
        write(maker, 3)
        write(stranger, 2)
        assert chain_sealer.seal() == 5
    return list(OperationLog.objects.of(maker.unit).order_by("pk").values_list("pk", flat=True))
