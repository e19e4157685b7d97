"""A sealed column holds nothing that can be read, and opens for the product."""

import pytest
from django.db import connection

from accounts.agents.models import Agent
from portal.lib.sealing import Unsealable
from tests.factories import AgentFactory

NUMBER = "99000019900101001X"


def column(agent: Agent) -> str:
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM accounts_agent WHERE id = %s", [agent.pk])
        return str(cursor.fetchone()[0])


def test_the_database_holds_it_sealed(db: None) -> None:
    agent = AgentFactory.create(id_type="01", id_number=NUMBER)
    assert NUMBER not in column(agent)
    assert Agent.objects.get(pk=agent.pk).id_number == NUMBER


def test_nothing_stays_nothing(db: None) -> None:
    agent = AgentFactory.create()
    assert column(agent) == ""
    assert Agent.objects.get(pk=agent.pk).id_number == ""


def test_an_altered_column_is_an_error_and_not_another_number(db: None) -> None:
    agent = AgentFactory.create(id_type="01", id_number=NUMBER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_agent SET id_number = 'x' WHERE id = %s", [agent.pk])
    with pytest.raises(Unsealable):
        Agent.objects.get(pk=agent.pk)
