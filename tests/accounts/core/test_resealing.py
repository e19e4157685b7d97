"""`reseal`: after it the first key opens every sealed column, and no value is lost on the way."""

import json
from io import StringIO

import jsonschema
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from accounts.agents.models import Agent
from accounts.core import resealing
from accounts.core.origin import COMMAND
from accounts.core.resealing import reseal
from accounts.log.models import OperationLog
from accounts.signing_in.actions_sms import request_sms_code
from accounts.signing_in.models import SmsCode
from accounts.staff.models import Factor
from accounts.units.models import Unit
from portal.lib.sealing import new_key, unseal
from tests.accounts.keys.keys import key_of
from tests.accounts.keys.webhooks import webhook_of
from tests.accounts.staff.staff import SECRET, staff_account, with_factor
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, side

OLD, NEW = new_key(), new_key()
NUMBER = "99000019900101001X"
SCHEMA = json.loads((settings.BASE_DIR / "docs/schemas/reseal.json").read_text())


@pytest.fixture
def agent(db: None, settings: Settings) -> Agent:
    """One value in each sealed column, sealed with the old key; the new one comes first now."""
    settings.PORTAL_DATA_KEYS = [OLD]
    unit = UnitFactory.create(legal_id_type="01", legal_id_number=NUMBER)
    with_factor(staff_account(), SECRET)
    request_sms_code(SmsCode.Purpose.REGISTER, "13800138000", origin=COMMAND)
    agent = AgentFactory.create(id_type="01", id_number=NUMBER)
    key_of(side(UnitFactory.create()))
    webhook_of(Side(unit, agent))
    settings.PORTAL_DATA_KEYS = [NEW, OLD]
    return agent


def held(table: str, column: str) -> list[str]:
    """What the database itself holds, without what is empty."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> '' ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_the_first_key_opens_everything(agent: Agent) -> None:
    columns = reseal()
    assert {(column.table, column.name) for column in columns} == {
        ("accounts_agent", "id_number"),
        ("accounts_factor", "secret"),
        ("accounts_interfacekey", "contact_phone"),
        ("accounts_interfacekey", "sk"),
        ("accounts_smscode", "sealed"),
        ("accounts_unit", "legal_id_number"),
        ("accounts_webhook", "secret"),
    }
    for column in columns:
        sealed = held(column.table, column.name)
        assert column.values == column.resealed == len(sealed) == 1
        assert column.unsealable == []
        assert unseal(sealed[0], [NEW])


def test_the_values_stay(agent: Agent, settings: Settings) -> None:
    reseal()
    settings.PORTAL_DATA_KEYS = [NEW]
    assert Agent.objects.get(pk=agent.pk).id_number == NUMBER
    assert Unit.objects.get(legal_id_type="01").legal_id_number == NUMBER
    assert Factor.objects.get().secret == SECRET
    assert len(SmsCode.objects.get().sealed) == 6


def test_what_is_sealed_so_already_stays_to_the_letter(agent: Agent) -> None:
    reseal()
    before = held("accounts_agent", "id_number")
    assert not any(column.resealed for column in reseal())
    assert held("accounts_agent", "id_number") == before


def test_all_batches_are_done(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "BATCH", 2)
    AgentFactory.create()
    AgentFactory.create_batch(4, id_type="99", id_number="AB123456")
    [of_agents] = [one for one in reseal() if one.table == "accounts_agent"]
    assert of_agents.values == 5
    for sealed in held("accounts_agent", "id_number"):
        assert unseal(sealed, [NEW])


def test_a_value_changed_meanwhile_is_left_to_whoever_changed_it(agent: Agent) -> None:
    [sealed] = held("accounts_agent", "id_number")
    Agent.objects.filter(pk=agent.pk).update(id_number="99000019900101002X")
    assert not resealing._reseal(Agent, "id_number", agent.pk, sealed)
    assert Agent.objects.get(pk=agent.pk).id_number == "99000019900101002X"


def test_the_log_keeps_how_many_and_nothing_else(agent: Agent) -> None:
    reseal()
    entry = OperationLog.everything.get(action="data-resealed")
    assert (entry.unit, entry.account) == (None, None)
    assert entry.after == {"values_resealed": 7}
    reseal()
    assert OperationLog.everything.filter(action="data-resealed").count() == 1


def test_the_command_reports_by_its_schema(agent: Agent) -> None:
    out = StringIO()
    call_command("reseal", "--json", stdout=out)
    result = json.loads(out.getvalue())
    jsonschema.validate(result, SCHEMA)
    assert result["good"]
    assert NUMBER not in out.getvalue()


def test_what_no_key_opens_is_named_and_the_rest_is_done(agent: Agent, settings: Settings) -> None:
    settings.PORTAL_DATA_KEYS = [new_key()]
    other = AgentFactory.create(id_type="01", id_number=NUMBER)
    settings.PORTAL_DATA_KEYS = [NEW, OLD]
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("reseal", stdout=out)
    assert ended.value.code == 3
    assert f"无法解密 1 个，主键：{other.pk}。" in out.getvalue()
    assert unseal(held("accounts_agent", "id_number")[0], [NEW])
