"""No statement without an end, and no plan that compares each staged row with each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.errors import DeadlockDetected, QueryCanceled

from portal.database.unlimited_migrations import unlimited_migrations
from portal.lib.refused import restored
from portal.servers.addresses import STATEMENT_SECONDS
from tests.people import Side
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_same_bytes import SHIPMENT
from tests.tracing.uploads.test_submissions import correct
from tests.tracing.uploads.uploads import confirm, upload
from tracing.jobs import patience
from tracing.records import RECORDS
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_staging import staging_table
from tracing.stores.staged_copy import STAGED_COPY
from tracing.uploads import confirm as confirming
from tracing.uploads import stage
from tracing.uploads.database_check import check_against_database
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)

BAD, GOOD = "6999000000019", "6999000000018"


def slow(times: int, step: Callable[..., Any]) -> Callable[..., Any]:
    """A step whose first `times` runs hold a statement without an end."""
    left = [times]

    def run(*arguments: Any, **options: Any) -> Any:
        if left[0]:
            left[0] -= 1
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(600)")
        return step(*arguments, **options)

    return run


@pytest.fixture(autouse=True)
def impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of a moment where a test holds a statement on purpose."""
    if "slowly" in request.node.name:
        monkeypatch.setattr(patience, "SECONDS", (0.5, 5))


def test_a_check_that_once_goes_slowly_is_tried_again_with_the_tables_counted(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "check_against_database", slow(1, check_against_database))
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(3))
    with CaptureQueriesContext(connection) as queries:
        staged = upload(*maker, CODES, path)
    assert (staged.state, staged.accepted) == ("staged", 3)
    counted = {q["sql"] for q in queries if q["sql"].startswith("ANALYZE tracing")}
    assert counted == {f"ANALYZE {table}" for table in patience.JOINED}
    assert confirm(staged).created == 3


def test_a_check_that_always_goes_slowly_is_refused_in_words(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", (0.3, 0.5))
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(3))
    with monkeypatch.context() as patched:
        patched.setattr(stage, "check_against_database", slow(2, check_against_database))
        refused = upload(*maker, CODES, path)
    assert (refused.state, refused.refusal_code) == ("refused", "check_too_slow")
    assert "0.5 秒" in restored("check_too_slow", refused.refusal_detail).message
    assert refused.files.get().path.exists()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {staging_table(RECORDS[CODES])}")
        assert cursor.fetchone() == (0,)
    # The way on: the same bytes are an upload like any other.
    assert confirm(upload(*maker, CODES, path)).created == 3


def test_a_correction_that_always_goes_slowly_changes_nothing(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", (0.3, 0.5))
    rows = code_rows(3)
    rows[1]["prod_code"] = BAD
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    mended = correct(staged.report_path, tmp_path / "b.xlsx", {3: {"商品码": GOOD}})
    with monkeypatch.context() as patched:
        patched.setattr(stage, "check_against_database", slow(2, check_against_database))
        again = upload(*maker, CODES, mended)
    assert (again.state, again.accepted, again.rejected) == ("staged", 2, 1)
    assert again.files.get(number=2).refusal_code == "check_too_slow"
    assert upload(*maker, CODES, mended).accepted == 3


def test_storing_that_always_goes_slowly_is_given_back(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    monkeypatch.setattr(patience, "SECONDS", (0.3, 0.5))
    with monkeypatch.context() as patched:
        patched.setattr(confirming, "check_against_database", slow(2, check_against_database))
        given_back = confirm(staged)
    assert (given_back.state, given_back.refusal_code) == ("staged", "store_too_slow")
    assert (given_back.accepted, given_back.staged_rows, given_back.created) == (3, 3, None)
    assert not TraceCode.everything.exists()
    monkeypatch.setattr(patience, "SECONDS", (60,))
    stored = confirm(given_back)
    assert (stored.state, stored.created, stored.refusal_code) == ("stored", 3, None)


def test_storing_that_once_goes_slowly_is_tried_again(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(3)))
    monkeypatch.setattr(confirming, "check_against_database", slow(1, check_against_database))
    stored = confirm(staged)
    assert (stored.state, stored.created) == ("stored", 3)


def test_what_is_no_time_limit_is_no_refusal() -> None:
    def fails() -> None:
        raise OperationalError("the server closed the connection")

    with pytest.raises(OperationalError):
        patience.patiently(fails, "check_too_slow")


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        found: str = cursor.fetchone()[0]
        return found


def test_every_connection_has_a_limit_that_a_step_changes_for_itself_alone() -> None:
    default = "1min" if STATEMENT_SECONDS == 60 else f"{STATEMENT_SECONDS}s"
    assert timeout() == default
    assert patience.patiently(timeout, "check_too_slow") == "2min"

    @transaction.atomic
    def sleep() -> None:
        patience.limit_statements(0.1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    with pytest.raises(OperationalError) as stopped:
        sleep()
    assert isinstance(stopped.value.__cause__, QueryCanceled)
    assert timeout() == default


def test_migrations_have_no_limit() -> None:
    from django.db.models.signals import post_migrate, pre_migrate

    unlimited_migrations()
    lift = {receiver[0][0] for receiver in pre_migrate.receivers}
    restore = {receiver[0][0] for receiver in post_migrate.receivers}
    assert "portal.database.unlimited_migrations.lift" in lift
    assert "portal.database.unlimited_migrations.restore" in restore
    from portal.database import unlimited_migrations as of_operators

    of_operators._lift(using="default")
    assert timeout() == "0"
    of_operators._restore(using="default")
    assert timeout() != "0"


@contextmanager
def explained() -> Iterator[list[tuple[str, Mapping[str, Any]]]]:
    """The plans of all statements within, as PostgreSQL makes them at that moment."""
    plans: list[tuple[str, Mapping[str, Any]]] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        planned = sql.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
        if (planned or " ON COMMIT DROP AS " in sql) and not many:
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                found = cursor.fetchone()[0]
            plan = json.loads(found) if isinstance(found, str) else found
            plans.append((sql, plan[0]["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield plans


STAGED_ROWS = ("tracing_staged_", STAGED_COPY, "staged_box")


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def read_whole(plan: Mapping[str, Any]) -> Iterator[str]:
    """Tables of staged rows that each run of a plan reads from end to end."""
    for node in nodes(plan):
        relation = node.get("Relation Name", "")
        if node["Node Type"] == "Seq Scan" and relation.startswith(STAGED_ROWS):
            yield relation


def each_with_each(plan: Mapping[str, Any]) -> Iterator[str]:
    """Tables of staged rows that are read again for each row of something else."""
    for node in nodes(plan):
        if node["Node Type"] == "Nested Loop":
            outer, inner = node["Plans"][:2]
            if outer["Plan Rows"] > 1 or any(True for _ in read_whole(outer)):
                yield from read_whole(inner)


def without_statistics() -> None:
    """Let PostgreSQL believe what it believed on the day of the 624 seconds: of no table does it
    know anything but that it was small once.
    """
    tables = [*patience.JOINED, *(staging_table(record) for record in RECORDS.values())]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
            cursor.execute("DELETE FROM pg_statistic WHERE starelid = %s::regclass", [table])
            cursor.execute(
                "UPDATE pg_class SET reltuples = 1, relpages = 1 WHERE oid = %s::regclass", [table]
            )


@pytest.fixture
def forgetful() -> Iterator[None]:
    """Autovacuum comes back in the end."""
    yield
    with connection.cursor() as cursor:
        for table in [*patience.JOINED, *(staging_table(r) for r in RECORDS.values())]:
            cursor.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")


def rows_of(record: str, count: int, maker: Side) -> list[dict[str, Any]]:
    if record == CODES:
        return code_rows(count)
    if record == INFO:
        return [example(INFO, trac_codg_sn=f"SN{n}") for n in range(count)]
    return [
        example(SHIPMENT, trac_code=pack_code(n), shp_org_uscc=maker.unit.uscc)
        for n in range(count)
    ]


@pytest.mark.parametrize("record", [CODES, INFO, SHIPMENT])
def test_no_plan_compares_each_staged_row_with_each(
    maker: Side, forgetful: None, tmp_path: Path, record: str
) -> None:
    """Two rounds, rows that replace stored ones, boxes that move: every rule runs."""
    count = 2_000
    if record != CODES:
        confirm(upload(*maker, CODES, workbook(tmp_path / "c.xlsx", CODES, code_rows(count))))
    first = workbook(tmp_path / "a.xlsx", record, rows_of(record, count, maker))
    confirm(upload(*maker, record, first))
    rows = rows_of(record, count, maker)
    time = {CODES: "stoin_time", INFO: "manu_lotnum", SHIPMENT: "shp_org_name"}[record]
    value = "2025-01-02 03:04:05" if record == CODES else "A1"
    rows = [{**row, time: value} for row in rows]
    wrong = {CODES: "med_list_codg", INFO: "trac_codg_sn", SHIPMENT: "shpp_org_uscc"}[record]
    right = rows[5][wrong]
    rows[5] = {**rows[5], wrong: None}
    path = workbook(tmp_path / "b.xlsx", record, rows)
    without_statistics()
    with explained() as plans:
        staged = upload(*maker, record, path)
        label = RECORDS[record].column(wrong).label
        mended = correct(staged.report_path, tmp_path / "m.xlsx", {7: {label: right}})
        without_statistics()
        stored = confirm(upload(*maker, record, mended))
    assert (stored.replaced, stored.rejected) == (count, 0)
    assert Submission.everything.filter(state="stored").exists()
    joined = [sql for sql, plan in plans if any(True for _ in read_whole(plan))]
    assert len(joined) > 3
    found = {(table, sql) for sql, plan in plans for table in each_with_each(plan)}
    assert not found


@pytest.mark.parametrize("times", [0, patience.TRIES - 1, patience.TRIES])
def test_a_step_in_the_way_of_others_begins_again(times: int) -> None:
    """PostgreSQL ends one of those that wait for one another, and takes back what it did."""
    begun: list[int] = []

    def step() -> int:
        begun.append(1)
        if len(begun) <= times:
            raise OperationalError from DeadlockDetected()
        return 7

    if times == patience.TRIES:
        with pytest.raises(OperationalError):
            patience.patiently(step, "store_too_slow")
    else:
        assert patience.patiently(step, "store_too_slow") == 7
    assert len(begun) == min(times + 1, patience.TRIES)
