"""A query on a unit's rows that names no unit is an error."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from accounts.agents.models import Agent, Membership
from accounts.core.scoping import ScopedManager, UnscopedQuery
from accounts.units.models import Unit
from tests.factories import AgentFactory
from tests.people import Side


@pytest.mark.parametrize(
    "query",
    [
        lambda m: m.all(),
        lambda m: m.filter(pk=1),
        lambda m: m.get(pk=1),
        lambda m: m.count(),
        lambda m: m.exists(),
        lambda m: m.bulk_create([]),
        lambda m: m.update(agent=None),
        lambda m: m.select_related("unit"),
        lambda m: m.create(agent_id=1),
        lambda m: m.of(Unit()),
    ],
)
def test_an_unscoped_query_is_an_error(query: Callable[[Any], Any]) -> None:
    with pytest.raises(UnscopedQuery, match="Membership"):
        query(Membership.objects)


def test_rows_come_back_for_the_unit_asked_for(maker: Side, stranger: Side) -> None:
    assert [row.agent for row in Membership.objects.of(maker.unit)] == [maker.agent]
    assert Membership.everything.count() == 2


def test_a_new_row_names_its_unit(maker: Side) -> None:
    agent: Agent = AgentFactory.create()
    Membership.objects.create(unit=maker.unit, agent=agent)
    assert Membership.objects.of(maker.unit).count() == 2


def test_django_itself_reaches_every_row(maker: Side) -> None:
    assert Membership._default_manager.name == "everything"
    assert Membership._base_manager.name == "everything"
    assert list(maker.unit.memberships.all()) == list(Membership.everything.all())


def _belongs_to_a_unit(model: type[models.Model]) -> bool:
    fields = model._meta.get_fields()
    return any(
        isinstance(field, models.ForeignKey) and field.related_model is Unit for field in fields
    )


def test_every_model_that_belongs_to_a_unit_is_scoped() -> None:
    owned = [model for model in apps.get_models() if _belongs_to_a_unit(model)]
    assert Membership in owned
    unscoped = [
        m.__name__ for m in owned if not isinstance(getattr(m, "objects", None), ScopedManager)
    ]
    assert unscoped == []
