"""PostgreSQL itself refuses to change or remove what the operation log holds."""

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.log import chain_sealer
from accounts.log.models import LogSeal, OperationLog, UnsealedEntry
from tests.accounts.log.log_entries import write
from tests.people import Side

pytestmark = pytest.mark.django_db

REFUSED = "The operation log is append-only: {} on {} is refused"


@pytest.mark.parametrize(
    ("statement", "operation"),
    [
        ("UPDATE accounts_operationlog SET target = 'x'", "UPDATE"),
        ("DELETE FROM accounts_operationlog", "DELETE"),
        ("UPDATE accounts_logseal SET position = position + 1", "UPDATE"),
        ("DELETE FROM accounts_logseal", "DELETE"),
    ],
)
def test_rows_stay_whoever_asks(maker: Side, statement: str, operation: str) -> None:
    write(maker)
    chain_sealer.seal()
    table = "accounts_logseal" if "logseal" in statement else "accounts_operationlog"
    with (
        pytest.raises(ProgrammingError, match=REFUSED.format(operation, table)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert OperationLog.objects.of(maker.unit).get().target == "第 0 次"
    assert LogSeal.objects.of(maker.unit).get().position == 1


@pytest.mark.parametrize("table", ["accounts_operationlog", "accounts_logseal", "accounts_unit"])
def test_no_table_is_emptied_whole(maker: Side, table: str) -> None:
    write(maker)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(ProgrammingError, match="TRUNCATE on accounts_.* is refused"):
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_what_is_not_sealed_is_noted_with_the_entry(maker: Side) -> None:
    entry = write(maker)
    assert list(UnsealedEntry.objects.values_list("pk", flat=True)) == [entry.pk]

    @transaction.atomic
    def write_and_fail() -> None:
        write(maker)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert UnsealedEntry.objects.count() == 1
