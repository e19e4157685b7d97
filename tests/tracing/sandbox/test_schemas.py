"""The sandbox: rows of a unit that meet no real row and no other unit's, whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.keys.models import InterfaceKey
from accounts.log.models import OperationLog
from accounts.units.models import Unit
from portal.lib.refused import Refused, catalogue
from tests.accounts.keys.keys import key_of
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.api.calls import ADDRESS, PARAM, call, code
from tests.tracing.uploads.rows import code_rows
from tracing import tasks
from tracing.api.catalogue import INTERFACES
from tracing.api.documents.examples import example_param
from tracing.jobs.running import kept_alive
from tracing.sandbox import provoking, schemas
from tracing.sandbox.provoking import DETAIL, HEADER
from tracing.stores.models_codes import TraceCode, UnitCode
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def removed() -> Iterator[None]:
    """No sandbox outlives a test, whose units' numbers may come again."""
    yield
    schemas.drop_all()


@pytest.fixture
def key(maker: Side) -> InterfaceKey:
    """A key of the sandbox."""
    return key_of(maker, sandbox=True)


def schema_of_connection() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def upload(
    key: InterfaceKey, rows: int = 3, headers: Mapping[str, str] = MappingProxyType({})
) -> dict[str, object]:
    answer = call(key, ADDRESS, {"data": code_rows(rows)}, **headers)
    assert answer.status_code == 200, answer.content.decode()
    data: dict[str, object] = answer.json()["data"]
    return data


def test_rows_of_the_sandbox_are_kept_there_and_nowhere_else(
    key: InterfaceKey, maker: Side
) -> None:
    entries = OperationLog.everything.count()
    assert upload(key)["created"] == 3
    assert TraceCode.objects.of(maker.unit).count() == 0
    assert not Submission.everything.exists()
    assert OperationLog.everything.count() == entries
    assert upload(key, 4)["created"] == 1, "three are there already"
    with schemas.entered(maker.unit):
        assert TraceCode.objects.of(maker.unit).count() == 4
        assert OperationLog.everything.exists()
        assert Unit.objects.filter(pk=maker.unit.pk).exists(), "accounts are the real ones"


def test_real_rows_are_kept_beside_the_sandbox(key: InterfaceKey, maker: Side) -> None:
    upload(key)
    assert upload(key_of(maker))["created"] == 3
    assert TraceCode.objects.of(maker.unit).count() == 3


def test_units_never_meet_in_the_sandbox(key: InterfaceKey, maker: Side, stranger: Side) -> None:
    upload(key)
    assert upload(key_of(stranger, sandbox=True))["created"] == 3, "nobody owns the codes there"
    assert len(schemas.existing()) == 2


def test_a_real_call_after_one_that_crashed_in_the_sandbox_meets_real_tables(
    key: InterfaceKey, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = schema_of_connection()

    def crash(*_: object, **__: object) -> None:
        assert schema_of_connection() == schemas.name_of(maker.unit)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with monkeypatch.context() as patch:
        patch.setattr("tracing.api.uploads.submit_rows", crash)
        with pytest.raises(DatabaseError):
            upload(key)
    assert schema_of_connection() == real
    assert upload(key_of(maker))["created"] == 3
    assert TraceCode.objects.of(maker.unit).count() == 3


def test_a_connection_that_breaks_in_the_sandbox_comes_back_there(maker: Side) -> None:
    real = schema_of_connection()
    with schemas.entered(maker.unit):
        connection.close()
        with transaction.atomic():
            assert schema_of_connection() == schemas.name_of(maker.unit)
            transaction.set_rollback(True)
        assert schema_of_connection() == schemas.name_of(maker.unit)
        connection.close()
    assert schema_of_connection() == real


def test_a_transaction_that_is_taken_back_takes_no_path_back(maker: Side) -> None:
    real = schema_of_connection()
    with pytest.raises(RuntimeError), schemas.entered(maker.unit), transaction.atomic():
        raise RuntimeError
    assert schema_of_connection() == real
    with transaction.atomic():
        with schemas.entered(maker.unit), transaction.atomic():
            assert schema_of_connection() == schemas.name_of(maker.unit)
            transaction.set_rollback(True)
        assert schema_of_connection() == real
    assert schema_of_connection() == real


def test_another_thread_is_where_its_own_work_is(maker: Side) -> None:
    real, found = schema_of_connection(), []

    def look() -> None:
        found.append(schema_of_connection())
        connection.close()

    with schemas.entered(maker.unit):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [real]


def test_a_lease_is_renewed_where_its_row_is(maker: Side) -> None:
    """The thread that renews it has a connection of its own."""
    seen = threading.Event()
    found: list[str] = []

    def rows() -> Any:
        found.append(schema_of_connection())
        seen.set()
        return Submission.everything.none()

    renewed = kept_alive(rows, uuid4(), timedelta(milliseconds=1))
    with schemas.entered(maker.unit), renewed:
        assert seen.wait(60)
    assert set(found) == {schemas.name_of(maker.unit)}


def test_what_a_sandbox_lacks_is_an_error_and_never_a_real_row(maker: Side) -> None:
    upload(key_of(maker))
    with schemas.entered(maker.unit):
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE tracing_tracecode")
        with pytest.raises(DatabaseError, match="tracing_tracecode"):
            TraceCode.objects.of(maker.unit).count()
    assert TraceCode.objects.of(maker.unit).count() == 3


def test_a_sandbox_has_every_table_of_tracing_for_itself(maker: Side) -> None:
    with schemas.entered(maker.unit), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relkind = 'r' FROM pg_class c"
            " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v')"
        )
        kinds = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert len(kinds) == cursor.fetchone()[0]
    own = {name for name, is_own in kinds.items() if is_own}
    tracing = {name for name in kinds if name.startswith("tracing_")}
    assert tracing - own == {"tracing_rulesversion", "tracing_versionrule"}
    assert own - tracing == {"accounts_operationlog", "accounts_notice"}
    assert UnitCode._meta.db_table in own


def test_a_sandbox_is_made_anew_after_a_migration(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    with schemas.entered(maker.unit), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mark ()")
    with schemas.entered(maker.unit), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('mark') IS NOT NULL")
        assert cursor.fetchone()[0], "until then it stays"
    monkeypatch.setattr(
        schemas, "STAMP", "SELECT max(id)::text || ' later' FROM {}.django_migrations"
    )
    with schemas.entered(maker.unit), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('mark') IS NULL")
        assert cursor.fetchone()[0]


def test_sandboxes_are_removed_by_night_and_before_migrations(maker: Side) -> None:
    with schemas.entered(maker.unit):
        pass
    assert schemas.existing() == [schemas.name_of(maker.unit)]
    tasks.clear_sandboxes()
    assert schemas.existing() == []
    with schemas.entered(maker.unit):
        pass
    call_command("migrate", verbosity=0)
    assert schemas.existing() == []


def test_who_is_in_a_sandbox_is_waited_for(maker: Side) -> None:
    removed = threading.Event()

    def remove() -> None:
        schemas.drop_all()
        removed.set()
        connection.close()

    thread = threading.Thread(target=remove)
    with schemas.entered(maker.unit):
        thread.start()
        assert not removed.wait(0.5)
        assert TraceCode.objects.of(maker.unit).count() == 0
    thread.join(60)
    assert removed.is_set()
    assert schemas.existing() == []


def test_there_are_only_so_many(
    maker: Side, stranger: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "MOST", 1)
    with schemas.entered(maker.unit):
        pass
    answer = call(key_of(stranger, sandbox=True), ADDRESS, PARAM)
    assert code(answer) == "sandboxes_too_many"
    assert answer["Retry-After"]
    with schemas.entered(maker.unit):
        pass


def test_workers_are_never_woken_for_the_sandbox(
    key: InterfaceKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its work is done in the request, also what would be large elsewhere."""
    monkeypatch.setattr(
        tasks.work_on_submission, "delay", lambda: pytest.fail("a worker was woken")
    )
    monkeypatch.setattr("tracing.uploads.turn.SMALL_BYTES", 1)
    assert upload(key)["created"] == 3


def test_whoever_would_wait_is_answered_at_once(key: InterfaceKey) -> None:
    answer = call(key, ADDRESS, {"data": code_rows(3), "async": True})
    data = answer.json()["data"]
    assert (answer.status_code, data["state"], data["created"]) == (200, "stored", 3)


def test_every_interface_is_there_in_the_sandbox() -> None:
    """Units are met by a view there, which no primary key is known of."""
    key = key_of(side(UnitFactory.create(is_distributor=True)), sandbox=True)
    statuses = {}
    for address, interface in INTERFACES.items():
        answer = call(key, address, example_param(interface))
        statuses[address] = answer.status_code
    # The example of a result names an upload of nobody.
    assert statuses == dict.fromkeys(INTERFACES, 200) | {"upload/result": 404}


def test_a_call_of_the_sandbox_is_small(key: InterfaceKey) -> None:
    answer = call(key, ADDRESS, {"data": [{}] * (schemas.MOST_ROWS + 1)})
    assert code(answer) == "sandbox_too_large"


@pytest.mark.parametrize(
    "wanted", ["calls_too_often", "portal_busy", "signature_wrong", "portal_failed", "too_large"]
)
def test_a_fault_is_provoked_by_its_code(key: InterfaceKey, wanted: str) -> None:
    answer = call(key, ADDRESS, PARAM, **{HEADER: wanted})
    assert code(answer) == wanted
    assert ("Retry-After" in answer) == (answer.status_code in (429, 503))
    assert schemas.existing() == []


@pytest.mark.parametrize("wanted", ["no_such_code", "421083198911111111" * 5])
def test_a_fault_that_is_none_is_said(key: InterfaceKey, wanted: str) -> None:
    answer = call(key, ADDRESS, PARAM, **{HEADER: wanted})
    assert code(answer) == "provoke_unknown"
    assert wanted not in answer.content.decode() or len(wanted) < 40


def test_every_code_of_the_catalogue_can_be_provoked() -> None:
    for declared in catalogue().values():
        with pytest.raises(Refused) as error:
            provoking.provoke(declared.code, InterfaceKey(sandbox=True))
        assert error.value.code == declared.code
        assert (DETAIL in str(error.value)) == bool(declared.details)


def test_a_late_answer_is_provoked_too(key: InterfaceKey, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[int] = []
    monkeypatch.setattr("tracing.sandbox.provoking.time.sleep", slept.append)
    assert upload(key, headers={HEADER: "slow"})["created"] == 3
    assert slept == [provoking.SLOW_SECONDS]
    again = call(key, ADDRESS, {"data": code_rows(1)}, **{HEADER: "slow"})
    assert code(again) == "provoked_too_often"
    assert 0 < int(again["Retry-After"]) <= provoking.PERIOD
    assert len(slept) == 1


def test_few_answers_are_late_at_once_however_many_units_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[int] = []
    monkeypatch.setattr("tracing.sandbox.provoking.time.sleep", slept.append)
    monkeypatch.setattr("accounts.core.limits.time.time_ns", lambda: 10**18)
    for unit in range(provoking.SLEEPERS):
        provoking.provoke("slow", InterfaceKey(sandbox=True, unit_id=unit))
    with pytest.raises(Refused) as error:
        provoking.provoke("slow", InterfaceKey(sandbox=True, unit_id=provoking.SLEEPERS))
    assert error.value.code == "provoked_too_often"
    assert slept == [provoking.SLOW_SECONDS] * provoking.SLEEPERS
    assert provoking.PERIOD > provoking.SLOW_SECONDS


def test_nothing_is_provoked_by_a_real_key(maker: Side) -> None:
    answer = call(key_of(maker), ADDRESS, {"data": code_rows(1)}, **{HEADER: "portal_busy"})
    assert code(answer) == "provoke_needs_sandbox"
    assert TraceCode.objects.of(maker.unit).count() == 0
