"""The demo: fictitious, whole, the same after a second time, and only where it may be."""

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q
from django.test import TransactionTestCase, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings
from stdnum.cn import uscc

from accounts.core.models import Account
from accounts.core.names import AccountKind, is_name
from accounts.core.queries import account_for, unit_for
from accounts.log.models import OperationLog
from accounts.rights.businesses import SERVED
from accounts.rights.models import Authorization
from accounts.rights.queries import holders
from accounts.units.actions_closing import close_unit
from accounts.units.models import Unit
from portal.demo.data import staff
from portal.lib.clock import SHANGHAI
from portal.management.commands import seed_demo
from portal.servers.homes import BASE_DIR
from tests.emptying import Emptying
from tests.factories import UnitFactory
from tracing.records.nodes import Node
from tracing.records.trace_codes import System
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_codes import Pack, TraceCode
from tracing.stores.models_consumables import ConsumableItem, ConsumableSpec
from tracing.stores.models_events import TraceEvent
from tracing.traces.queries import trace
from tracing.uploads.models import Submission

SCHEMA = json.loads((BASE_DIR / "docs/schemas/seed_demo.json").read_text())
TABLES = (
    Account,
    Unit,
    Authorization,
    OperationLog,
    Submission,
    DrugBatch,
    TraceCode,
    Pack,
    TraceEvent,
    ConsumableItem,
    ConsumableSpec,
    RowHistory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_FILES = tmp_path / "files"


def seeded(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Run the command; returns its JSON."""
    call_command("seed_demo", "--json")
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, SCHEMA)
    return result


def counts() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in TABLES}


@pytest.fixture(scope="class")
def made(
    django_db_setup: Emptying,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Any]]:
    """What the command says; all that it makes is there for the tests of the class."""
    files, said = tmp_path_factory.mktemp("demo"), StringIO()
    with django_db_blocker.unblock():
        with override_settings(PORTAL_FILES=files), redirect_stdout(said):
            call_command("seed_demo", "--json")
        connection.close()
    yield json.loads(said.getvalue())
    with django_db_blocker.unblock():
        django_db_setup(TransactionTestCase("__init__"))


@pytest.mark.django_db
class TestWhatItMakes:
    """Tests that only look at the demo look at one."""

    def test_everybody_has_the_password_and_every_business_has_one_holder(
        self, made: dict[str, Any]
    ) -> None:
        people = [(u["account"], u["password"]) for u in made["units"]]
        people += [(a["mobile"], a["password"]) for a in made["agents"]]
        for name, password in people:
            account = account_for(name)
            assert account is not None
            assert account.check_password(password)
        assert [u["account"] for u in made["units"]] == [
            "maker1", "maker2", "distributor1", "distributor2",
        ]  # fmt: skip
        for described in made["units"]:
            unit = unit_for(described["uscc"])
            assert unit is not None
            held = set(holders(unit))
            served = {b.code for b in SERVED.values() if b.kinds & unit.kinds}
            assert served - {"api-self-service"} <= held
        assert [len(a["units"]) for a in made["agents"]].count(2) == 1

    def test_nobody_and_nothing_in_it_is_real(self, made: dict[str, Any]) -> None:
        for unit in made["units"]:
            assert unit["name"].startswith("某某")
            assert uscc.is_valid(unit["uscc"])
            assert unit["uscc"][2:8] == "990000"
        for agent in made["agents"]:
            assert is_name(AccountKind.AGENT, agent["mobile"])
            assert agent["mobile"].startswith("1990000000")
        for batch in DrugBatch.everything.all():
            assert batch.prod_code.startswith("6999")
            assert batch.drug_genname.startswith("某某")
        for item in ConsumableItem.everything.all():
            assert item.udi_di.startswith(("(01)06999", "MA.156.M0.999999."))
        for code in TraceCode.everything.filter(is_consumable=True):
            assert code.udi_di.startswith("(01)06999")
        for code in TraceCode.everything.filter(is_consumable=False):
            assert code.system == System.MSFX
            assert 8_000_000 <= int(code.code[:7]) <= 8_000_099

    def test_its_codes_have_all_six_nodes_one_way_as_in_the_guide(
        self, made: dict[str, Any]
    ) -> None:
        for code in made["codes"]:
            row = TraceCode.everything.get(pk=code)
            boxes = [code, row.lv2_trac_code, row.lv3_trac_code]
            events = list(TraceEvent.everything.filter(code__in=boxes).order_by("node"))
            assert [event.node for event in events] == list(Node)[1:]
            times = [row.stoin_time, *(event.happened_at for event in events)]
            assert times == sorted(set(times))
            assert times[-1] < timezone.now()
            shown = trace(code, None)
            assert shown is not None
            assert [node.title for node in shown.nodes] == [node.label for node in Node]
            assert list(shown.uncorroborated) == []
        batch = DrugBatch.everything.get(trac_codg_sn="20241201-0001")
        assert (batch.convrat, batch.convrat_unt, batch.manu_cnt) == (60, "粒", 33_000)
        first = TraceCode.everything.get(pk=made["codes"][0])
        boxes = [first.code, first.lv2_trac_code, first.lv3_trac_code]
        moments = TraceEvent.everything.filter(code__in=boxes).values_list("happened_at", flat=True)
        days = [f"{m.astimezone(SHANGHAI):%m-%d %H:%M:%S}" for m in (first.stoin_time, *moments)]
        assert sorted(days) == [f"12-{day} 00:00:00" for day in range(16, 22)]

    def test_a_lot_and_pieces_of_consumables_are_on_their_way(self, made: dict[str, Any]) -> None:
        lot = TraceCode.everything.get(is_lot=True)
        told = TraceEvent.everything.filter(code=lot.code).values_list("quantity", flat=True)
        assert (lot.quantity, list(told)) == (Decimal(100), [Decimal(20)] * 2)
        consumables = TraceCode.everything.filter(is_consumable=True, code__in=made["codes"])
        assert consumables.count() == 10
        described = [b["trac_codg_sn"] for b in made["batches"] if b["family"] == "consumable"]
        assert described == [consumables[0].trac_codg_sn]

    @pytest.mark.usefixtures("made")
    def test_the_distributors_own_events_are_corroborated(self) -> None:
        for slug in ("distributor1", "distributor2"):
            unit = Unit.objects.get(account__name=slug)
            own = TraceEvent.objects.of(unit).values_list("code", flat=True)
            named = TraceEvent.everything.exclude(unit=unit).filter(receiver_uscc=unit.uscc)
            assert set(own) & set(named.values_list("code", flat=True))


def test_a_second_time_changes_nothing_and_makes_again_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(seed_demo, "embedded_database", lambda: False)
        elsewhere.setattr(staff, "embedded_database", lambda: False)
        of_others = seeded(capsys)
        assert seeded(capsys) == of_others, "an empty one of others, which stays the demo's"
    first = seeded(capsys)
    assert {**first, "staff": []} == of_others
    before = counts()
    assert min(count for name, count in before.items() if name != "RowHistory") > 0
    call_command("seed_demo")
    said = capsys.readouterr().out
    assert "账号 maker1，密码 demo-trace-2026" in said
    assert "手机号 19900000005" in said
    assert counts() == before

    batch = DrugBatch.everything.get(trac_codg_sn="20250110-0002")
    travelled = TraceCode.everything.filter(Q(trac_codg_sn="20241201-0001") | Q(is_lot=True))
    boxes = travelled.values_list("code", "lv2_trac_code", "lv3_trac_code")
    told = TraceEvent.everything.filter(code__in={code for row in boxes for code in row})
    kinds = {event.kind for event in told}
    assert kinds == set(TraceEvent.everything.values_list("kind", flat=True))
    told.delete()
    # And one kind of every batch, whoever told it.
    TraceEvent.everything.filter(kind="shipment").delete()
    TraceCode.everything.filter(trac_codg_sn=batch.trac_codg_sn).delete()
    DrugBatch.everything.filter(trac_codg_sn=batch.trac_codg_sn).delete()
    assert seeded(capsys) == first
    after = counts()
    for name in ("DrugBatch", "TraceCode", "Pack", "TraceEvent", "Account"):
        assert after[name] == before[name]

    unit = Unit.objects.get(account__name="maker2")
    close_unit(unit.account)
    seeded(capsys)
    unit.refresh_from_db()
    assert unit.closed_at is not None
    assert Unit.objects.count() == before["Unit"]
    assert not holders(unit)


def test_a_database_of_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_demo, "embedded_database", lambda: False)
    UnitFactory.create()
    with pytest.raises(CommandError, match="演示数据只写入内置数据库或空数据库") as refused:
        call_command("seed_demo")
    assert refused.value.returncode == 4
    assert Unit.objects.count() == 1
