"""Emptying the database after a test that commits: of what was written, and of nothing else.

Django truncates every table with all its indexes and makes its own rows anew, however little a
test has stored; that took longer than most of these tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.test import TransactionTestCase

# Beyond this many bytes new files cost less than deleting row by row, and leave nothing behind.
LARGE = 1 << 20
SIZES = """
SELECT relname, pg_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations'
"""

# Not in the stubs, which leave out what begins with an underscore.
empty_as_django_does = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


class Emptying:
    """Leaves the database as it is when this is made: with what `migrate` puts into it."""

    def __init__(self) -> None:
        self.kept = self._rows_of([table for table, size in self._sizes() if size])

    def __call__(self, test: TransactionTestCase) -> None:
        """Take back what the test has committed."""
        if self._rows_of(self.kept) != self.kept:
            with self._unguarded():
                empty_as_django_does(test)
            self.kept = self._rows_of(self.kept)
            return
        written = [(table, size) for table, size in self._sizes() if table not in self.kept]
        statements = [
            f'TRUNCATE "{table}" CASCADE' if size >= LARGE else f'DELETE FROM "{table}"'
            for table, size in written
            if size
        ]
        with self._unguarded(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("; ".join(statements) or "SELECT")

    def _sizes(self) -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute(SIZES)
            return list(cursor.fetchall())

    def _rows_of(self, tables: list[str] | dict[str, str]) -> dict[str, str]:
        """What these tables hold, as one sum for each that is not empty."""
        sums = (
            f"SELECT '{table}', md5(string_agg(held::text, ' ' ORDER BY held::text))"
            f' FROM "{table}" held'
            for table in tables
        )
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(sums))
            return {table: held for table, held in cursor.fetchall() if held}

    @contextmanager
    def _unguarded(self) -> Iterator[None]:
        """The operation log lets nobody delete, and keys of others hold rows: not here."""
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
